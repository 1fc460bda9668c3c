import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import Messenger

struct EncryptionTests {
    let relay = MemoryRelay()

    @Test func ratchetsAreSeenToTurn() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        #expect(try await alice.messenger.sessions(with: bob.id).isEmpty)
        try await alice.say("one", to: bob)
        try await alice.say("two", to: bob)
        _ = try await bob.hears()
        let first = try #require(try await alice.messenger.sessions(with: bob.id).first)
        #expect(first.sentCount == 2)
        #expect(first.postQuantumEpoch == 1)
        let other = try #require(try await bob.messenger.sessions(with: alice.id).first)
        #expect(other.receivedCount == 2)
        #expect(other.theirRatchetKey == first.ownRatchetKey)

        try await bob.say("three", to: alice)
        _ = try await alice.hears()
        try await alice.say("four", to: bob)
        let second = try #require(try await alice.messenger.sessions(with: bob.id).first)
        #expect(second.sentCount == 1)
        #expect(second.receivedCount == 1)
        #expect(second.ownRatchetKey != first.ownRatchetKey)
        #expect(second.begunAt == first.begunAt)
        #expect(second.begunAt != nil)
    }

    @Test func bothSidesCompareTheSameNumber() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        #expect(try await alice.messenger.safetyCode(with: bob.id) == nil)
        try await alice.say("one", to: bob)
        _ = try await bob.hears()
        let ours = try #require(try await alice.messenger.safetyCode(with: bob.id))
        let theirs = try #require(try await bob.messenger.safetyCode(with: alice.id))
        #expect(ours.digits == theirs.digits)
        #expect(try ScannableFingerprint(serialized: ours.scannable.bytes).matches(theirs.scannable.bytes))
        #expect(!ours.awaitsApproval)
    }

    @Test func onlyTheLastEnvelopesAreKept() throws {
        let recent = RecentEnvelopes()
        let from = DeviceAddress(try IdentityID("alice"), try DeviceID(1))
        let to = DeviceAddress(try IdentityID("bob"), try DeviceID(1))
        let envelopes = try (0...RecentEnvelopes.maxMessageCount).map { _ in
            try Envelope(
                from: from, to: to, sessionID: "x", messageID: UUID(), type: .whisper, body: [1],
                timestamp: 1,
                class: .durable)
        }
        for envelope in envelopes + envelopes.suffix(1) { recent.note(envelope) }
        #expect(recent.envelopes(of: envelopes[0].messageId).isEmpty)
        #expect(recent.envelopes(of: envelopes[1].messageId) == [envelopes[1]])
        #expect(recent.envelopes(of: envelopes[64].messageId) == [envelopes[64]])
    }
}
