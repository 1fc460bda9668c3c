import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Testing

@testable import Messenger

/// A relay that writes to anybody as anybody, under a key of its own.
struct ForgeryTests {
    let relay = MemoryRelay()

    /// Carol and Dave have written to each other, and compared safety numbers if so.
    private func acquainted(verified: Bool) async throws -> (carol: Party, dave: Party) {
        let carol = try await Party.registered("carol", relay: relay)
        let dave = try await Party.registered("dave", relay: relay)
        try await carol.say("hello", to: dave)
        _ = try await dave.hears()
        try await dave.say("hello yourself", to: carol)
        _ = try await carol.hears()
        for party in [carol, dave] { try await party.handleAll() }
        if verified {
            let number = try await dave.messenger.safetyNumber(with: carol.id).displayable
            try await carol.messenger.approve(dave.id, safetyNumber: number)
        }
        return (carol, dave)
    }

    @Test(arguments: [false, true]) func forgedMessageIsHeldAndToldOnce(verified: Bool) async throws {
        let (carol, dave) = try await acquainted(verified: verified)
        let forger = try Forger(as: dave.id, relay: relay)
        for text in ["open the door", "now"] { try await forger.write(.chat(text), to: carol) }
        #expect(try await carol.hears() == [])
        #expect(try await carol.history().count == 2)
        let causes = try await carol.causes()
        #expect(causes.count == 1)
        #expect(causes[0].contains("nobody has approved"))

        let held = try await carol.messenger.heldMessages()
        #expect(held.map(\.text) == ["open the door", "now"])
        #expect(held.map(\.key?.standing) == [.unapproved, .unapproved])
        #expect(held.map(\.key?.identityKey.bytes) == [forger.key.wire, forger.key.wire])
        let waiting = try await carol.messenger.unapprovedKeys()
        #expect(waiting.map(\.peer) == [dave.id])
        #expect(waiting.map(\.safetyNumber) == [try forger.safetyNumber(with: carol)])
        #expect(waiting.map(\.heldCount) == [2])

        // The conversation under the old key goes on meanwhile.
        try await carol.say("are you there?", to: dave)
        #expect(try await dave.hears() == ["are you there?"])
        try await dave.say("yes", to: carol)
        #expect(try await carol.hears() == ["yes"])
        let standing: KeyStanding = verified ? .comparison : .firstUse
        #expect(try await carol.messenger.inbox(limit: 10).map(\.key?.standing) == [standing])
        #expect(
            try await carol.history().map(\.key?.standing) == [nil, standing, nil, standing])
        // Also after a new start.
        try carol.restart()
        try await forger.write(.chat("again"), to: carol)
        #expect(try await carol.hears() == ["yes"])
        #expect(try await carol.causes() == causes)
        #expect(try await carol.messenger.heldMessages().count == 3)
    }

    @Test func programsMessagesUnderAForgedKeyDoNothing() async throws {
        let (carol, dave) = try await acquainted(verified: false)
        let forger = try Forger(as: dave.id, relay: relay)
        let id = try await carol.say("did you get this?", to: dave)
        let payloads: [Payload] = [
            .receipt(Receipt(messageIds: [id])), .ping(), .pong, .chatCancel,
            .telemetryAck(TelemetryAck(takenAt: 1)),
        ]
        for payload in payloads {
            try await forger.write(TypedMessage(payload, requestId: UUID()), to: carol)
        }
        #expect(try await carol.hears() == [])
        #expect(try await carol.history().last?.delivery == .onRelay)
        #expect(try await carol.messenger.heldMessages().isEmpty)
        // Neither is the ping answered, under whatever key.
        #expect(try await dave.hears() == ["did you get this?"])
        #expect(try await carol.outboxCount() == 0)
        #expect(try await carol.causes().count == 1)
    }

    @Test(arguments: [false, true]) func rejectionEndsIt(verified: Bool) async throws {
        let (carol, dave) = try await acquainted(verified: verified)
        let forger = try Forger(as: dave.id, relay: relay)
        try await forger.write(.chat("open the door"), to: carol)
        #expect(try await carol.hears() == [])
        let real = try await carol.messenger.safetyNumber(with: dave.id).displayable
        try await carol.messenger.reject(dave.id, safetyNumber: forger.safetyNumber(with: carol))
        #expect(try await carol.messenger.heldMessages().isEmpty)
        #expect(try await carol.messenger.unapprovedKeys().isEmpty)

        try await forger.write(.chat("open it"), to: carol)
        #expect(try await carol.hears() == [])
        #expect(try await carol.messenger.heldMessages().isEmpty)
        #expect(try await carol.causes().count == 1)
        #expect(try await carol.messenger.safetyNumber(with: dave.id).displayable == real)
        try await dave.say("still me", to: carol)
        #expect(try await carol.hears() == ["still me"])
    }

    @Test func approvalIsOfTheComparedKeyNotOfTheNewest() async throws {
        let (carol, dave) = try await acquainted(verified: true)
        // Dave has a new machine; the relay forges meanwhile.
        relay.forget(dave.id)
        let newDave = try await Party.registered("dave", relay: relay)
        let forgers = try [Forger(as: dave.id, relay: relay), Forger(as: dave.id, relay: relay)]
        try await forgers[0].write(.chat("first forged"), to: carol)
        try await newDave.say("a new machine", to: carol)
        try await forgers[1].write(.chat("last forged"), to: carol)
        #expect(try await carol.hears() == [])

        let read = try await newDave.messenger.safetyNumber(with: carol.id).displayable
        try await carol.messenger.approve(dave.id, safetyNumber: read)
        #expect(try await carol.hears() == ["a new machine"])
        #expect(try await carol.history().last?.key?.standing == .comparison)
        #expect(try await carol.messenger.heldMessages().map(\.text) == ["first forged", "last forged"])
        try await carol.say("welcome", to: newDave)
        #expect(try await newDave.hears() == ["welcome"])
        // Exactly once: what was delivered by the decision does not come again.
        try await carol.handleAll()
        try carol.restart()
        #expect(try await carol.hears() == [])
    }

    @Test func retiredKeyComesBackHeld() async throws {
        let (carol, dave) = try await acquainted(verified: false)
        // A person has fallen for the forged key, and then compared.
        let forger = try Forger(as: dave.id, relay: relay)
        try await forger.write(.chat("it is me"), to: carol)
        _ = try await carol.hears()
        let real = try await carol.messenger.safetyNumber(with: dave.id).displayable
        let number = try forger.safetyNumber(with: carol)
        try await carol.messenger.approve(dave.id, safetyNumber: number)
        #expect(try await carol.hears() == ["it is me"])
        try await carol.messenger.approve(dave.id, safetyNumber: real)

        try await forger.write(.chat("and again"), to: carol)
        _ = try await carol.hears()
        #expect(try await carol.messenger.heldMessages().map(\.text) == ["and again"])
        #expect(try await carol.history().last?.key?.standing == .retired)
        #expect(try await carol.messenger.unapprovedKeys().map(\.safetyNumber) == [number])
        #expect(try await carol.causes().count == 2)
        try await carol.say("to the real one", to: dave)
        #expect(try await dave.hears() == ["to the real one"])
    }

    @Test func rejectedFirstKeyIsWrittenToNoMore() async throws {
        let carol = try await Party.registered("carol", relay: relay)
        let dave = try await Party.registered("dave", relay: relay)
        // The relay comes first.
        let forger = try Forger(as: dave.id, relay: relay)
        try await forger.write(.chat("hello, I am Dave"), to: carol)
        #expect(try await carol.hears() == ["hello, I am Dave"])
        try await carol.messenger.send(.chat("for Dave alone"), to: dave.id)
        #expect(try await carol.outboxCount() == 1)

        try await carol.messenger.reject(dave.id, safetyNumber: forger.safetyNumber(with: carol))
        #expect(try await carol.outboxCount() == 0)
        let sent = try #require(try await carol.history().last)
        #expect(sent.delivery == .failed)
        #expect(sent.failure?.contains("send it again") == true)
        #expect(try await carol.hears() == [])
        await #expect(throws: MessengerError.identityChanged(dave.id)) {
            try await carol.messenger.send(.chat("to whom?"), to: dave.id)
        }
        // No key takes its place by itself.
        try await dave.say("I am Dave", to: carol)
        #expect(try await carol.hears() == [])
        let number = try await dave.messenger.safetyNumber(with: carol.id).displayable
        try await carol.messenger.approve(dave.id, safetyNumber: number)
        #expect(try await carol.hears() == ["I am Dave"])
        try await carol.say("at last", to: dave)
        #expect(try await dave.hears() == ["at last"])
    }

    @Test func whatWaitsIsNotSentUnderAReplacedKey() async throws {
        let (carol, dave) = try await acquainted(verified: false)
        let newDave = try Party("dave", relay: relay)
        try await newDave.messenger.startSession(with: carol.messenger.exportBundle())
        let hello = try await newDave.messenger.encrypt(.chat("new machine"), to: carol.id)
        await #expect(throws: MessengerError.held(dave.id)) { try await carol.messenger.decrypt(hello[0]) }
        try await carol.messenger.send(.chat("waits"), to: dave.id)
        let before = try #require(try await carol.waiting().first)

        try await carol.messenger.approve(newDave.store.account.identity.publicKey, of: dave.id)
        let after = try #require(try await carol.waiting().first)
        #expect(after.messageID == before.messageID)
        #expect(after.envelope.body != before.envelope.body)
        #expect(try await newDave.messenger.decrypt(after.envelope)?.text == "waits")
    }

    @Test func pinnedKeysOfOneProcessStandAgainstTheRelay() async throws {
        let agent = try await Party.registered("sysmaint", relay: relay)
        let probe = try await Party.registered("diagprobe", relay: relay)
        // The relay was first, even.
        let forger = try Forger(as: probe.id, relay: relay)
        try await forger.write(.chat("I am the probe"), to: agent)
        _ = try await agent.hears()
        let key = probe.store.account.identity.publicKey
        #expect(try await agent.messenger.pin(key, of: probe.id))
        #expect(try await agent.messenger.pin(key, of: probe.id))
        #expect(try await agent.messenger.keys(of: probe.id).map(\.standing) == [.invitation, .retired])
        // What a person has compared stays.
        try await agent.messenger.approve(forger.key, of: probe.id)
        #expect(try await !agent.messenger.pin(key, of: probe.id))
        #expect(try await agent.messenger.keys(of: probe.id)[0].key == forger.key)
    }

    @Test func forgedBundleChangesNothingForTheConversation() async throws {
        let (carol, dave) = try await acquainted(verified: true)
        let forger = try Party("dave", relay: relay)
        let bundle = try await forger.messenger.exportBundle()
        await #expect(throws: MessengerError.identityChanged(dave.id)) {
            try await carol.messenger.startSession(with: bundle)
        }
        #expect(try await carol.causes().count == 1)
        try await carol.say("goes on", to: dave)
        #expect(try await dave.hears() == ["goes on"])
        #expect(try await carol.messenger.keys(of: dave.id).map(\.standing) == [.comparison, .unapproved])
    }

    @Test func keysAndHeldMessagesAreBounded() async throws {
        let (carol, dave) = try await acquainted(verified: false)
        let limit = PinnedIdentity.maxUnapprovedCount
        for number in 0..<limit + 2 {
            try await Forger(as: dave.id, relay: relay).write(.chat("\(number)"), to: carol)
        }
        #expect(try await carol.hears() == [])
        #expect(try await carol.messenger.heldMessages().count == limit)
        #expect(try await carol.causes().count == limit)

        let forger = try Forger(as: dave.id, relay: relay)
        for key in try await carol.messenger.keys(of: dave.id) where key.standing == .unapproved {
            try await carol.messenger.reject(key.key, of: dave.id)
        }
        let max = Transaction.HeldMessages.maxCount
        for number in 0..<max + 5 { try await forger.write(.chat("\(number)"), to: carol) }
        #expect(try await carol.hears() == [])
        #expect(try await carol.messenger.heldMessages().map(\.text) == (0..<max).map(String.init))
        try await dave.say("I am here", to: carol)
        #expect(try await carol.hears() == ["I am here"])
    }

    @Test func ownIdentityHasNoOtherKeyAndNoSafetyNumber() async throws {
        let carol = try await Party.registered("carol", relay: relay)
        let mallory = try Forger(as: IdentityID("mallory"), relay: relay)
        let written = try await mallory.write(.chat("from myself"), to: carol)
        let forged = try Envelope(
            from: DeviceAddress(carol.id, DeviceID(2)), to: carol.address, sessionID: written.sessionId,
            messageID: written.messageId, type: written.type, body: written.body.bytes,
            timestamp: written.timestamp, class: written.class)
        relay.update(carol.address) { $0.queue = [forged] }
        #expect(try await carol.hears() == [])
        #expect(try await carol.messenger.heldMessages().isEmpty)
        #expect(try await carol.messenger.unapprovedKeys().isEmpty)
        await #expect(throws: MessengerError.ownIdentity(carol.id)) {
            try await carol.messenger.safetyNumber(with: carol.id)
        }
    }
}
