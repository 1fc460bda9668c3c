import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// The sealed content of a row of the history.
private struct HistoryContent: Codable {
    let messageID: UUID
    let direction: HistoryEntry.Direction
    let peer: IdentityID
    let content: Data
    let at: Date
    /// Why delivery failed or, if the message is queued, has to wait.
    var failure: String?
    /// The identity key that a received message came under, in its wire form. Nil in stores of earlier versions.
    var key: Data?
}

extension Transaction {
    /// The messages of conversations.
    package struct History {
        let scope: Scope

        /// Adds a message to the conversation with a peer, a received one with the identity key that it came under; a sent
        /// one begins as queued.
        package mutating func append(
            _ content: Data, messageID: UUID, _ direction: HistoryEntry.Direction, peer: IdentityID,
            under key: PublicKey? = nil
        ) throws {
            guard scope.quota.keepsHistory else { return }
            let cursor = try scope.nextPosition(in: "history")
            let sealed = try scope.sealer.seal(
                HistoryContent(
                    messageID: messageID, direction: direction, peer: peer, content: content, at: scope.now,
                    key: key.map { Data($0.wire) }),
                at: RowSealer.RowID("history", id: cursor))
            let delivery = direction == .sent ? HistoryEntry.Delivery.queued : nil
            try scope.database.run(
                "INSERT INTO history (cursor, message, peer, delivery, sealed) VALUES (?, ?, ?, ?, ?)",
                cursor,
                scope.name(of: messageID), scope.name(of: peer, in: "history"), delivery?.rawValue, sealed)
            try usage.enforce(for: peer, messageID: messageID)
        }

        private var usage: MessageUsage { MessageUsage(scope: scope, table: .history) }

        /// When a stored message was added.
        func date(ofSealed sealed: [UInt8], at cursor: Int64) throws -> Date {
            try scope.sealer.open(HistoryContent.self, sealed, at: RowSealer.RowID("history", id: cursor)).at
        }

        /// All conversations, oldest first, after a cursor.
        package func page(after cursor: Int64, limit: Int) throws -> MessagePage<HistoryEntry> {
            var page = MessagePage<HistoryEntry>(limit: limit)
            try scope.database.each(
                "SELECT cursor, delivery, sealed FROM history WHERE cursor > ? ORDER BY cursor", cursor
            ) { row in try append(row, to: &page) }
            return page
        }

        /// The newest part of the conversation with one peer, oldest first; with a cursor, the part before it.
        package func page(
            with peer: IdentityID, before cursor: Int64?, limit: Int
        ) throws -> MessagePage<HistoryEntry> {
            var page = MessagePage<HistoryEntry>(limit: limit)
            try scope.database.each(
                """
                SELECT cursor, delivery, sealed FROM history WHERE peer = ? AND cursor < ?
                ORDER BY cursor DESC
                """, scope.name(of: peer, in: "history"), cursor ?? .max
            ) { row in try append(row, to: &page) }
            page.reverse()
            return page
        }

        private func append(
            _ row: borrowing Row, to page: inout MessagePage<HistoryEntry>
        ) throws -> Bool {
            let cursor: Int64 = try row["cursor"]
            let stored = try scope.sealer.open(
                HistoryContent.self, try row["sealed"], at: RowSealer.RowID("history", id: cursor))
            let delivery = (try row["delivery"] as String?).flatMap(HistoryEntry.Delivery.init)
            let mark =
                stored.direction == .received
                ? try Peers(scope: scope).mark(stored.key, of: stored.peer) : nil
            return page.append(
                at: cursor, stored.content, id: stored.messageID, peer: stored.peer
            ) { message in
                // The reason for a delay is of no interest once the message is sent.
                HistoryEntry(
                    cursor: cursor, id: stored.messageID, direction: stored.direction, peer: stored.peer,
                    message: message, at: stored.at, delivery: delivery,
                    failure: delivery == .failed ? stored.failure : nil,
                    waitsBecause: delivery == .queued ? stored.failure : nil, key: mark)
            }
        }

        /// The content of a message that was sent to a peer, who has not confirmed it.
        package func sent(_ messageID: UUID, to peer: IdentityID) throws -> Data? {
            try scope.database.first(
                """
                SELECT cursor, sealed FROM history
                WHERE message = ? AND peer = ? AND delivery IN ('queued', 'onRelay')
                """, scope.name(of: messageID), scope.name(of: peer, in: "history")
            ) { row in
                try scope.sealer.open(
                    HistoryContent.self, try row[1], at: RowSealer.RowID("history", id: try row[0])
                ).content
            }
        }

        /// Notes that the peer has received these messages of ours.
        package mutating func noteDelivered(_ messageIDs: [UUID], to peer: IdentityID) throws {
            for id in messageIDs {
                let count = try scope.database.run(
                    """
                    UPDATE history SET delivery = 'onDevice'
                    WHERE message = ? AND peer = ? AND delivery IN ('queued', 'onRelay')
                    """, scope.name(of: id), scope.name(of: peer, in: "history"))
                if count > 0 { tell(DeliveryChange(id: id, peer: peer, delivery: .onDevice)) }
            }
        }

        /// Notes that the relay has a message.
        mutating func noteAccepted(_ id: UUID, for peer: IdentityID) throws {
            let count = try scope.database.run(
                "UPDATE history SET delivery = 'onRelay' WHERE message = ? AND delivery = 'queued'",
                scope.name(of: id))
            if count > 0 { tell(DeliveryChange(id: id, peer: peer, delivery: .onRelay)) }
        }

        /// Notes why a message waits or, with the delivery `failed`, why it was given up.
        mutating func setCause(
            of messageID: UUID, _ cause: String, delivery: HistoryEntry.Delivery
        ) throws {
            let rows = try scope.database.all(
                "SELECT cursor, sealed FROM history WHERE message = ? AND delivery = 'queued'",
                scope.name(of: messageID)
            ) { row in (cursor: try row[0] as Int64, sealed: try row[1] as [UInt8]) }
            for row in rows {
                let rowID = RowSealer.RowID("history", id: row.cursor)
                var content = try scope.sealer.open(HistoryContent.self, row.sealed, at: rowID)
                content.failure = cause
                try scope.database.run(
                    "UPDATE history SET delivery = ?, sealed = ? WHERE cursor = ?", delivery.rawValue,
                    try scope.sealer.seal(content, at: rowID), row.cursor)
                guard delivery == .failed else { continue }
                tell(
                    DeliveryChange(
                        id: content.messageID, peer: content.peer, delivery: .failed, failure: cause))
            }
        }

        private mutating func tell(_ change: DeliveryChange) { scope.rows.deliveryChanges.append(change) }
    }
}
