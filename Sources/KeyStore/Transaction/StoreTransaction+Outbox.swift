import Database
import Foundation
import SignalProtocol

/// An encrypted message that the relay has not accepted yet.
package struct OutboxMessage: Hashable, Sendable {
    /// Grows with every message; the order per recipient.
    package let position: Int64
    package let messageID: UUID
    package let recipient: ProtocolAddress
    /// The life of the recipient's device that the message is encrypted for. Absent in stores of earlier versions.
    package let registrationID: UInt32?
    /// The envelope as it goes to the relay, the same bytes at every try.
    package let envelope: Data
    /// The message before encryption, for devices that turn up later. Absent in stores of earlier versions.
    package let content: Data?
}

/// A part of the outbox.
package struct OutboxPage: Hashable, Sendable {
    package let messages: [OutboxMessage]
    /// How far it was read, also past messages that were left out; absent where there was nothing to read.
    package let lastPosition: Int64?
}

/// What is sealed in a row of the outbox.
private struct OutboxContent: Codable {
    let messageID: UUID
    let name: String
    let device: UInt8
    var registrationID: UInt32?
    let envelope: Data
    var content: Data?
}

extension StoreTransaction {
    /// Puts an encrypted message into the outbox, to be given up at `expiresAt`.
    ///
    /// Of several waiting messages to one device with the same topic only the last is sent.
    package mutating func enqueue(
        _ envelope: Data, of content: Data? = nil, messageID: UUID, to recipient: ProtocolAddress,
        registrationID: UInt32? = nil, topic: String?, expiresAt: Date
    ) throws {
        let topicName = topic.map { outboxName(of: recipient, topic: $0) }
        if let topicName {
            try database.run("DELETE FROM outbox WHERE topic = ?", topicName)
        }
        let position = try nextPosition(in: "outbox")
        let sealed = try sealed(
            OutboxContent(
                messageID: messageID, name: recipient.name, device: recipient.deviceID,
                registrationID: registrationID, envelope: envelope, content: content), at: position)
        try database.run(
            """
            INSERT INTO outbox (position, recipient, message, topic, expiresAt, sealed)
            VALUES (?, ?, ?, ?, ?, ?)
            """, position, outboxName(of: recipient), messageName(messageID), topicName,
            expiresAt.milliseconds, sealed)
    }

    /// Puts another envelope in the place of a message's, as when the recipient's device was set up anew.
    package mutating func replace(
        _ message: OutboxMessage, with envelope: Data, registrationID: UInt32?
    ) throws {
        let sealed = try sealed(
            OutboxContent(
                messageID: message.messageID, name: message.recipient.name,
                device: message.recipient.deviceID, registrationID: registrationID, envelope: envelope,
                content: message.content), at: message.position)
        try database.run("UPDATE outbox SET sealed = ? WHERE position = ?", sealed, message.position)
    }

    /// What stands after a position, oldest first, but for some recipients.
    package func outgoing(
        after position: Int64, excluding recipients: Set<ProtocolAddress> = [], limit: Int
    ) throws -> OutboxPage {
        let excluded = Set(recipients.map { outboxName(of: $0) })
        var messages: [OutboxMessage] = []
        var last: Int64?
        guard limit > 0 else { return OutboxPage(messages: [], lastPosition: nil) }
        try database.each(
            "SELECT position, sealed, recipient FROM outbox WHERE position > ? ORDER BY position", position
        ) { row in
            last = try row[0]
            if try excluded.isEmpty || !excluded.contains(row[2]) { messages.append(try outboxMessage(row)) }
            return messages.count < limit
        }
        return OutboxPage(messages: messages, lastPosition: last)
    }

    /// What waits for one device after a position, oldest first.
    package func outgoing(
        to recipient: ProtocolAddress, after position: Int64, limit: Int
    ) throws -> [OutboxMessage] {
        try database.all(
            """
            SELECT position, sealed FROM outbox WHERE recipient = ? AND position > ?
            ORDER BY position LIMIT ?
            """, outboxName(of: recipient), position, limit, rows: outboxMessage)
    }

    /// How many messages wait to be sent.
    package func outboxCount() throws -> Int {
        try database.value("SELECT COUNT(*) FROM outbox") ?? 0
    }

    /// Removes a message that the relay has accepted, and notes that in the history.
    package mutating func accepted(_ message: OutboxMessage) throws {
        try remove(message)
        try setDelivery(of: message.messageID, from: .queued, to: .onRelay)
    }

    /// Removes a message that cannot be delivered. Unless another device has got it, the history says why.
    package mutating func giveUp(_ message: OutboxMessage, cause: String) throws {
        try remove(message)
        let othersWait = try database.exists(
            "SELECT 1 FROM outbox WHERE message = ?", messageName(message.messageID))
        if !othersWait { try setCause(of: message.messageID, cause, delivery: .failed) }
    }

    /// Notes in the history why a message has to wait.
    package mutating func noteDelay(of message: OutboxMessage, cause: String) throws {
        try setCause(of: message.messageID, cause, delivery: .queued)
    }

    /// Removes a message that was worth sending only for a moment.
    package mutating func remove(_ message: OutboxMessage) throws {
        try database.run("DELETE FROM outbox WHERE position = ?", message.position)
    }

    /// The messages whose time is over.
    package func expiredOutgoing(limit: Int) throws -> [OutboxMessage] {
        try database.all(
            "SELECT position, sealed FROM outbox WHERE expiresAt < ? ORDER BY expiresAt LIMIT ?",
            now.milliseconds, limit, rows: outboxMessage)
    }

    private func outboxMessage(_ row: borrowing Row) throws -> OutboxMessage {
        let position: Int64 = try row[0]
        let content = try sealer.open(
            OutboxContent.self, try row[1], at: RowSealer.Place("outbox", id: position))
        return OutboxMessage(
            position: position, messageID: content.messageID,
            recipient: try ProtocolAddress(name: content.name, deviceID: content.device),
            registrationID: content.registrationID, envelope: content.envelope, content: content.content)
    }

    private func sealed(_ content: OutboxContent, at position: Int64) throws -> [UInt8] {
        try sealer.seal(content, at: RowSealer.Place("outbox", id: position))
    }

    private func outboxName(of recipient: ProtocolAddress, topic: String = "") -> [UInt8] {
        sealer.name(in: "outbox", Array(recipient.name.utf8), [recipient.deviceID], Array(topic.utf8))
    }
}
