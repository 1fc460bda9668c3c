import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import TestSupport
import Testing

@testable import Messenger

/// Changed identities, broken sessions, messages that cannot be read.
struct TrustTests {
    let relay = MemoryRelay()

    @Test func changedIdentityBlocksSendingUntilAPersonApproves() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("before", to: bob)
        _ = try await bob.hears()

        relay.forget(bob.id)
        let newBob = try await Party.registered("bob", relay: relay)
        try await newBob.say("I have a new machine", to: alice)
        #expect(try await alice.hears() == [])
        #expect(try await alice.messenger.heldMessages().map(\.text) == ["I have a new machine"])

        // The relay has the old device no more: what is written waits, and says why.
        try await alice.messenger.send(.chat("waits"), to: bob.id)
        await #expect(throws: MessengerError.identityChanged(bob.id)) {
            try await alice.messenger.flush()
        }
        #expect(try await alice.history().last?.waitsBecause?.contains("has changed") == true)
        let keys = try await alice.messenger.keys(of: bob.id)
        #expect(keys.map(\.standing) == [.firstUse, .unapproved])
        #expect(keys.map(\.heldCount) == [0, 1])

        let theirs = try await newBob.messenger.keys(of: alice.id)[0].fingerprint.displayable
        await #expect(throws: MessengerError.noSuchKey(bob.id)) {
            try await alice.messenger.approve(bob.id, safetyNumber: String(repeating: "0", count: 60))
        }
        try await alice.messenger.approve(bob.id, safetyNumber: theirs)
        #expect(try await alice.hears() == ["I have a new machine"])
        try await alice.say("welcome", to: newBob)
        #expect(try await newBob.hears() == ["waits", "welcome"])
        #expect(try await alice.messenger.keys(of: bob.id).map(\.standing) == [.comparison, .retired])
    }

    @Test func changeInTheDirectoryIsNoticedAndApprovedToo() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("before", to: bob)
        relay.forget(bob.id)
        let newBob = try await Party.registered("bob", relay: relay)
        try await alice.store.write { try $0.sessions.forget(bob.address) }

        await #expect(throws: MessengerError.identityChanged(bob.id)) {
            try await alice.messenger.send(.chat("blocked"), to: bob.id)
        }
        #expect(try await alice.causes().count == 1)
        try await alice.messenger.approve(newBob.store.account.identity.publicKey, of: bob.id)
        try await alice.say("hello", to: newBob)
        #expect(try await newBob.hears() == ["hello"])
    }

    @Test func brokenSessionRepairsItself() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("one", to: bob)
        _ = try await bob.hears()
        try await bob.say("two", to: alice)
        _ = try await alice.hears()
        try await bob.handleAll()
        try await alice.handleAll()
        try await bob.store.write { try $0.sessions.forget(alice.address) }

        try await alice.say("not readable", to: bob)
        #expect(try await bob.hears() == [])
        let cause = try #require(try await bob.causes().first)
        #expect(cause.hasPrefix("not decrypted"))
        #expect(try await bob.messenger.incidents(limit: 10).map(\.peer) == ["alice.1"])
        #expect(relay.device(bob.address)?.queue.isEmpty == true)

        // Bob's ping begins the new session at Alice, her pong completes it at Bob, and what he could not read comes again.
        #expect(try await alice.hears() == [])
        #expect(try await bob.hears() == ["not readable"])
        try await alice.say("found", to: bob)
        #expect(try await bob.hears() == ["not readable", "found"])
        try await bob.say("good", to: alice)
        #expect(try await alice.hears() == ["good"])
        #expect(try await bob.causes() == [cause])
        #expect(try await alice.causes() == [])
    }

    @Test func repairIsTriedOnceInATime() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("one", to: bob)
        _ = try await bob.hears()
        let taken = relay.bundlesTaken
        let interval = SessionRepair.interval
        for (wait, expected) in [(0, true), (0, false), (interval - 1, false), (1, true)] {
            bob.wallClock.advance(by: wait)
            #expect(try await bob.messenger.repair.repair(alice.address) == expected)
        }
        #expect(relay.bundlesTaken == taken + 2)
    }

    /// Names cost whoever sends garbage nothing, least of all the relay.
    @Test func garbageOfManyStrangersCostsFewTriesAndKeepsNobodyWaiting() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("one", to: bob)
        _ = try await bob.hears()
        try await bob.handleAll()
        let garbage = try (0..<100).map { number in
            try Envelope(
                from: DeviceAddress(IdentityID("stranger-\(number)")), to: bob.address, sessionID: "x",
                messageID: UUID(), type: .whisper, body: [0x44, 1, 2, 3], timestamp: 1, class: .durable)
        }
        relay.update(bob.address) { $0.queue += garbage }
        try await alice.say("two", to: bob)
        try await bob.messenger.send(.chat("three"), to: alice.id)
        let asked = relay.bundleRequests
        // None of the strangers is known to the relay any more.
        #expect(try await bob.hears() == ["two"])
        #expect(relay.bundleRequests == asked + SessionRepair.strangerLimit)
        #expect(try await alice.hears() == ["three"])
        bob.wallClock.advance(by: SessionRepair.interval)
        relay.update(bob.address) { $0.queue += garbage.prefix(1) }
        #expect(try await bob.messenger.repair.repair(alice.address))
    }

    @Test func garbageIsRecordedAndForgottenByTheRelay() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        for type in [MessageType.prekey, .whisper] {
            let envelope = try Envelope(
                from: alice.address, to: bob.address, sessionID: "x", messageID: UUID(), type: type,
                body: [0x44, 1, 2, 3], timestamp: 1, class: .durable)
            _ = try await alice.messenger.access.withToken {
                try await $0.send(envelope, if: .none, token: $1)
            }
        }
        #expect(try await bob.hears() == [])
        #expect(try await bob.causes().count == 2)
        #expect(relay.device(bob.address)?.queue.isEmpty == true)
    }

    @Test(arguments: [
        (#"{"kind":"future.kind","version":1}"#, "not known to this version"),
        (#"{"kind":"user.chat.v1","version":2,"text":"x"}"#, "newer than this side understands"),
        (#"{"kind":"user.chat.v1","version":1}"#, "text: is missing"),
        (#"{"kind":"user.chat.v1","version":1,"text":5}"#, "text: is of the wrong type"),
        ("no JSON", "malformed"),
    ])
    func messageThatIsNotUnderstoodIsRecorded(content: String, cause: String) async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.messenger.startSession(with: bob.messenger.exportBundle())
        let outgoing = OutgoingMessage(id: UUID(), peer: bob.id, message: .chat(""), deliveryClass: .durable)
        try await alice.store.write { [address = bob.address] in
            try outgoing.enqueue(Data(content.utf8), for: address, in: &$0)
        }
        _ = try await alice.messenger.flush()
        #expect(try await bob.hears() == [])
        let causes = try await bob.causes()
        #expect(causes.count == 1)
        #expect(causes.first?.contains(cause) == true, "\(causes)")
        #expect(relay.device(bob.address)?.queue.isEmpty == true)
        // Decrypted all the same: the session goes on.
        try await alice.say("understood", to: bob)
        #expect(try await bob.hears() == ["understood"])
    }

    @Test func envelopeForSomebodyElseIsRecorded() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let carol = try await Party.registered("carol", relay: relay)
        try await alice.say("for bob", to: bob)
        let stray = try #require(relay.device(bob.address)?.queue.first)
        relay.update(carol.address) { $0.queue = [stray] }
        #expect(try await carol.hears() == [])
        #expect(try await carol.causes().first?.contains("for bob.1") == true)
        #expect(relay.device(carol.address)?.queue.isEmpty == true)
    }
}
