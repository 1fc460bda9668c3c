import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import Testing
import TestSupport

@testable import KeyStore
@testable import Messenger

/// What a peer could not read is sent again, once, in the session that replaces the broken one.
@Suite(.timeLimit(.minutes(3)))
struct SentAgainTests {
    /// Two that have talked; then the second one's store is put back to before the last messages.
    private func withBobPutBack(
        _ body: (_ alice: Party, _ bob: Party, _ relay: MemoryRelay) async throws -> Void
    ) async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("hello", to: bob)
        _ = try await bob.hears()
        try await bob.say("hello yourself", to: alice)
        _ = try await alice.hears()
        let backup = bob.scratch.file("backup.db")
        try bob.store.backUp(to: backup)
        for text in ["one", "two"] {
            try await alice.say(text, to: bob)
            _ = try await bob.hears()
            try await bob.say("yes, \(text)", to: alice)
            _ = try await alice.hears()
        }
        for party in [alice, bob] { try await party.handleAll() }
        try bob.restart(from: backup)
        try await body(alice, bob, relay)
    }

    @Test func whatAStoreThatWasPutBackCannotReadComesAgain() async throws {
        try await withBobPutBack { alice, bob, _ in
            try await alice.say("three", to: bob)
            try await alice.say("four", to: bob)
            // The first look tells that they cannot be read, and asks; Alice answers; the second look has them.
            _ = try await bob.hears()
            _ = try await alice.hears()
            _ = try await bob.messenger.receiveUntilEmpty()
            let heard = try await bob.messenger.inbox(limit: 100).map(\.text)
            #expect(heard.suffix(2) == ["three", "four"])
            // Only once.
            _ = try await alice.hears()
            #expect(try await bob.messenger.inbox(limit: 100).count { $0.text == "three" } == 1)
        }
    }

    /// Whoever asks for the messages of others, or for the same ones again, gets nothing.
    @Test func nobodyGetsMoreThanWasMeantForThem() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let mallory = try await Party.registered("mallory", relay: relay)
        let id = try await alice.say("for Bob alone", to: bob)
        let known = try await alice.say("for Mallory", to: mallory)
        _ = try await mallory.hears()
        for _ in 1...3 {
            try await mallory.messenger.send(
                TypedMessage(.ping(Ping(unread: [id, known] + (0..<100).map { _ in UUID() }))), to: alice.id)
            _ = try await mallory.messenger.flush()
            _ = try await alice.hears()
        }
        #expect(try await mallory.hears().filter { $0.hasPrefix("for") } == ["for Mallory", "for Mallory"])
        #expect(try await bob.hears() == ["for Bob alone"])
    }

    /// Pings, messages that are confirmed and questions of somebody who fetches nothing.
    @Test func whoFetchesNothingFillsNoOutbox() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let mallory = try await Party.registered("mallory", relay: relay)
        try await mallory.say("hello", to: alice)
        _ = try await alice.hears()
        let reply = ChatReply(
            text: "x", outcome: .answered, answeredBy: "m", usage: nil, evidence: [], unbackedFigures: [],
            elapsedMilliseconds: 1)
        for _ in 1...150 {
            for message in [TypedMessage(.ping()), .chat("read this")] {
                for envelope in try await mallory.messenger.encrypt(message, to: alice.id) {
                    _ = try await alice.messenger.decrypt(envelope)
                }
            }
            try await alice.messenger.confirm(try await alice.messenger.inbox(limit: 1))
            try await alice.handleAll()
        }
        #expect(try await alice.outboxCount() == 100)
        for _ in 1...600 { try await alice.messenger.send(TypedMessage(.chatReply(reply)), to: mallory.id) }
        #expect(try await alice.outboxCount() == 500)
        // What people write always goes.
        try await alice.messenger.send(.chat("by hand"), to: mallory.id)
        #expect(try await alice.outboxCount() == 501)
    }

    /// Names cost little; the sessions with them take bounded room, and one that is used is not among those that go.
    @Test func sessionsOfManyNamesAreBounded() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await bob.say("hello", to: alice)
        _ = try await alice.hears()
        func count() async throws -> Int {
            try alice.store.writer.performAndWait { try $0.value("SELECT COUNT(*) FROM session") ?? 0 }
        }
        for round in 1...3 {
            try alice.store.writer.performAndWait { database in
                try database.run(
                    """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
                    INSERT INTO session (address, sealed) SELECT randomblob(32), zeroblob(10) FROM n
                    """)
            }
            try await bob.say("\(round)", to: alice)
            #expect(try await alice.hears().last == "\(round)")
            #expect(try await count() <= 10_000)
        }
        #expect(try await alice.causes() == [])
    }

    @Test func rememberedIDsAreBounded() async throws {
        let alice = try Party("alice", relay: MemoryRelay())
        let kept = try await alice.store.write { transaction in
            for _ in 1...50 { _ = try transaction.seenMessages.noteSent(UUID()) }
            return UUID()
        }
        alice.wallClock.advance(by: 1)
        let isKept = try await alice.store.write { transaction in
            _ = try transaction.seenMessages.noteSent(kept)
            try transaction.seenMessages.forget(olderThan: .seconds(3600), keeping: 10)
            return try transaction.seenMessages.wasSent(kept)
        }
        #expect(isKept)
        let count: Int? = try alice.store.writer.performAndWait {
            try $0.value("SELECT COUNT(*) FROM seenMessage")
        }
        #expect(try #require(count) <= 51)
    }
}
