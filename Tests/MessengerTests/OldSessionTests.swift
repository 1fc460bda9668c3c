import Cryptography
import KeyStore
import RelayAPI
import TestSupport
import Testing

@testable import Messenger
@testable import SignalProtocol

/// Stores that were written before sessions had a post-quantum ratchet.
struct OldSessionTests {
    @Test func sessionsOfBeforeThePostQuantumRatchetAreRenewedUnnoticed() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("one", to: bob)
        #expect(try await bob.hears() == ["one"])
        try await bob.say("two", to: alice)
        #expect(try await alice.hears() == ["two"])
        for (party, peer) in [(alice, bob), (bob, alice)] {
            try await party.handleAll()
            try await party.forgetPostQuantumRatchet(with: peer)
            try party.restart()
        }

        try await alice.say("three", to: bob)
        #expect(try await bob.hears() == ["three"])
        try await bob.say("four", to: alice)
        #expect(try await alice.hears() == ["four"])
        for (party, peer) in [(alice, bob), (bob, alice)] {
            let record = try #require(try await party.session(with: peer))
            #expect(
                try record.hasUsableSession(meeting: .postQuantumRatchet, now: party.wallClock.now),
                "\(party.id) has no new session")
        }
    }
}

extension Party {
    fileprivate func session(with peer: Party) async throws -> SessionRecord? {
        try await store.read { try $0.sessions.session(with: peer.address) }
    }

    /// Stores the session such as it was before there was the ratchet.
    fileprivate func forgetPostQuantumRatchet(with peer: Party) async throws {
        try await store.write { store in
            var record = try #require(try store.sessions.session(with: peer.address))
            var state = try #require(try record.currentState())
            state.postQuantumRatchet = PostQuantumRatchet(serialized: SecretBytes([]))
            record.updateCurrent(state)
            try store.sessions.store(record, with: peer.address, under: state.remoteIdentity)
        }
    }
}
