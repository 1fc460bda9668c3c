import Foundation
import GRDB
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
            try database.cachedStatement(sql: "DELETE FROM outbox WHERE topic = ?")
                .execute(arguments: [topicName])
        }
        let position = try nextPosition(in: "outbox")
        let sealed = try sealed(
            OutboxContent(
                messageID: messageID, name: recipient.name, device: recipient.deviceID,
                registrationID: registrationID, envelope: envelope, content: content), at: position)
        try database.cachedStatement(
            sql: """
                INSERT INTO outbox (position, recipient, message, topic, expiresAt, sealed)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            position, outboxName(of: recipient), messageName(messageID), topicName, expiresAt.milliseconds,
            sealed,
        ])
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
        try database.execute(
            sql: "UPDATE outbox SET sealed = ? WHERE position = ?", arguments: [sealed, message.position])
    }

    /// What stands after a position, oldest first, but for some recipients.
    package func outgoing(
        after position: Int64, excluding recipients: Set<ProtocolAddress> = [], limit: Int
    ) throws -> OutboxPage {
        let excluded = Set(recipients.map { outboxName(of: $0) })
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT position, recipient, sealed FROM outbox WHERE position > ? ORDER BY position"),
            arguments: [position])
        var messages: [OutboxMessage] = []
        var last: Int64?
        while messages.count < limit, let row = try rows.next() {
            last = row["position"]
            if !excluded.isEmpty, excluded.contains(row["recipient"]) { continue }
            messages.append(try outboxMessage(row))
        }
        return OutboxPage(messages: messages, lastPosition: last)
    }

    /// What waits for one device after a position, oldest first.
    package func outgoing(
        to recipient: ProtocolAddress, after position: Int64, limit: Int
    ) throws -> [OutboxMessage] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT position, sealed FROM outbox WHERE recipient = ? AND position > ?
                    ORDER BY position LIMIT ?
                    """), arguments: [outboxName(of: recipient), position, limit]
        ).map(outboxMessage)
    }

    /// How many messages wait to be sent.
    package func outboxCount() throws -> Int {
        try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM outbox") ?? 0
    }

    /// Removes a message that the relay has accepted, and notes that in the history.
    package mutating func accepted(_ message: OutboxMessage) throws {
        try remove(message)
        try setDelivery(of: message.messageID, from: .queued, to: .onRelay)
    }

    /// Removes a message that cannot be delivered. Unless another device has got it, the history says why.
    package mutating func giveUp(_ message: OutboxMessage, cause: String) throws {
        try remove(message)
        let othersWait = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE message = ?)",
            arguments: [messageName(message.messageID)])
        if othersWait != true { try setCause(of: message.messageID, cause, delivery: .failed) }
    }

    /// Notes in the history why a message has to wait.
    package mutating func noteDelay(of message: OutboxMessage, cause: String) throws {
        try setCause(of: message.messageID, cause, delivery: .queued)
    }

    /// Removes a message that was worth sending only for a moment.
    package mutating func remove(_ message: OutboxMessage) throws {
        try database.cachedStatement(sql: "DELETE FROM outbox WHERE position = ?")
            .execute(arguments: [message.position])
    }

    /// The messages whose time is over.
    package func expiredOutgoing(limit: Int) throws -> [OutboxMessage] {
        try Row.fetchAll(
            database,
            sql: "SELECT position, sealed FROM outbox WHERE expiresAt < ? ORDER BY expiresAt LIMIT ?",
            arguments: [now.milliseconds, limit]
        ).map(outboxMessage)
    }

    private func outboxMessage(_ row: Row) throws -> OutboxMessage {
        let position: Int64 = row["position"]
        let content = try sealer.open(
            OutboxContent.self, row["sealed"], at: RowSealer.Place("outbox", id: position))
        return OutboxMessage(
            position: position, messageID: content.messageID,
            recipient: try ProtocolAddress(name: content.name, deviceID: content.device),
            registrationID: content.registrationID, envelope: content.envelope, content: content.content)
    }

    private func sealed(_ content: OutboxContent, at position: Int64) throws -> Data {
        try sealer.seal(content, at: RowSealer.Place("outbox", id: position))
    }

    private func outboxName(of recipient: ProtocolAddress, topic: String = "") -> Data {
        sealer.name(in: "outbox", Array(recipient.name.utf8), [recipient.deviceID], Array(topic.utf8))
    }
}
