import Database
import Foundation
import HTTP
import HTTPEdge
import RelayAPI
import SignalProtocol
import TestSupport
import Testing
import VectorSupport

@testable import RelayServer

/// No account can take the relay's disk, or another's queue.
@Suite(.timeLimit(.minutes(3)))
struct QuotaTests {
    private static func limits(_ change: (inout QueueLimits) -> Void) -> QueueLimits {
        var limits = QueueLimits()
        change(&limits)
        return limits
    }

    private func send(
        _ text: String, from sender: TestDevice, to recipient: TestDevice, _ relay: TestRelay
    ) async throws -> Answer {
        try await relay.request(
            .post, "/v1/messages", token: sender.token, json: sender.envelope(to: recipient, text))
    }

    // MARK: Queues

    @Test func oneSenderCannotFillAQueueWithAllItsDevices() async throws {
        let limits = Self.limits { $0.maxShareMessageCount = 3 }
        try await TestRelay.run(in: ScratchDirectory(), limits: limits) { relay in
            let mallory = try await TestDevice("mallory").registered(at: relay)
            let second = try await TestDevice("mallory", device: 2, identity: mallory.identity)
                .registered(at: relay)
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            #expect(try await send("1", from: mallory, to: bob, relay).status == 200)
            #expect(try await send("2", from: second, to: bob, relay).status == 200)
            #expect(try await send("3", from: mallory, to: bob, relay).status == 200)
            for device in [mallory, second] {
                let refusal = try await send("4", from: device, to: bob, relay)
                #expect(refusal.status == 507)
                #expect(refusal.code == .senderQuota)
                #expect(refusal.retryAfter != nil)
            }
            // A device that is set up anew brings no new share.
            #expect(try await relay.request(.delete, "/v1/devices/2", token: mallory.token).status == 204)
            let third = try await TestDevice("mallory", device: 2, identity: mallory.identity)
                .registered(at: relay)
            #expect(try await send("5", from: third, to: bob, relay).code == .senderQuota)
            #expect(try await send("hello", from: alice, to: bob, relay).status == 200)
            // What is fetched makes room.
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.expect(text: "1")
                let second = try await socket.nextEnvelope()
                #expect(second.text == "2")
                try await socket.send(.ack([second.messageId]))
            }
            #expect(try await send("6", from: mallory, to: bob, relay).status == 200)
            #expect(try await send("7", from: mallory, to: bob, relay).code == .senderQuota)
        }
    }

    @Test func bytesOfASenderInAQueueAreBounded() async throws {
        let limits = Self.limits { $0.maxShareByteCount = 10_000 }
        try await TestRelay.run(in: ScratchDirectory(), limits: limits) { relay in
            let mallory = try await TestDevice("mallory").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let text = String(repeating: "x", count: 4_500)
            for _ in 1...2 { #expect(try await send(text, from: mallory, to: bob, relay).status == 200) }
            #expect(try await send(text, from: mallory, to: bob, relay).code == .senderQuota)
        }
    }

    @Test func oneSenderCannotFillTheDiskThroughManyQueues() async throws {
        let limits = Self.limits { $0.maxSenderMessageCount = 4 }
        try await TestRelay.run(in: ScratchDirectory(), limits: limits) { relay in
            let mallory = try await TestDevice("mallory").registered(at: relay)
            var victims: [TestDevice] = []
            for number in 1...5 {
                victims.append(try await TestDevice("victim\(number)").registered(at: relay))
            }
            for victim in victims.prefix(4) {
                #expect(try await send("x", from: mallory, to: victim, relay).status == 200)
            }
            #expect(try await send("x", from: mallory, to: victims[4], relay).code == .senderQuota)
            #expect(try await send("x", from: victims[0], to: victims[4], relay).status == 200)
            // A recipient that goes takes what waited for it along.
            let gone = victims[0]
            #expect(try await relay.request(.delete, "/v1/devices/1", token: gone.token).status == 204)
            #expect(try await send("x", from: mallory, to: victims[4], relay).status == 200)
        }
    }

    @Test func theQueuesOfAllDevicesOfAnAccountHaveALimitTogether() async throws {
        let limits = Self.limits { $0.maxAccountMessageCount = 4 }
        try await TestRelay.run(in: ScratchDirectory(), limits: limits) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let phone = try await TestDevice("bob", device: 2, identity: bob.identity).registered(at: relay)
            for device in [bob, phone, bob, phone] {
                #expect(try await send("x", from: alice, to: device, relay).status == 200)
            }
            for device in [bob, phone] {
                #expect(try await send("x", from: alice, to: device, relay).code == .queueFull)
            }
        }
    }

    @Test func totalsAreThoseOfTheTablesWhateverHappens() async throws {
        let folder = try ScratchDirectory()
        try await TestRelay.run(in: folder, configure: { $0.rates = .unlimited }) { relay in
            var random = SeededRandom(seed: 41)
            var devices: [TestDevice] = []
            for name in ["alice", "bob", "carol"] {
                devices.append(try await TestDevice(name).registered(at: relay))
            }
            for round in 0..<300 {
                let sender = devices[Int.random(in: 0..<3, using: &random)]
                let recipient = devices[Int.random(in: 0..<3, using: &random)]
                switch Int.random(in: 0..<12, using: &random) {
                case 0:
                    _ = try await relay.store.remove(recipient.address, at: 1)
                    let index = try #require(devices.firstIndex { $0.address == recipient.address })
                    devices[index] = try await recipient.registered(at: relay)
                case 1...3:
                    let page = try await relay.store.messages(
                        for: recipient.address, .regular(after: 0), maxCount: 5, maxByteCount: .max, at: 0)
                    try await relay.store.acknowledgeNow(
                        page.messages.map(\.sequence), for: recipient.address)
                case 4: _ = try await relay.store.expire(at: Int64(round) * 10_000)
                default:
                    let `class`: DeliveryClass = round % 3 == 0 ? .latest : .durable
                    _ = try await relay.store.accept(
                        sender.envelope(to: recipient, "\(round)", class: `class`), at: Int64(round) * 10_000)
                }
            }
            let differences: Int = try await relay.store.readers.read { database in
                try database.value(
                    """
                    WITH owners AS (
                        SELECT deviceKey, userId FROM devices
                        UNION ALL SELECT deviceKey, userId FROM formerDevices
                    ), counted AS (
                        SELECT place >> 40 AS device, userId AS sender, COUNT(*) AS messages,
                            SUM(length(envelope)) AS bytes
                        FROM messages JOIN owners ON owners.deviceKey = senderKey GROUP BY 1, 2
                    ), ids AS (
                        SELECT userId AS sender, COUNT(*) AS count
                        FROM acceptedIds JOIN owners ON owners.deviceKey = senderKey GROUP BY 1
                    )
                    SELECT
                        (SELECT COUNT(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM shares))
                        + (SELECT COUNT(*) FROM (SELECT * FROM shares EXCEPT SELECT * FROM counted))
                        + (SELECT COUNT(*) FROM senders WHERE
                            messageCount <> (SELECT COALESCE(SUM(messages), 0) FROM counted WHERE sender = userId)
                            OR byteCount <> (SELECT COALESCE(SUM(bytes), 0) FROM counted WHERE sender = userId)
                            OR idCount <> COALESCE((SELECT count FROM ids WHERE sender = userId), 0))
                        + (SELECT COUNT(*) FROM queues WHERE messageCount <>
                            (SELECT COUNT(*) FROM messages WHERE place >> 40 = queues.deviceKey))
                    """) ?? -1
            }
            #expect(differences == 0)
        }
    }

    // MARK: Accepted ids

    @Test func rememberedIDsOfASenderAreBoundedAndTheNewestAreHarmlessForTwoMinutes() async throws {
        let limits = Self.limits { $0.acceptedIDs.maxCount = 40 }
        try await TestRelay.run(in: ScratchDirectory(), limits: limits, configure: { $0.rates = .unlimited })
        {
            relay in
            let mallory = try await TestDevice("mallory").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            func ids() async throws -> Int {
                try await relay.store.readers.read { try $0.value("SELECT COUNT(*) FROM acceptedIds") ?? 0 }
            }
            let first = try mallory.envelope(to: bob, "first")
            var last = first
            _ = try await relay.store.accept(first, at: 0)
            for number in 1..<100 {
                last = try mallory.envelope(to: bob, "\(number)")
                _ = try await relay.store.accept(last, at: 0)
            }
            #expect(try await ids() == 100)
            _ = try await relay.store.expire(at: 119_999)
            #expect(try await relay.store.accept(last, at: 119_999) == .duplicate)
            _ = try await relay.store.expire(at: 120_000)
            #expect(try await ids() == 40)
            _ = try await relay.store.expire(at: 3_600_000)
            #expect(try await ids() == 20)
            // A sender of few messages may repeat them for 35 days, and so may this one the first it sent.
            #expect(try await relay.store.accept(first, at: 3_600_000) == .duplicate)
            let id: Int = try await relay.store.readers.read {
                try $0.value("SELECT idCount FROM senders WHERE userId = 'mallory'") ?? 0
            }
            #expect(id == 20)
        }
    }

    // MARK: Accounts

    @Test func oneTimePreKeysOfADeviceAreBoundedInAll() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let mallory = try await TestDevice("mallory").registered(at: relay)
            func upload(_ ids: ClosedRange<UInt32>) async throws -> Answer {
                var keys = mallory.preKeys(oneTime: ids, kyber: 1...1)
                (keys.signedPreKey, keys.lastResortKyberPreKey, keys.oneTimeKyberPreKeys) = (nil, nil, [])
                return try await relay.request(.post, "/v1/prekeys", token: mallory.token, json: keys)
            }
            #expect(try await upload(1...200).status == 200)
            #expect(try await upload(201...400).status == 200)
            let refusal = try await upload(401...401)
            #expect(refusal.status == 409)
            #expect(refusal.code == .preKeysFull)
            #expect(try await relay.store.totals().oneTimePreKeys == 400)
        }
    }

    @Test func kyberPreKeysOfADeviceAreBoundedInAll() async throws {
        let folder = try ScratchDirectory()
        var accounts = AccountLimits()
        accounts.maxOneTimeKyberPreKeyCount = 3
        let store = try SQLiteRelayStore(path: folder.file("relay.db"), accounts: accounts)
        let mallory = try TestDevice("mallory")
        try await store.register(
            RegisteredDevice(
                address: mallory.address, registrationID: 7, identityKey: mallory.identity.publicKey.wire,
                registeredAt: 1), tokenHash: [1], at: 1)
        _ = try await store.storePreKeys(
            mallory.preKeys(oneTime: 1...1, kyber: 1...3), for: mallory.address, at: 1)
        await #expect(throws: StoreError.preKeysFull(max: 3)) {
            try await store.storePreKeys(
                mallory.preKeys(oneTime: 2...2, kyber: 4...4, signedID: 2), for: mallory.address, at: 1)
        }
        // Nothing of the upload was taken.
        #expect(try await store.preKeyCounts(of: mallory.address).oneTime == 1)
        // What is used makes room.
        _ = try await store.takeBundles(of: mallory.address.identity)
        _ = try await store.storePreKeys(
            mallory.preKeys(oneTime: 2...2, kyber: 4...4, signedID: 2), for: mallory.address, at: 1)
    }

    @Test func anAccountHasThirtyTwoDevices() async throws {
        try await TestRelay.run(in: ScratchDirectory(), configure: { $0.rates = .unlimited }) { relay in
            let first = try await TestDevice("mallory").registered(at: relay)
            for number in 2...32 {
                _ = try await TestDevice("mallory", device: number, identity: first.identity)
                    .registered(at: relay)
            }
            let next = try TestDevice("mallory", device: 33, identity: first.identity)
            let refusal = try await relay.request(
                .post, "/v1/register", json: next.registrationRequest(nonce: try await relay.nonce()))
            #expect(refusal.status == 409)
            #expect(refusal.code == .tooManyDevices)
            // A device that is known may always renew its token.
            _ = try await first.registered(at: relay)
        }
    }

    @Test func newAccountsAreCountedByAddressAndRenewalsByAccount() async throws {
        func configure(_ configuration: inout RelayConfiguration) {
            configuration.rates.newAccounts = Rate(perSecond: 0.001, burst: 2)
            configuration.rates.keyChanges = Rate(perSecond: 0.001, burst: 2)
        }
        try await TestRelay.run(in: ScratchDirectory(), configure: configure) { relay in
            func answer(_ device: TestDevice) async throws -> Answer {
                try await relay.request(
                    .post, "/v1/register", json: device.registrationRequest(nonce: try await relay.nonce()))
            }
            let (alice, bob) = (try TestDevice("alice"), try TestDevice("bob"))
            #expect(try await answer(alice).status == 201)
            #expect(try await answer(bob).status == 201)
            let refusal = try await answer(TestDevice("carol"))
            #expect(refusal.code == .rateLimited)
            #expect(refusal.retryAfter != nil)
            // Those who have an account go on; who renews it again and again has to wait.
            for _ in 1...2 { #expect(try await answer(alice).status == 201) }
            #expect(try await answer(alice).code == .rateLimited)
            let renewed = try await bob.registered(at: relay)
            let keys = renewed.preKeys(oneTime: 1...1, kyber: 1...1)
            #expect(
                try await relay.request(.post, "/v1/prekeys", token: renewed.token, json: keys).status == 200)
            let others = renewed.preKeys(oneTime: 2...2, kyber: 2...2, signedID: 2)
            #expect(
                try await relay.request(.post, "/v1/prekeys", token: renewed.token, json: others).code
                    == .rateLimited)
        }
    }
}
