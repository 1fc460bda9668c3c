import Database
import Foundation
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
        try database.run(
            "INSERT INTO inbox (position, message, sealed) VALUES (?, ?, ?)", position,
            messageName(messageID), sealed)
    }

    /// What has not been dealt with, oldest first, after a position.
    package func inbox(after position: Int64, limit: Int) throws -> [InboxMessage] {
        try database.all(
            "SELECT position, sealed FROM inbox WHERE position > ? ORDER BY position LIMIT ?", position, limit
        ) { row in
            let position: Int64 = try row[0]
            let stored = try sealer.open(
                InboxContent.self, try row[1], at: RowSealer.Place("inbox", id: position))
            return InboxMessage(
                position: position, messageID: stored.messageID,
                sender: try ProtocolAddress(name: stored.name, deviceID: stored.device),
                content: stored.content, receivedAt: stored.receivedAt)
        }
    }

    /// How many messages have not been dealt with.
    package func inboxCount() throws -> Int {
        try database.value("SELECT COUNT(*) FROM inbox") ?? 0
    }

    /// Removes a message that the application has dealt with. One that is not there is fine.
    package mutating func removeFromInbox(_ messageID: UUID) throws {
        try database.run("DELETE FROM inbox WHERE message = ?", messageName(messageID))
    }

    /// The keyed hash that stands for a message id.
    func messageName(_ id: UUID) -> [UInt8] { sealer.name(in: "message", id.bytes) }
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
        try database.run(
            "DELETE FROM seenMessage WHERE at < ?", now.addingTimeInterval(-age.seconds).milliseconds)
    }

    private func receivedName(_ messageID: UUID, _ sender: ProtocolAddress) -> [UInt8] {
        sealer.name(in: "received", Array(sender.name.utf8), [sender.deviceID], messageID.bytes)
    }

    private func sentName(_ messageID: UUID) -> [UInt8] { sealer.name(in: "sent", messageID.bytes) }

    private func wasSeen(_ name: [UInt8]) throws -> Bool {
        try database.exists("SELECT 1 FROM seenMessage WHERE name = ?", name)
    }

    private func noteSeen(_ name: [UInt8]) throws -> Bool {
        try database.run(
            "INSERT OR IGNORE INTO seenMessage (name, at) VALUES (?, ?)", name, now.milliseconds) == 1
    }
}

extension UUID {
    var bytes: [UInt8] { withUnsafeBytes(of: uuid, Array.init) }
}
