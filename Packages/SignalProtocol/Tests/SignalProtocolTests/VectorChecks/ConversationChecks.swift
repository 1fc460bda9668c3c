import Cryptography
import Foundation
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Conversations recorded from the official library. Where it came to the same message and the same record twice, ours
    /// must come to them as well; where it drew random bytes, ours goes on from its record.
    static let conversations = VectorKind("official conversations") { file in
        (try? file.root.string("kind")) == "conversation" && file.root.has("events", "parties")
    } check: { file in
        var conversation = try OfficialConversation(file)
        for event in conversation.events { try conversation.replay(event) }
        return conversation.events.count
    }

    /// A group conversation recorded from the official library. Messages are signed with random bytes; the records of who
    /// receives must be the same.
    static let groupConversations = VectorKind("official group conversations") { file in
        (try? file.root.string("kind")) == "group" && file.root.has("events", "sender", "receiver")
    } check: { file in
        let sender = try OfficialConversation.address(file.root.object("sender"))
        let cipher = GroupCipher(sender: sender)
        let id = try #require(DistributionID(try file.root.string("distributionId")))
        var stores = [
            MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 1),
            MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 2),
        ]
        let events = try file.root.cases("events")
        for event in events {
            let op = try event.string("op")
            let actor = op == "create" || op == "send" ? 0 : 1
            switch op {
            case "create": break
            case "process":
                let message = try SenderKeyDistributionMessage(wire: event.base64("message"))
                try cipher.process(message, in: &stores[1])
            case "send":
                let message = try cipher.encrypt(
                    event.base64("plaintext"), distributionID: id, in: &stores[0])
                #expect(try message.wire.count == event.base64("wire").count, "\(event)")
            case "receive":
                let message = try SenderKeyMessage(wire: event.base64("wire"))
                #expect(try cipher.decrypt(message, in: &stores[1]) == event.base64("plaintext"), "\(event)")
            default: throw VectorError(description: "\(event): no operation \(op)")
            }
            let after = try event.base64("after")
            if actor == 1 {
                #expect(stores[1].senderKey(for: sender, distributionID: id)?.serialized == after, "\(event)")
            }
            stores[actor].storeSenderKey(
                try SenderKeyRecord(serialized: after), for: sender, distributionID: id)
        }
        return events.count
    }
}

private struct OfficialConversation {
    let events: [VectorCase]
    private let now: Date
    private var parties: [String: (address: ProtocolAddress, store: MemoryStore)] = [:]

    init(_ file: VectorDocument) throws {
        events = try file.root.cases("events")
        now = Date(timeIntervalSince1970: TimeInterval(try file.root.int("now") as Int))
        for name in try file.root.object("parties").fields.keys {
            let party = try file.root.object("parties").object(name)
            var store = MemoryStore(
                identityKeyPair: try IdentityKeyPair(serialized: party.base64("identityKeyPair")),
                registrationID: try party.int("registrationId"))
            for record in try party.strings("preKeys") {
                store.storePreKey(try PreKeyRecord(serialized: Self.bytes(record)))
            }
            for record in try party.strings("signedPreKeys") {
                store.storeSignedPreKey(try SignedPreKeyRecord(serialized: Self.bytes(record)))
            }
            for kyber in try party.cases("kyberPreKeys") {
                var record = try KyberPreKeyRecord(serialized: kyber.base64("record"))
                #expect(try record.serialized == kyber.base64("record"), "\(kyber)")
                record.isLastResort = try kyber.bool("lastResort")
                store.storeKyberPreKey(record)
            }
            parties[name] = (try Self.address(party), store)
        }
    }

    static func address(_ party: VectorCase) throws -> ProtocolAddress {
        try ProtocolAddress(name: party.string("name"), deviceID: party.int("deviceId") as Int)
    }

    private static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }

    mutating func replay(_ event: VectorCase) throws {
        let (name, remote) = (try event.string("party"), try event.string("remote"))
        guard var party = parties[name], let peer = parties[remote]?.address else {
            throw VectorError(description: "\(event): no such party")
        }
        let isRepeatable = try event.has("repeatable") && event.bool("repeatable")
        let cipher = SessionCipher(local: party.address, remote: peer)
        switch try event.string("op") {
        case "process": try cipher.process(Self.bundle(event.object("bundle")), in: &party.store, now: now)
        case "send":
            let message = try cipher.encrypt(event.base64("plaintext"), in: &party.store, now: now)
            let wire = try event.base64("wire")
            #expect(try message.type == event.int("type"), "\(event)")
            #expect(isRepeatable ? message.wire == wire : message.wire.count == wire.count, "\(event)")
        case "receive":
            let sent = events[try event.int("message")]
            let message = try CiphertextMessage(type: sent.int("type"), wire: sent.base64("wire"))
            if event.has("error") {
                let isDuplicate = try event.string("error") == "duplicate"
                let error = #expect(throws: SignalError.self, "\(event)") {
                    try cipher.decrypt(message, in: &party.store)
                }
                if case .duplicatedMessage = error {
                    #expect(isDuplicate, "\(event)")
                } else {
                    #expect(!isDuplicate, "\(event)")
                }
            } else {
                let plaintext = try cipher.decrypt(message, in: &party.store)
                #expect(try plaintext == sent.base64("plaintext"), "\(event)")
            }
        case "archive":
            var record = try #require(party.store.session(for: peer))
            record.archiveCurrentState()
            party.store.storeSession(record, for: peer)
        case "import": break
        case let op: throw VectorError(description: "\(event): no operation \(op)")
        }
        if isRepeatable {
            let record = try #require(party.store.session(for: peer))
            #expect(try SHA256.hash(record.serialized) == event.bytes("afterSHA256"), "\(event)")
        } else {
            let record = try SessionRecord(serialized: event.base64("after"))
            #expect(try record.serialized == event.base64("after"), "\(event)")
            party.store.storeSession(record, for: peer)
            if let key = record.remoteIdentityKey { _ = party.store.saveIdentity(key, for: peer) }
        }
        parties[name] = party
    }

    private static func bundle(_ fields: VectorCase) throws -> PreKeyBundle {
        PreKeyBundle(
            registrationID: try fields.int("registrationId"), deviceID: try fields.int("deviceId"),
            identityKey: try PublicKey(wire: fields.base64("identityKey")),
            signedPreKey: .init(
                id: try fields.int("signedPreKeyId"), key: try PublicKey(wire: fields.base64("signedPreKey")),
                signature: try fields.base64("signedPreKeySignature")),
            kyberPreKey: .init(
                id: try fields.int("kyberPreKeyId"),
                key: try KEMPublicKey(wire: fields.base64("kyberPreKey")),
                signature: try fields.base64("kyberPreKeySignature")),
            oneTimePreKey: fields.isNull("preKey")
                ? nil
                : .init(id: try fields.int("preKeyId"), key: try PublicKey(wire: fields.base64("preKey"))))
    }
}
