import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// The sealed content of a row of the inbox.
private struct InboxContent: Codable {
    let messageID: UUID
    let name: IdentityID
    let device: DeviceID
    let content: Data
    let receivedAt: Date
    /// The identity key that it came under, in its wire form. Nil in stores of earlier versions.
    var key: Data?
}

extension Transaction {
    /// Decrypted messages that the application has not dealt with yet.
    package struct Inbox {
        let scope: Scope

        /// Adds a message as it was decrypted, with the identity key that it came under.
        package mutating func append(
            _ content: Data, messageID: UUID, from sender: DeviceAddress, under key: PublicKey
        ) throws {
            let position = try scope.nextPosition(in: "inbox")
            let sealed = try scope.sealer.seal(
                InboxContent(
                    messageID: messageID, name: sender.identity, device: sender.device, content: content,
                    receivedAt: scope.now, key: Data(key.wire)),
                at: RowSealer.RowID("inbox", id: position))
            try scope.database.run(
                "INSERT INTO inbox (position, message, peer, sealed) VALUES (?, ?, ?, ?)", position,
                scope.name(of: messageID), scope.name(of: sender.identity, in: "history"), sealed)
            try MessageUsage(scope: scope, table: .inbox).enforce(for: sender.identity, messageID: messageID)
        }

        /// The unhandled messages after a position, oldest first.
        package func page(after position: Int64, limit: Int) throws -> MessagePage<ReceivedMessage> {
            var page = MessagePage<ReceivedMessage>(limit: limit)
            try scope.database.each(
                "SELECT position, sealed FROM inbox WHERE position > ? ORDER BY position", position
            ) { row in
                let position: Int64 = try row[0]
                let stored = try scope.sealer.open(
                    InboxContent.self, try row[1], at: RowSealer.RowID("inbox", id: position))
                let mark = try Peers(scope: scope).mark(stored.key, of: stored.name)
                return page.append(at: position, stored.content, id: stored.messageID, peer: stored.name) {
                    ReceivedMessage(
                        id: stored.messageID, sender: stored.name, message: $0, receivedAt: stored.receivedAt,
                        key: mark)
                }
            }
            return page
        }

        /// Removes what a peer's key brought that a person has rejected.
        mutating func removeAll(of peer: IdentityID, under key: PublicKey) throws {
            let rejected = Data(key.wire)
            let positions = try scope.database.all("SELECT position, sealed FROM inbox") { row in
                let position: Int64 = try row[0]
                let stored = try scope.sealer.open(
                    InboxContent.self, try row[1], at: RowSealer.RowID("inbox", id: position))
                let mark = try Peers(scope: scope).mark(stored.key, of: stored.name)
                return stored.name == peer && mark.map { Data($0.identityKey.bytes) } == rejected
                    ? position : nil
            }
            for position in positions.compactMap(\.self) {
                try scope.database.run("DELETE FROM inbox WHERE position = ?", position)
            }
        }

        /// The number of unhandled messages.
        package func count() throws -> Int { try scope.database.value("SELECT COUNT(*) FROM inbox") ?? 0 }

        /// Removes a message that the application has dealt with. One that is not there is fine, and one of another
        /// sender with the same id stays: senders choose the ids.
        package mutating func remove(_ messageID: UUID, from sender: IdentityID) throws {
            let rows = try scope.database.all(
                "SELECT position, sealed FROM inbox WHERE message = ?", scope.name(of: messageID)
            ) { row in (position: try row[0] as Int64, sealed: try row[1] as [UInt8]) }
            for row in rows {
                let stored = try scope.sealer.open(
                    InboxContent.self, row.sealed, at: RowSealer.RowID("inbox", id: row.position))
                guard stored.name == sender else { continue }
                try scope.database.run("DELETE FROM inbox WHERE position = ?", row.position)
            }
        }

        /// Removes a message that needs no further processing, from any sender.
        ///
        /// - Returns: Whether it was there.
        package mutating func delete(_ messageID: UUID) throws -> Bool {
            try scope.database.run("DELETE FROM inbox WHERE message = ?", scope.name(of: messageID)) > 0
        }
    }
}
