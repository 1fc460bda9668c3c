import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI

/// A message to be sent, before encryption.
struct OutgoingMessage: Sendable {
    let id: UUID
    let peer: IdentityID
    let message: TypedMessage
    let deliveryClass: DeliveryClass

    /// The result of posting it.
    enum PostOutcome: Hashable, Sendable {
        case posted
        /// The message id was used before; nothing was changed.
        case duplicate
        /// Too much of what programs send by themselves waits for the peer; nothing was changed.
        case surplus
        /// A device has no session for sending; nothing was changed. A bundle is needed.
        case needsSession
    }

    /// Encrypts it for every device of the peer and puts it into the outbox and, if it is of a conversation, the history.
    ///
    /// - Throws: `MessengerError.identityChanged`, `MessagePadding.Failure`.
    func post(in transaction: inout Transaction) throws -> PostOutcome {
        guard try !transaction.seenMessages.wasSent(id) else { return .duplicate }
        guard let devices = try PeerSessions(peer: peer).usableDevices(in: transaction) else {
            return .needsSession
        }
        guard try !isSurplus(for: devices, in: transaction) else { return .surplus }
        _ = try transaction.seenMessages.noteSent(id)
        let content = try JSONEncoder().encode(message)
        for device in devices { try enqueue(content, for: device, in: &transaction) }
        if message.payload.kind.isConversation {
            try transaction.history.append(content, messageID: id, .sent, peer: peer)
        }
        return .posted
    }

    private func isSurplus(for devices: [DeviceAddress], in transaction: Transaction) throws -> Bool {
        guard let most = message.payload.kind.maxWaitingCount else { return false }
        return try devices.contains { try transaction.outbox.isWaiting(most, for: $0) }
    }

    /// Encrypts it for one device and puts it into the outbox.
    func enqueue(_ content: Data, for device: DeviceAddress, in transaction: inout Transaction) throws {
        let sealed = try SealedEnvelope(content, as: id, deliveryClass, for: device, in: &transaction)
        // Started anew, the machine may have been put back, and the session gone on elsewhere: until the relay has been asked,
        // nothing that was encrypted in it leaves.
        let isInDoubt = try transaction.settings.isOfBoot(Boot.name) == false
        // Of waiting messages of class `latest` the newest of a kind replaces the others.
        let topic = deliveryClass == .latest ? message.payload.kind.rawValue : nil
        try transaction.outbox.append(
            sealed.envelope, of: content,
            registrationID: isInDoubt ? OutboxMessage.noRegistration : sealed.registrationID, topic: topic,
            expiresAt: transaction.now.addingTimeInterval(deliveryClass.lifetime))
    }
}

extension DeliveryClass {
    /// How long a message is worth sending. A durable one is retried for as long as a relay would keep it.
    var lifetime: TimeInterval {
        switch self {
        case .durable: 30 * 24 * 60 * 60
        case .latest: 10 * 60
        case .online: 60
        }
    }
}

extension Payload.Kind {
    /// How many messages may wait for a device at most when a program adds one of this kind by itself, in answer to
    /// others: whoever asks and fetches nothing must not fill the disk. Nil for what people send.
    fileprivate var maxWaitingCount: Int? {
        switch self {
        case .chatReply: 500
        case .chatProgress, .telemetryAck, .ping, .pong, .receipt: 100
        case .chatPrompt, .chatCancel, .telemetryReport, .userChat: nil
        }
    }

    /// Whether messages of this kind stay in the history.
    var isConversation: Bool {
        switch self {
        case .chatPrompt, .chatReply, .userChat: true
        case .chatProgress, .chatCancel, .telemetryReport, .telemetryAck, .ping, .pong, .receipt: false
        }
    }
}
