import Foundation
import GRDB
import SignalProtocol

/// A decrypted message that the application has not dealt with yet.
package struct InboxMessage: Hashable, Sendable {
    /// Grows with every message.
    package let position: Int64
    package let messageID: UUID
    package let sender: ProtocolAddress
    package let content: Data
    package let receivedAt: Date
}

/// What is sealed in a row of the inbox.
private struct InboxContent: Codable {
    let messageID: UUID
    let name: String
    let device: UInt8
    let content: Data
    let receivedAt: Date
}

extension StoreTransaction {
    package mutating func addToInbox(_ content: Data, messageID: UUID, from sender: ProtocolAddress) throws {
        let position = try nextPosition(in: "inbox")
        let sealed = try sealer.seal(
            InboxContent(
                messageID: messageID, name: sender.name, device: sender.deviceID, content: content,
                receivedAt: now),
            at: RowSealer.Place("inbox", id: position))
        try database.execute(
            sql: "INSERT INTO inbox (position, message, sealed) VALUES (?, ?, ?)",
            arguments: [position, messageName(messageID), sealed])
    }

    /// What has not been dealt with, oldest first, after a position.
    package func inbox(after position: Int64, limit: Int) throws -> [InboxMessage] {
        try Row.fetchAll(
            database, sql: "SELECT position, sealed FROM inbox WHERE position > ? ORDER BY position LIMIT ?",
            arguments: [position, limit]
        ).map { row in
            let position: Int64 = row["position"]
            let stored = try sealer.open(
                InboxContent.self, row["sealed"], at: RowSealer.Place("inbox", id: position))
            return InboxMessage(
                position: position, messageID: stored.messageID,
                sender: try ProtocolAddress(name: stored.name, deviceID: stored.device),
                content: stored.content, receivedAt: stored.receivedAt)
        }
    }

    /// How many messages have not been dealt with.
    package func inboxCount() throws -> Int {
        try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM inbox") ?? 0
    }

    /// Removes a message that the application has dealt with. One that is not there is fine.
    package mutating func removeFromInbox(_ messageID: UUID) throws {
        try database.execute(sql: "DELETE FROM inbox WHERE message = ?", arguments: [messageName(messageID)])
    }

    /// The keyed hash that stands for a message id.
    func messageName(_ id: UUID) -> Data { sealer.name(in: "message", id.bytes) }
}

// MARK: Deduplication

extension StoreTransaction {
    /// Notes that a message of a sender was taken in.
    ///
    /// - Returns: False if that was noted before.
    package mutating func noteReceived(_ messageID: UUID, from sender: ProtocolAddress) throws -> Bool {
        try noteSeen(receivedName(messageID, sender))
    }

    package func wasReceived(_ messageID: UUID, from sender: ProtocolAddress) throws -> Bool {
        try wasSeen(receivedName(messageID, sender))
    }

    /// Notes that a message id was used for sending.
    ///
    /// - Returns: False if that was noted before.
    package mutating func noteSent(_ messageID: UUID) throws -> Bool {
        try noteSeen(sentName(messageID))
    }

    package func wasSent(_ messageID: UUID) throws -> Bool { try wasSeen(sentName(messageID)) }

    /// Forgets message ids older than `age`.
    package mutating func forgetMessageIDs(olderThan age: Duration) throws {
        try database.execute(
            sql: "DELETE FROM seenMessage WHERE at < ?",
            arguments: [now.addingTimeInterval(-age.seconds).milliseconds])
    }

    private func receivedName(_ messageID: UUID, _ sender: ProtocolAddress) -> Data {
        sealer.name(in: "received", Array(sender.name.utf8), [sender.deviceID], messageID.bytes)
    }

    private func sentName(_ messageID: UUID) -> Data { sealer.name(in: "sent", messageID.bytes) }

    private func wasSeen(_ name: Data) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM seenMessage WHERE name = ?)", arguments: [name])
            ?? false
    }

    private func noteSeen(_ name: Data) throws -> Bool {
        try database.execute(
            sql: "INSERT OR IGNORE INTO seenMessage (name, at) VALUES (?, ?)",
            arguments: [name, now.milliseconds])
        return database.changesCount == 1
    }
}

extension UUID {
    var bytes: [UInt8] { withUnsafeBytes(of: uuid, Array.init) }
}
