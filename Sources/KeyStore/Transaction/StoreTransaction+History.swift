import Database
import Foundation

/// One message of a conversation.
package struct HistoryRow: Hashable, Sendable {
    package enum Direction: String, Codable, Sendable { case sent, received }

    /// How far a sent message has come.
    package enum Delivery: String, Codable, Sendable {
        case queued, onRelay, onDevice, failed
    }

    /// Grows with every message.
    package let cursor: Int64
    package let messageID: UUID
    package let direction: Direction
    package let peer: String
    package let content: Data
    package let at: Date
    /// Absent for received messages.
    package let delivery: Delivery?
    /// Why delivery failed, or has to wait: whichever of the two it is.
    package let cause: String?
}

/// What is sealed in a row of the history.
private struct HistoryContent: Codable {
    let messageID: UUID
    let direction: HistoryRow.Direction
    let peer: String
    let content: Data
    let at: Date
    var failure: String?
}

extension StoreTransaction {
    /// Adds a message to the conversation with a peer; a sent one begins as queued.
    package mutating func addToHistory(
        _ content: Data, messageID: UUID, _ direction: HistoryRow.Direction, peer: String
    ) throws {
        let cursor = try nextPosition(in: "history")
        let sealed = try sealer.seal(
            HistoryContent(messageID: messageID, direction: direction, peer: peer, content: content, at: now),
            at: RowSealer.Place("history", id: cursor))
        let delivery = direction == .sent ? HistoryRow.Delivery.queued : nil
        try database.run(
            "INSERT INTO history (cursor, message, peer, delivery, sealed) VALUES (?, ?, ?, ?, ?)", cursor,
            messageName(messageID), historyName(of: peer), delivery?.rawValue, sealed)
    }

    /// Everybody's conversations, oldest first, after a cursor.
    package func history(after cursor: Int64, limit: Int) throws -> [HistoryRow] {
        try database.all(
            "SELECT cursor, delivery, sealed FROM history WHERE cursor > ? ORDER BY cursor LIMIT ?", cursor,
            limit, rows: historyRow)
    }

    /// The newest part of the conversation with one peer, oldest first; with a cursor, what stands before it.
    package func conversation(with peer: String, before cursor: Int64?, limit: Int) throws -> [HistoryRow] {
        try database.all(
            """
            SELECT cursor, delivery, sealed FROM history WHERE peer = ? AND cursor < ?
            ORDER BY cursor DESC LIMIT ?
            """, historyName(of: peer), cursor ?? .max, limit, rows: historyRow
        ).reversed()
    }

    /// Notes that the peer has got these messages of ours.
    package mutating func deliveredToDevice(_ messageIDs: [UUID], of peer: String) throws {
        for id in messageIDs {
            try database.run(
                """
                UPDATE history SET delivery = 'onDevice'
                WHERE message = ? AND peer = ? AND delivery IN ('queued', 'onRelay')
                """, messageName(id), historyName(of: peer))
        }
    }

    func setDelivery(
        of messageID: UUID, from old: HistoryRow.Delivery, to new: HistoryRow.Delivery
    ) throws {
        try database.run(
            "UPDATE history SET delivery = ? WHERE message = ? AND delivery = ?", new.rawValue,
            messageName(messageID), old.rawValue)
    }

    /// Says of a message that waits why it does or, with the delivery `failed`, why it was given up.
    func setCause(of messageID: UUID, _ cause: String, delivery: HistoryRow.Delivery) throws {
        let rows = try database.all(
            "SELECT cursor, sealed FROM history WHERE message = ? AND delivery = 'queued'",
            messageName(messageID)
        ) { row in (cursor: try row[0] as Int64, sealed: try row[1] as [UInt8]) }
        for row in rows {
            let place = RowSealer.Place("history", id: row.cursor)
            var content = try sealer.open(HistoryContent.self, row.sealed, at: place)
            content.failure = cause
            try database.run(
                "UPDATE history SET delivery = ?, sealed = ? WHERE cursor = ?", delivery.rawValue,
                try sealer.seal(content, at: place), row.cursor)
        }
    }

    private func historyRow(_ row: borrowing Row) throws -> HistoryRow {
        let cursor: Int64 = try row["cursor"]
        let stored = try sealer.open(
            HistoryContent.self, try row["sealed"], at: RowSealer.Place("history", id: cursor))
        let delivery = (try row["delivery"] as String?).flatMap(HistoryRow.Delivery.init)
        // What made a message wait is of no interest once it is on its way.
        let isStuck = delivery == .queued || delivery == .failed
        return HistoryRow(
            cursor: cursor, messageID: stored.messageID, direction: stored.direction, peer: stored.peer,
            content: stored.content, at: stored.at, delivery: delivery,
            cause: isStuck ? stored.failure : nil)
    }

    private func historyName(of peer: String) -> [UInt8] { sealer.name(in: "history", Array(peer.utf8)) }
}
