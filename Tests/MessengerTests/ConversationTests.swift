import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Testing
import TestSupport
import VectorSupport

@testable import Messenger

struct ConversationTests {
    let relay = MemoryRelay()

    @Test func offlineRecipientReceivesLaterInOrderAndAnswers() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        for number in 1...3 { try await alice.say("message \(number)", to: bob) }
        #expect(try await bob.hears() == ["message 1", "message 2", "message 3"])
        #expect(relay.device(bob.address)?.queue.isEmpty == true)

        try await bob.say("answer", to: alice)
        #expect(try await alice.hears() == ["answer"])
        #expect(relay.bundlesTaken == 1)
    }

    @Test func sameIDIsSentOnce() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let id = UUID()
        for _ in 0..<2 {
            try await alice.messenger.send(.chat("once"), to: bob.id, class: .durable, id: id)
            _ = try await alice.messenger.flush()
        }
        try alice.restart()
        relay.setDown(true)
        try await alice.messenger.send(.chat("once"), to: bob.id, class: .durable, id: id)
        relay.setDown(false)
        #expect(try await alice.outboxCount() == 0)
        #expect(try await bob.hears() == ["once"])
        #expect(try await alice.history().count == 1)
    }

    @Test func conversationsStandInTheHistoryOfBothSides() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let id = try await alice.messenger.send(.chat("hello"), to: bob.id)
        #expect(try await alice.history().map(\.delivery) == [.queued])
        _ = try await alice.messenger.flush()
        #expect(try await alice.history().map(\.delivery) == [.onRelay])
        _ = try await bob.hears()
        let received = try await bob.messenger.conversation(with: alice.id, before: nil, limit: 10)
        #expect(received.map(\.id) == [id])
        #expect(received.map(\.direction) == [.received])
        #expect(received.map(\.delivery) == [nil])
        #expect(received.map(\.message) == [.chat("hello")])

        try await bob.messenger.send(TypedMessage(.receipt(Receipt(messageIds: [id]))), to: alice.id)
        _ = try await bob.messenger.flush()
        #expect(try await alice.hears() == [])
        #expect(try await alice.history().map(\.delivery) == [.onDevice])
    }

    @Test func telemetryLeavesNoTraceOnceHandled() async throws {
        let probe = try await Party.registered("diagprobe", relay: relay)
        let agent = try await Party.registered("sysmaint", relay: relay)
        let report = TypedMessage(.telemetryReport(TelemetryReport(sample: Sample(takenAt: 1))))
        try await probe.messenger.send(report, to: agent.id, class: .latest)
        _ = try await probe.messenger.flush()
        #expect(try await agent.hears() == ["telemetry.report"])
        try await agent.handleAll()
        #expect(try await agent.messenger.inbox(limit: 10).isEmpty)
        #expect(try await agent.history().isEmpty)
        #expect(try await probe.history().isEmpty)
    }

    @Test func onlyTheNewestOfTheLatestWaits() async throws {
        let probe = try await Party.registered("diagprobe", relay: relay)
        let agent = try await Party.registered("sysmaint", relay: relay)
        for moment in 1...5 {
            let sample = Sample(takenAt: Int64(moment))
            try await probe.messenger.send(
                TypedMessage(.telemetryReport(TelemetryReport(sample: sample))), to: agent.id, class: .latest)
            try await probe.messenger.send(.chat("durable \(moment)"), to: agent.id)
        }
        #expect(try await probe.messenger.flush().acceptedCount == 6)
        _ = try await agent.hears()
        let messages = try await agent.messenger.inbox(limit: 10).map(\.message)
        #expect(messages.count == 6)
        #expect(
            messages.contains(TypedMessage(.telemetryReport(TelemetryReport(sample: Sample(takenAt: 5))))))
    }

    @Test func messageToNobodyIsRefusedAtOnce() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        await #expect(throws: MemoryRelay.problem(404, .unknownIdentity)) {
            try await alice.messenger.send(.chat("hello?"), to: try IdentityID("nobody"))
        }
        #expect(try await alice.outboxCount() == 0)
        #expect(try await alice.history().isEmpty)
    }

    @Test func nobodyWritesToThemselvesOnTheirOnlyDevice() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        await #expect(throws: MessengerError.ownIdentity(alice.id)) {
            try await alice.messenger.startSession(with: alice.id)
        }
    }

    @Test func messageTooLongIsRefusedAndChangesNothing() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let id = UUID()
        await #expect(throws: MessagePadding.Failure.self) {
            try await alice.messenger.send(
                .chat(String(repeating: "x", count: 200_000)), to: bob.id, class: .durable, id: id)
        }
        #expect(try await alice.outboxCount() == 0)
        try await alice.messenger.send(.chat("short"), to: bob.id, class: .durable, id: id)
        _ = try await alice.messenger.flush()
        #expect(try await bob.hears() == ["short"])
    }

    @Test func everyDeviceOfThePeerGetsACopy() async throws {
        let identity = IdentityKeyPair()
        let alice = try await Party.registered("alice", relay: relay)
        let phone = try Party("bob", device: 1, relay: relay, identity: identity)
        let tablet = try Party("bob", device: 2, relay: relay, identity: identity)
        try await phone.messenger.register()
        try await tablet.messenger.register()
        let id = try await alice.say("to both", to: phone)
        #expect(try await phone.hears() == ["to both"])
        #expect(try await tablet.hears() == ["to both"])
        #expect(try await tablet.messenger.inbox(limit: 1).map(\.id) == [id])
        #expect(try await alice.outboxCount() == 0)

        relay.update(alice.address) { _ in }
        try await tablet.say("from the tablet", to: alice)
        #expect(try await alice.hears() == ["from the tablet"])
    }

    @Test func relaySeesNoPlaintextAndNoLength() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("a", to: bob)
        try await alice.say("attack at dawn", to: bob)
        let queue = try #require(relay.device(bob.address)?.queue)
        #expect(Set(queue.map(\.body.bytes.count)).count == 1)
        let bytes = try JSONEncoder().encode(queue)
        #expect(bytes.range(of: Data("attack".utf8)) == nil)
        #expect(bytes.range(of: Data("user.chat".utf8)) == nil)
        #expect(Set(queue.map(\.sessionId)).count == 1)
    }

    @Test func sessionHasOneNameAtBothEnds() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("one", to: bob)
        let forth = try #require(relay.device(bob.address)?.queue.first)
        _ = try await bob.hears()
        try await bob.say("two", to: alice)
        let back = try #require(relay.device(alice.address)?.queue.first)
        #expect(forth.sessionId == back.sessionId)
        #expect(forth.type == .prekey)
        #expect(back.type == .whisper)
    }

    @Test func safetyNumbersAgree() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        await #expect(throws: MessengerError.unknownPeer(bob.id)) {
            try await alice.messenger.safetyNumber(with: bob.id)
        }
        try await alice.say("hello", to: bob)
        _ = try await bob.hears()
        let ours = try await alice.messenger.safetyNumber(with: bob.id)
        let theirs = try await bob.messenger.safetyNumber(with: alice.id)
        #expect(ours.displayable == theirs.displayable)
        #expect(ours.displayable.count == 60)
        #expect(try ours.scannable.matches(theirs.scannable.serialized))
    }

    @Test func twoPeopleMeetWithoutARelay() async throws {
        relay.setDown(true)
        let alice = try Party("alice", relay: relay)
        let bob = try Party("bob", relay: relay)
        await #expect(throws: MessengerError.unknownPeer(bob.id)) {
            try await alice.messenger.encrypt(.chat("early"), to: bob.id)
        }
        let bundle = try JSONDecoder().decode(
            IdentityBundle.self, from: JSONEncoder().encode(await bob.messenger.exportBundle()))
        try await alice.messenger.startSession(with: bundle)
        let envelope = try #require(try await alice.messenger.encrypt(.chat("by hand"), to: bob.id).first)
        #expect(try await bob.messenger.decrypt(envelope)?.text == "by hand")
        await #expect(throws: MessengerError.alreadyReceived) { try await bob.messenger.decrypt(envelope) }
        await #expect(throws: MessengerError.notForUs(recipient: bob.address)) {
            try await alice.messenger.decrypt(envelope)
        }
        let answer = try #require(try await bob.messenger.encrypt(.chat("back"), to: alice.id).first)
        #expect(try await alice.messenger.decrypt(answer)?.text == "back")
        #expect(try await alice.outboxCount() == 0)
    }

    @Test func reorderedAndRepeatedEnvelopesAreReadOnceEach() async throws {
        let alice = try Party("alice", relay: relay)
        let bob = try Party("bob", relay: relay)
        try await alice.messenger.startSession(with: bob.messenger.exportBundle())
        var envelopes: [Envelope] = []
        for number in 0..<20 {
            envelopes += try await alice.messenger.encrypt(.chat("\(number)"), to: bob.id)
        }
        let seed: UInt64 = 3
        var random = SeededRandom(seed: seed)
        var texts: Set<String> = []
        for envelope in (envelopes + envelopes).shuffled(using: &random) {
            do {
                texts.insert(try #require(try await bob.messenger.decrypt(envelope)).text)
            } catch MessengerError.alreadyReceived {}
        }
        #expect(texts == Set((0..<20).map(String.init)), "seed \(seed)")
        #expect(try await bob.messenger.inbox(limit: 100).count == 20)
        #expect(try await bob.causes() == [])
    }

    @Test func bundleWithAForgedSignatureIsRefused() async throws {
        let alice = try Party("alice", relay: relay)
        let bob = try Party("bob", relay: relay)
        let good = try await bob.messenger.exportBundle()
        let device = try #require(good.devices.first)
        let forged = SignedPreKey(
            id: device.signedPreKey.id, publicKey: device.signedPreKey.publicKey,
            signature: Base64([UInt8](repeating: 1, count: 64)))
        let bundle = IdentityBundle(
            id: good.id, identityKey: good.identityKey,
            devices: [
                DeviceBundle(
                    device: device.device, registrationId: device.registrationId, signedPreKey: forged,
                    kyberPreKey: device.kyberPreKey, oneTimePreKey: device.oneTimePreKey)
            ])
        await #expect(throws: MessengerError.invalidBundle(bob.id, reason: "a signature is wrong")) {
            try await alice.messenger.startSession(with: bundle)
        }
        #expect(try await alice.messenger.identities().isEmpty)
        let short = IdentityBundle(id: good.id, identityKey: Base64([5, 1]), devices: good.devices)
        await #expect(throws: MessengerError.invalidBundle(bob.id, reason: "a key is malformed")) {
            try await alice.messenger.startSession(with: short)
        }
        let empty = IdentityBundle(id: good.id, identityKey: good.identityKey, devices: [])
        await #expect(throws: MessengerError.noDevices(bob.id)) {
            try await alice.messenger.startSession(with: empty)
        }
    }
}
