import Foundation
import GRDB
import SignalProtocol

/// An encrypted message that the relay has not accepted yet.
package struct OutboxMessage: Hashable, Sendable {
    /// Grows with every message; the order per recipient.
    package let position: Int64
    package let messageID: UUID
    package let recipient: ProtocolAddress
    /// The envelope as it goes to the relay, the same bytes at every try.
    package let envelope: Data
}

/// What is sealed in a row of the outbox.
private struct OutboxContent: Codable {
    let messageID: UUID
    let name: String
    let device: UInt8
    let envelope: Data
}

extension StoreTransaction {
    /// Puts an encrypted message into the outbox, to be given up at `expiresAt`.
    ///
    /// Of several waiting messages to one device with the same topic only the last is sent.
    package mutating func enqueue(
        _ envelope: Data, messageID: UUID, to recipient: ProtocolAddress, topic: String?, expiresAt: Date
    ) throws {
        let topicName = topic.map { outboxName(of: recipient, topic: $0) }
        if let topicName {
            try database.execute(sql: "DELETE FROM outbox WHERE topic = ?", arguments: [topicName])
        }
        let position = try nextPosition(in: "outbox")
        let content = OutboxContent(
            messageID: messageID, name: recipient.name, device: recipient.deviceID, envelope: envelope)
        try database.execute(
            sql: """
                INSERT INTO outbox (position, recipient, message, topic, expiresAt, sealed)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                position, outboxName(of: recipient), messageName(messageID), topicName,
                expiresAt.milliseconds,
                sealer.seal(content, at: RowSealer.Place("outbox", id: position)),
            ])
    }

    /// The oldest message for each recipient, oldest first, but for those recipients and messages that are busy.
    package func nextOutgoing(
        excluding recipients: Set<ProtocolAddress>, messages: Set<UUID>, limit: Int
    ) throws -> [OutboxMessage] {
        let busyRecipients = Set(recipients.map { outboxName(of: $0) })
        let busyMessages = Set(messages.map(messageName))
        let heads = try Row.fetchCursor(
            database,
            sql: """
                SELECT position, recipient, message, sealed FROM outbox
                WHERE position IN (SELECT MIN(position) FROM outbox GROUP BY recipient) ORDER BY position
                """)
        var chosen: [OutboxMessage] = []
        // Copies of one message for several devices go one after the other: the relay answers by message id.
        var chosenMessages = busyMessages
        while chosen.count < limit, let row = try heads.next() {
            let message: Data = row["message"]
            guard !busyRecipients.contains(row["recipient"]), chosenMessages.insert(message).inserted else {
                continue
            }
            chosen.append(try outboxMessage(row["position"], row["sealed"]))
        }
        return chosen
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
        if othersWait != true { try setFailure(of: message.messageID, cause, delivery: .failed) }
    }

    /// Notes in the history why a message has to wait.
    package mutating func noteDelay(of message: OutboxMessage, cause: String) throws {
        try setFailure(of: message.messageID, cause, delivery: .queued)
    }

    /// Removes a message that was worth sending only for a moment.
    package mutating func remove(_ message: OutboxMessage) throws {
        try database.execute(sql: "DELETE FROM outbox WHERE position = ?", arguments: [message.position])
    }

    /// The messages whose time is over.
    package func expiredOutgoing(limit: Int) throws -> [OutboxMessage] {
        try Row.fetchAll(
            database,
            sql: "SELECT position, sealed FROM outbox WHERE expiresAt < ? ORDER BY expiresAt LIMIT ?",
            arguments: [now.milliseconds, limit]
        ).map { try outboxMessage($0["position"], $0["sealed"]) }
    }

    private func outboxMessage(_ position: Int64, _ sealed: Data) throws -> OutboxMessage {
        let content = try sealer.open(OutboxContent.self, sealed, at: RowSealer.Place("outbox", id: position))
        return OutboxMessage(
            position: position, messageID: content.messageID,
            recipient: try ProtocolAddress(name: content.name, deviceID: content.device),
            envelope: content.envelope)
    }

    private func outboxName(of recipient: ProtocolAddress, topic: String = "") -> Data {
        sealer.name(in: "outbox", Array(recipient.name.utf8), [recipient.deviceID], Array(topic.utf8))
    }
}
