import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import Testing

@testable import Messenger

/// A process that dies between two steps: the store is closed and opened again, and nothing is lost or doubled.
struct CrashTests {
    let relay = MemoryRelay()

    @Test func afterEncryptingBeforeSending() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let id = try await alice.messenger.send(.chat("survives"), to: bob.id)
        let before = try await alice.waiting()
        try alice.restart()
        #expect(try await alice.waiting() == before)
        #expect(before.map(\.messageID) == [id])
        _ = try await alice.messenger.flush()
        #expect(try await bob.hears() == ["survives"])
    }

    @Test func afterTheRelayAcceptedBeforeWeKnow() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.messenger.send(.chat("once"), to: bob.id)
        relay.setLosesAnswers(true)
        await #expect(throws: MessengerError.self) { try await alice.messenger.flush() }
        relay.setLosesAnswers(false)
        try alice.restart()
        #expect(try await alice.messenger.flush().acceptedCount == 1)
        #expect(try await alice.history().map(\.delivery) == [.onRelay])
        #expect(try await bob.hears() == ["once"])
        try await alice.say("next", to: bob)
        #expect(try await bob.hears() == ["once", "next"])
    }

    @Test func afterDecryptingBeforeTheRelayForgets() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("once", to: bob)
        relay.setLosesAcks(true)
        #expect(try await bob.hears() == ["once"])
        #expect(relay.device(bob.address)?.queue.count == 1)
        relay.setLosesAcks(false)
        try bob.restart()
        #expect(try await bob.hears() == ["once"])
        #expect(relay.device(bob.address)?.queue.isEmpty == true)
        #expect(try await bob.causes() == [])
        try await bob.handleAll()
        #expect(try await bob.hears() == [])
    }

    @Test func ratchetInboxAndIDMoveTogetherOrNotAtAll() async throws {
        struct PowerCut: Error {}
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("before", to: bob)
        #expect(try await bob.hears() == ["before"])
        try await alice.say("once", to: bob)
        let envelope = try #require(relay.device(bob.address)?.queue.first)
        await #expect(throws: PowerCut.self) {
            try await bob.store.write { store in
                guard case .received = try Receiver(envelope: envelope).receive(in: &store) else { return }
                throw PowerCut()
            }
        }
        // Nothing of it is there; a key that was used up would make the second time fail.
        #expect(try await bob.messenger.inbox(limit: 10).map(\.text) == ["before"])
        #expect(try await bob.history().count == 1)
        try bob.restart()
        #expect(try await bob.hears() == ["before", "once"])
        #expect(try await bob.causes() == [])
    }

    @Test func receivedMessagesComeAgainUntilHandled() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        for text in ["one", "two", "three"] { try await alice.say(text, to: bob) }
        _ = try await bob.hears()
        func next(_ count: Int) async -> [ReceivedMessage] {
            var messages: [ReceivedMessage] = []
            for await message in bob.messenger.incoming() {
                messages.append(message)
                if messages.count == count { break }
            }
            return messages
        }
        let first = await next(3)
        #expect(first.map(\.text) == ["one", "two", "three"])
        #expect(first.map(\.sender) == [alice.id, alice.id, alice.id])
        try await bob.messenger.handled(first[0])
        try bob.restart()
        #expect(await next(2).map(\.text) == ["two", "three"])
    }

    @Test func sessionGoesOnAfterEveryRestart() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        for number in 0..<6 {
            let (from, to) = number.isMultiple(of: 2) ? (alice, bob) : (bob, alice)
            try await from.say("\(number)", to: to)
            try from.restart()
            try to.restart()
            #expect(try await to.hears() == ["\(number)"])
            try await to.handleAll()
        }
        #expect(relay.bundlesTaken == 1)
    }
}
