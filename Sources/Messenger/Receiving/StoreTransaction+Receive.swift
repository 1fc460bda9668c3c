import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// What came of an envelope. Whatever it is, it is recorded and the relay may forget the envelope.
enum Reception: Hashable, Sendable {
    /// It stands in the inbox.
    case received(ReceivedMessage)
    /// It was for the messenger itself.
    case consumed(Payload.Kind)
    /// It was taken in before.
    case duplicate
    /// It cannot be read; the cause is in the store. A session that does not work any more needs repair.
    case unreadable(cause: String, needsRepair: Bool)
}

extension StoreTransaction {
    /// Takes in an envelope: decrypts it, puts it into the inbox and, if it is of a conversation, the history, and notes
    /// its id, all in this transaction. The relay may be told after the commit.
    mutating func receive(_ envelope: Envelope) throws -> Reception {
        let sender = try ProtocolAddress(envelope.sender)
        guard try !wasReceived(envelope.messageId, from: sender) else { return .duplicate }
        let reception = try read(envelope, from: sender)
        _ = try noteReceived(envelope.messageId, from: sender)
        if case .unreadable(let cause, _) = reception {
            try record(cause, peer: envelope.sender.description, messageID: envelope.messageId)
        }
        return reception
    }

    private mutating func read(_ envelope: Envelope, from sender: ProtocolAddress) throws -> Reception {
        guard try ProtocolAddress(envelope.recipient) == account.owner else {
            return .unreadable(
                cause: MessengerError.notForUs(recipient: envelope.recipient).description, needsRepair: false)
        }
        let cipher = SessionCipher(local: account.owner, remote: sender)
        let plaintext: [UInt8]
        switch try attempt({ store in
            let kind: MessageKind = envelope.type == .prekey ? .preKey : .whisper
            let message = try CiphertextMessage(type: kind.rawValue, wire: envelope.body.bytes)
            let plaintext = try cipher.decrypt(message, in: &store)
            try store.archiveIfRetired(sender)
            return plaintext
        }) {
        case .success(let bytes): plaintext = bytes
        case .failure(let error as SignalError):
            return .unreadable(cause: "not decrypted: \(error)", needsRepair: error.meansBrokenSession)
        case .failure(let error): throw error
        }
        do {
            let content = Data(try MessagePadding.unpadded(plaintext))
            let message = try JSONDecoder().decode(TypedMessage.self, from: content)
            return try deliver(message, content, of: envelope, from: sender)
        } catch let error as MessagePadding.Failure {
            return .unreadable(cause: error.description, needsRepair: false)
        } catch let error as TypedMessageError {
            return .unreadable(cause: error.description, needsRepair: false)
        } catch let error as DecodingError {
            return .unreadable(
                cause: TypedMessageError.malformed(error.fieldDescription).description, needsRepair: false)
        } catch let error as InvalidValue {
            return .unreadable(
                cause: TypedMessageError.malformed(error.description).description, needsRepair: false)
        }
    }

    private mutating func deliver(
        _ message: TypedMessage, _ content: Data, of envelope: Envelope, from sender: ProtocolAddress
    ) throws -> Reception {
        let kind = message.payload.kind
        switch message.payload {
        case .ping:
            try answerPing(envelope)
            return .consumed(kind)
        case .pong: return .consumed(kind)
        case .receipt(let receipt):
            try deliveredToDevice(receipt.messageIds, of: sender.name)
            return .consumed(kind)
        case .chatPrompt, .chatReply, .chatProgress, .chatCancel, .telemetryReport, .telemetryAck, .userChat:
            try addToInbox(content, messageID: envelope.messageId, from: sender)
            if kind.isConversation {
                try addToHistory(content, messageID: envelope.messageId, .received, peer: sender.name)
            }
            return .received(
                ReceivedMessage(
                    id: envelope.messageId, sender: envelope.senderId, message: message, receivedAt: now))
        }
    }

    /// A ping is answered, so that both ends of a fresh session know that it works; unless the sender's identity waits
    /// for approval or a session with one of its devices is missing.
    private mutating func answerPing(_ envelope: Envelope) throws {
        let pong = OutgoingMessage(
            id: .timeOrdered(), peer: envelope.senderId,
            message: TypedMessage(.pong, requestId: envelope.messageId),
            deliveryClass: .durable)
        do { _ = try post(pong) } catch MessengerError.identityChanged {}
    }
}

extension SignalError {
    /// A message that was decrypted before, or is older than any key kept, says nothing about the session.
    fileprivate var meansBrokenSession: Bool {
        if case .duplicatedMessage = self { false } else { true }
    }
}
