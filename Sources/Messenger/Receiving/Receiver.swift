import Cryptography
import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// The outcome of an envelope. In every case it is recorded, and the relay may delete the envelope.
enum Reception: Hashable, Sendable {
    /// It is in the inbox.
    case received(ReceivedMessage)
    /// It was for the messenger itself.
    case consumed(Payload.Kind)
    /// It was received before.
    case duplicate
    /// It came under an unapproved key, and waits for a person's decision; `isNews` where it is the key's
    /// first.
    case held(isNews: Bool)
    /// It came under a key that is not accepted; the text gives the reason.
    case dropped(cause: String)
    /// It cannot be read; the cause is in the store. A broken session needs repair.
    case unreadable(cause: String, needsRepair: Bool)
}

/// Receives an envelope and decides its outcome.
struct Receiver {
    let envelope: Envelope
    var effort = SessionCipher.Effort.full

    /// Decrypts it, puts the message into the inbox and, if it is of a conversation, the history, and notes its id, all
    /// in this transaction. The relay may be told after the commit.
    func receive(in transaction: inout Transaction) throws -> Reception {
        let (id, sender) = (envelope.messageId, envelope.sender)
        guard try !transaction.seenMessages.wasReceived(id, from: sender) else { return .duplicate }
        let reception = try read(in: &transaction)
        _ = try transaction.seenMessages.noteReceived(id, from: sender)
        if case .unreadable(let cause, _) = reception {
            try transaction.incidents.append(cause, peer: sender.description, messageID: id)
        }
        return reception
    }

    private func read(in transaction: inout Transaction) throws -> Reception {
        guard envelope.recipient == transaction.account.owner else {
            return .unreadable(
                cause: MessengerError.notForUs(recipient: envelope.recipient).description, needsRepair: false)
        }
        let decrypted: Transaction.Decrypted
        switch try transaction.attempt(decrypt) {
        case .success(let value): decrypted = value
        case .failure(let refused as KeyRefused): return .dropped(cause: refused.description)
        case .failure(let error as SignalError):
            // Also one that repeats a key: under an id of its own, it comes from a peer that was put back to an earlier state.
            return .unreadable(cause: "not decrypted: \(error)", needsRepair: true)
        case .failure(let error): throw error
        }
        do {
            let content = Data(try MessagePadding.unpadded(decrypted.plaintext))
            let message = try JSONDecoder().decode(TypedMessage.self, from: content)
            return try decrypted.observation == .approved
                ? deliver(message, content, under: decrypted.key, in: &transaction)
                : hold(message, content, decrypted, in: &transaction)
        } catch let error as MessagePadding.Failure {
            return .unreadable(cause: error.description, needsRepair: false)
        } catch let error as TypedMessageError {
            return .unreadable(cause: error.description, needsRepair: false)
        } catch let error as DecodingError {
            return malformed(InvalidValue(error)?.description ?? "not JSON")
        } catch let error as InvalidValue {
            return malformed(error.description)
        }
    }

    private func malformed(_ reason: String) -> Reception {
        .unreadable(cause: TypedMessageError.malformed(reason).description, needsRepair: false)
    }

    private func decrypt(in transaction: inout Transaction) throws -> Transaction.Decrypted {
        let kind: MessageKind = envelope.type == .prekey ? .preKey : .whisper
        let message = try CiphertextMessage(type: kind.rawValue, wire: envelope.body.bytes)
        return try transaction.decrypt(
            message, from: envelope.sender, messageID: envelope.messageId, effort: effort)
    }

    /// Keeps a message of a conversation until a person decides. What passes between programs is of use only at once, and
    /// is dropped.
    private func hold(
        _ message: TypedMessage, _ content: Data, _ decrypted: Transaction.Decrypted,
        in transaction: inout Transaction
    ) throws -> Reception {
        let isNews = decrypted.observation == .unapproved(isNews: true)
        guard message.payload.kind.isConversation else {
            return isNews ? .held(isNews: true) : .dropped(cause: "nobody has approved its identity key")
        }
        let isHeld = try transaction.heldMessages.append(
            content, messageID: envelope.messageId, from: envelope.sender, under: decrypted.key)
        return isHeld ? .held(isNews: isNews) : .dropped(cause: "too many messages are held under its key")
    }

    private func deliver(
        _ message: TypedMessage, _ content: Data, under key: PublicKey, in transaction: inout Transaction
    ) throws -> Reception {
        let (id, kind) = (envelope.messageId, message.payload.kind)
        switch message.payload {
        case .ping(let ping):
            try answerPing(in: &transaction)
            for unread in ping.unread ?? [] { try sendAgain(unread, in: &transaction) }
            return .consumed(kind)
        case .pong: return .consumed(kind)
        case .receipt(let receipt):
            try transaction.history.noteDelivered(receipt.messageIds, to: envelope.senderId)
            return .consumed(kind)
        case .chatPrompt, .chatReply, .chatProgress, .chatCancel, .telemetryReport, .telemetryAck, .userChat:
            try transaction.inbox.append(content, messageID: id, from: envelope.sender, under: key)
            if kind.isConversation {
                try transaction.history.append(
                    content, messageID: id, .received, peer: envelope.senderId, under: key)
            }
            let standing = try transaction.peers.peer(envelope.senderId)?.standing(of: key)
            return .received(
                ReceivedMessage(
                    id: id, sender: envelope.senderId, message: message, receivedAt: transaction.now,
                    key: standing.map { KeyMark(identityKey: Base64(key.wire), standing: $0) }))
        }
    }

    /// A ping is answered, so that both ends of a fresh session know that it works; unless the sender's key was rejected
    /// or a session with one of its devices is missing.
    private func answerPing(in transaction: inout Transaction) throws {
        let pong = OutgoingMessage(
            id: .timeOrdered(), peer: envelope.senderId,
            message: TypedMessage(.pong, requestId: envelope.messageId), deliveryClass: .durable)
        do { _ = try pong.post(in: &transaction) } catch MessengerError.identityChanged {}
    }

    /// Sends a message of a conversation once more, in the session that replaced its own. Under another id, as the first one
    /// is used up; but only once, however often the peer asks.
    private func sendAgain(_ unread: UUID, in transaction: inout Transaction) throws {
        let peer = envelope.senderId
        guard let content = try transaction.history.sent(unread, to: peer),
            let message = try? JSONDecoder().decode(TypedMessage.self, from: content)
        else { return }
        let again = OutgoingMessage(
            id: .again(unread), peer: peer, message: message, deliveryClass: .durable)
        guard try transaction.seenMessages.noteSent(again.id) else { return }
        do { try again.enqueue(content, for: envelope.sender, in: &transaction) } catch is SignalError {}
    }
}

extension UUID {
    /// The id under which a message is sent once more (RFC 9562, version 8).
    fileprivate static func again(_ id: UUID) -> UUID {
        var bytes = Array(SHA256.hash(id.wire + Array("sysmaint again".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
