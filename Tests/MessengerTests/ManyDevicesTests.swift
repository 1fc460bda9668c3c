import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Synchronization
import TestSupport
import Testing

@testable import Messenger

/// A recipient with several devices: each gets a copy of its own, at the same time as the others.
@Suite(.timeLimit(.minutes(15)))
struct ManyDevicesTests {
    private let identity = IdentityKeyPair()

    /// Bob's devices, registered.
    private func devices(_ numbers: ClosedRange<UInt8>, on relay: any Relay) async throws -> [Party] {
        var parties: [Party] = []
        for number in numbers {
            let party = try Party(
                "bob", device: number, relay: relay, clock: HurriedClock(), identity: identity)
            try await party.messenger.register()
            parties.append(party)
        }
        return parties
    }

    @Test func allCopiesAreOnTheirWayBeforeOneIsAnswered() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await devices(1...3, on: relay)
        var ids: [UUID] = []
        for text in ["one", "two"] { ids.append(try await alice.messenger.send(.chat(text), to: bob[0].id)) }

        let sent = Mutex<[(MessageCopy, after: UUID?)]>([])
        let flow = OutboxFlow(store: alice.store) { frame in
            guard case .send(let envelope, let conditions) = frame else { return }
            sent.withLock { $0.append((envelope.copy, conditions.after)) }
        }
        #expect(try await flow.advance() == [])
        for party in bob {
            let device = party.address.device
            let copies = sent.withLock { $0.filter { $0.0.device == device } }
            #expect(copies.map(\.0.messageId) == ids)
            // The second is not taken without the first, for each device by itself.
            #expect(copies.map(\.after) == [nil, ids[0]])
        }
        #expect(sent.withLock(\.count) == 6)
    }

    @Test func answersSettleTheCopyThatTheyName() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await devices(1...2, on: relay)
        let id = try await alice.messenger.send(.chat("one"), to: bob[0].id)
        let flow = OutboxFlow(store: alice.store) { _ in }
        _ = try await flow.advance()
        let second = MessageCopy(messageId: id, device: bob[1].address.device)
        let message = try #require(await flow.message(second))
        #expect(message.recipient.device.rawValue == 2)
        await flow.settled([OutboxFlow.Answer(copy: second, message: message)])
        #expect(await flow.message(second) == nil)
        #expect(await flow.message(MessageCopy(messageId: id, device: .first)) != nil)
    }

    @Test func oneBundleMakesAllSessionsThatChangesCallFor() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let old = try await devices(1...2, on: relay)
        try await alice.say("for the old ones", to: old[0])
        let before = relay.bundlesTaken

        // Both are set up anew, and there is a third: 410 for each copy, or 409.
        relay.forget(old[0].id)
        let new = try await devices(1...3, on: relay)
        for text in ["one", "two"] { try await alice.messenger.send(.chat(text), to: new[0].id) }
        let result = try await alice.messenger.flush()
        #expect(result.acceptedCount == 6)
        #expect(result.waitingCount == 0)
        #expect(result.failures == [])
        #expect(relay.bundlesTaken == before + 1)
        for party in new { #expect(try await party.hears() == ["one", "two"]) }
    }

    @Test func connectedSenderKeepsTheOrderOfEachDeviceThroughChanges() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let old = try await devices(1...2, on: relay)
            try await alice.say("0", to: old[0])
            for party in old { #expect(try await party.hears() == ["0"]) }
            try await running([alice.messenger]) {
                try await until(alice.messenger.outboxChanged) { alice.messenger.isConnected }
                let new = try await devices(1...4, on: relay)
                try await running(new.map(\.messenger)) {
                    for number in 1...20 {
                        try await alice.messenger.send(.chat("\(number)"), to: old[0].id)
                    }
                    for party in new {
                        #expect(await party.next(20) == (1...20).map(String.init))
                        #expect(try await party.causes() == [])
                    }
                }
                try await until(alice.messenger.outboxChanged) { try await alice.outboxCount() == 0 }
            }
        }
    }

    /// What a chore looked at may change while it goes on, so that only one that waits stands for another.
    @Test func choreThatWaitsIsNotAddedAgainOneUnderWayIs() async throws {
        let chores = Chores()
        let (bob, carol) = (try IdentityID("bob"), try IdentityID("carol"))
        for peer in [bob, bob, carol, bob] { chores.add(.renewDevices(peer)) }
        var all = chores.all.makeAsyncIterator()
        #expect(await all.next() == .renewDevices(bob))
        chores.add(.renewDevices(bob))
        chores.begin(.renewDevices(bob))
        chores.add(.renewDevices(bob))
        #expect(await all.next() == .renewDevices(carol))
        #expect(await all.next() == .renewDevices(bob))
    }
}
