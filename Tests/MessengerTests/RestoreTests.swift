import Cryptography
import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import TestSupport
import Testing

@testable import Messenger

/// A store that was restored, and tokens that are replaced, on a real relay.
@Suite(.timeLimit(.minutes(3)))
struct RestoreTests {
    @Test func restoredStoreGoesOnInNewSessionsWithoutLosingWhatWaits() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            try await alice.say("hello", to: bob)
            _ = try await bob.hears()
            try await bob.say("hello yourself", to: alice)
            _ = try await alice.hears()
            try await alice.handleAll()
            try await bob.handleAll()

            let backup = alice.scratch.file("backup.db")
            try alice.store.backUp(to: backup)
            try await alice.say("after the backup", to: bob)
            #expect(try await bob.hears() == ["after the backup"])
            try await bob.say("waiting for whoever comes", to: alice)

            try alice.restart(from: backup)
            #expect(try await alice.hears() == ["waiting for whoever comes"])
            try await alice.say("from the restored store", to: bob)
            #expect(try await bob.hears() == ["after the backup", "from the restored store"])
            try await bob.say("good to have you back", to: alice)
            #expect(try await alice.hears() == ["waiting for whoever comes", "good to have you back"])
            #expect(try await alice.causes() == [])
            #expect(try await bob.causes() == [])
        }
    }

    @Test func peerThatWritesFirstBeginsANewSessionToo() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            try await alice.say("hello", to: bob)
            _ = try await bob.hears()
            let backup = alice.scratch.file("backup.db")
            try alice.store.backUp(to: backup)
            try alice.restart(from: backup)
            try await alice.messenger.register()
            try await bob.say("are you there?", to: alice)
            #expect(try await alice.hears() == ["are you there?"])
            try await alice.say("yes", to: bob)
            #expect(try await bob.hears() == ["hello", "yes"])
        }
    }

    @Test func tokenIsReplacedWhenItIsOldAndTheConnectionGoesOn() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            let origin = try #require(relay.origin)
            func token() async throws -> SecretText? {
                try await alice.store.read { try $0.settings.relayToken(at: origin) }
            }
            let first = try await token()
            alice.wallClock.advance(days: 30)
            try await alice.messenger.lookAfterKeys()
            #expect(try await token() == first)
            try await running([alice.messenger]) {
                try await until(alice.messenger.outboxChanged) { alice.messenger.isConnected }
                alice.wallClock.advance(by: 1)
                try await alice.messenger.lookAfterKeys()
                // The relay has ended the connection under the old token.
                try await bob.say("still there?", to: alice)
                #expect(await alice.next(1) == ["still there?"])
            }
            #expect(try await token() != first)
        }
    }
}
