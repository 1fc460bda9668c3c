import Cryptography
import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import Messenger

/// Bundles and first messages as a relay or a peer forges them: what is wrong begins no session, and what is right goes on.
@Suite(.timeLimit(.minutes(5)))
struct HostileBundlesTests {
    private let relay = MemoryRelay()
    private let alice, bob, carol: Party

    init() async throws {
        alice = try await .registered("alice", relay: relay)
        bob = try await .registered("bob", relay: relay)
        carol = try await .registered("carol", relay: relay)
    }

    /// What a relay can exchange in a bundle.
    enum Forgery: String, CaseIterable {
        case flippedSignature, signedKeyOfAnother, kyberKeyOfAnother, flippedKyberSignature, keysSwapped
        case signatureOfTheOtherKey, zeroSignedKey, zeroOneTimeKey, shortKey, emptySignature
    }

    private func forge(
        _ forgery: Forgery, with foreign: MemoryRelay.Device, in device: inout MemoryRelay.Device
    ) {
        guard let signed = device.signed, let kyber = device.oneTimeKyber.first ?? device.lastResort else {
            return
        }
        func flipped(_ bytes: Base64) -> Base64 {
            var bytes = bytes.bytes
            bytes[7] ^= 1
            return Base64(bytes)
        }
        func with(_ key: Base64, _ signature: Base64) -> SignedPreKey {
            SignedPreKey(id: signed.id, publicKey: key, signature: signature)
        }
        let zero = Base64([5] + [UInt8](repeating: 0, count: 32))
        func setKyber(_ key: SignedPreKey?) {
            device.oneTimeKyber = []
            device.lastResort = key
        }
        switch forgery {
        case .flippedSignature: device.signed = with(signed.publicKey, flipped(signed.signature))
        case .signedKeyOfAnother: device.signed = foreign.signed
        case .kyberKeyOfAnother: setKyber(foreign.lastResort)
        case .flippedKyberSignature:
            setKyber(
                SignedPreKey(id: kyber.id, publicKey: kyber.publicKey, signature: flipped(kyber.signature)))
        case .keysSwapped:
            device.signed = kyber
            setKyber(signed)
        case .signatureOfTheOtherKey: device.signed = with(signed.publicKey, kyber.signature)
        case .zeroSignedKey: device.signed = with(zero, signed.signature)
        case .zeroOneTimeKey:
            device.oneTime = device.oneTime.map { OneTimePreKey(id: $0.id, publicKey: zero) }
        case .shortKey:
            device.signed = with(Base64(Array(signed.publicKey.bytes.dropLast())), signed.signature)
        case .emptySignature: device.signed = with(signed.publicKey, Base64([]))
        }
    }

    @Test(arguments: Forgery.allCases) func forgedBundleBeginsNoSession(forgery: Forgery) async throws {
        let sound = try #require(relay.device(bob.address))
        let foreign = try #require(relay.device(carol.address))
        relay.update(bob.address) { forge(forgery, with: foreign, in: &$0) }
        await #expect(throws: (any Error).self) { try await alice.say("into the trap", to: bob) }
        #expect(relay.device(bob.address)?.queue.isEmpty == true)
        // Others are not concerned, and neither is Bob once the relay is honest.
        try await alice.say("hello", to: carol)
        #expect(try await carol.hears() == ["hello"])
        relay.update(bob.address) { $0 = sound }
        try await alice.say("hello", to: bob)
        #expect(try await bob.hears().contains("hello"))
        #expect(try await bob.causes() == [])
    }

    /// The peer itself can sign what it likes.
    @Test func keyOfSmallOrderThatItsOwnerSignedBeginsNoSession() async throws {
        let identity = bob.store.account.identity
        let zero = [UInt8(5)] + [UInt8](repeating: 0, count: 32)
        let signature = identity.privateKey.signature(for: zero)
        relay.update(bob.address) {
            $0.signed = SignedPreKey(id: 9, publicKey: Base64(zero), signature: Base64(signature))
        }
        await #expect(throws: (any Error).self) { try await alice.say("into the trap", to: bob) }
        try await alice.say("hello", to: carol)
        #expect(try await carol.hears() == ["hello"])
    }

    /// A relay that gives one key to several.
    @Test func oneTimeKeyGivenOutTwiceDelaysOneMessageAndIsRepaired() async throws {
        let before = try #require(relay.device(bob.address))
        try await alice.say("first", to: bob)
        relay.update(bob.address) { (device: inout MemoryRelay.Device) in
            (device.oneTime, device.oneTimeKyber) = (before.oneTime, before.oneTimeKyber)
        }
        try await carol.say("second", to: bob)
        #expect(try await bob.hears() == ["first"])
        #expect(try await bob.causes().count == 1)
        _ = try await bob.messenger.flush()
        _ = try await carol.hears()
        try await carol.say("third", to: bob)
        #expect(try await bob.hears() == ["first", "second", "third"])
    }

    /// The relay's copies under other ids.
    @Test func repeatedFirstMessagesAreNotShownAndCostOneRepair() async throws {
        try await alice.say("once", to: bob)
        let envelope = try #require(relay.device(bob.address)?.queue.first)
        #expect(try await bob.hears() == ["once"])
        let bundles = relay.bundlesTaken
        for round in 1...3 {
            let copies = try (1...20).map { _ in
                try Envelope(
                    from: envelope.sender, to: envelope.recipient, sessionID: envelope.sessionId,
                    messageID: UUID(), type: envelope.type, body: envelope.body.bytes,
                    timestamp: envelope.timestamp, class: .durable)
            }
            relay.update(bob.address) { $0.queue += copies }
            #expect(try await bob.hears() == ["once"], "round \(round)")
        }
        #expect(relay.bundlesTaken <= bundles + 1)
        _ = try await bob.messenger.flush()
        _ = try await alice.hears()
        try await alice.say("twice", to: bob)
        #expect(try await bob.hears() == ["once", "twice"])
    }

    /// A peer that begins a session with each message.
    @Test func sessionsWithoutNumberAreBounded() async throws {
        try await alice.say("0", to: bob)
        for number in 1...60 {
            let bundle = try await relay.bundle(
                of: bob.id, token: #require(relay.device(alice.address)).token)
            try await alice.store.write { transaction in
                _ = try PeerSessions.begin(with: bundle, broken: [bob.address.device], in: &transaction)
            }
            try await alice.say("\(number)", to: bob)
        }
        #expect(try await bob.hears() == (0...60).map { "\($0)" })
        #expect(try await bob.causes() == [])
        let size = try await bob.store.read { try $0.byteCountOfAlicesSessions() }
        #expect(size < 2 << 20)
        try await bob.say("enough", to: alice)
        #expect(try await alice.hears() == ["enough"])
    }

    /// Clocks that are wrong, as without a battery or after a mistake, and right again.
    @Test(arguments: [31 * 86_400, -31 * 86_400, -1_800_000_000, -1_800_000_001, 2_302_000_000])
    func clockThatJumpsLosesNothing(jump: Int) async throws {
        let seconds = TimeInterval(jump)
        try await alice.say("before", to: bob)
        _ = try await bob.hears()
        try await bob.say("yes", to: alice)
        _ = try await alice.hears()
        for party in [alice, bob] { try await party.handleAll() }
        alice.wallClock.advance(by: seconds)
        try await alice.messenger.lookAfterKeys()
        try await alice.say("jumped", to: bob)
        #expect(try await bob.hears() == ["jumped"])
        try await bob.say("really", to: alice)
        #expect(try await alice.hears() == ["really"])
        try alice.restart()
        alice.wallClock.advance(by: -seconds)
        try await alice.messenger.lookAfterKeys()
        try await bob.say("welcome back", to: alice)
        #expect(try await alice.hears() == ["really", "welcome back"])
        try await alice.say("thanks", to: bob)
        #expect(try await bob.hears() == ["jumped", "thanks"])
        #expect(try await alice.causes() == [])
        #expect(try await bob.causes() == [])
    }
}

extension Transaction {
    /// What the sessions of a store take up.
    fileprivate func byteCountOfAlicesSessions() throws -> Int {
        let peer = try IdentityID("alice")
        return try peers.peer(peer)?.keys.reduce(0) { sum, known in
            try known.devices.reduce(sum) { sum, device in
                let address = DeviceAddress(peer, device)
                return sum + (try sessions.session(with: address, under: known.key)?.serialized.count ?? 0)
            }
        } ?? 0
    }
}
