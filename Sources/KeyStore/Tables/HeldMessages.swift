import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// The sealed content of a row of the held messages.
private struct HeldContent: Codable {
    let messageID: UUID
    let name: IdentityID
    let device: DeviceID
    let content: Data
    let receivedAt: Date
    /// The identity key that it came under, in its wire form.
    let key: Data
}

/// A held message as it was decrypted.
struct HeldMessage {
    let id: UUID
    let sender: DeviceAddress
    let content: Data
}

extension Transaction {
    /// Conversation messages under unapproved keys. No reader of the inbox or the history
    /// sees them; they go there, in their order, when a person approves the key.
    package struct HeldMessages {
        /// How many are held under one key.
        package static let maxCount = 100
        /// How many bytes are held under one key.
        package static let maxByteCount = 1 << 20

        let scope: Scope

        /// Holds a message as it was decrypted.
        ///
        /// - Returns: False if too many are already held under this key, and this one is dropped.
        package mutating func append(
            _ content: Data, messageID: UUID, from sender: DeviceAddress, under key: PublicKey
        ) throws -> Bool {
            let name = name(of: key, of: sender.identity)
            let held = try scope.database.first(
                "SELECT COUNT(*), COALESCE(SUM(LENGTH(sealed)), 0) FROM heldMessage WHERE key = ?", name
            ) { row in (count: try row[0] as Int, byteCount: try row[1] as Int) }
            guard let held, held.count < Self.maxCount, held.byteCount + content.count <= Self.maxByteCount
            else { return false }
            let position = try scope.nextPosition(in: "heldMessage")
            let sealed = try scope.sealer.seal(
                HeldContent(
                    messageID: messageID, name: sender.identity, device: sender.device, content: content,
                    receivedAt: scope.now, key: Data(key.wire)),
                at: RowSealer.RowID("heldMessage", id: position))
            try scope.database.run(
                "INSERT INTO heldMessage (position, key, sealed) VALUES (?, ?, ?)", position, name, sealed)
            return true
        }

        /// All of them, oldest first.
        package func page(limit: Int) throws -> MessagePage<ReceivedMessage> {
            var page = MessagePage<ReceivedMessage>(limit: limit)
            try scope.database.each("SELECT position, sealed FROM heldMessage ORDER BY position") { row in
                let position: Int64 = try row[0]
                let stored = try open(row)
                return page.append(at: position, stored.content, id: stored.messageID, peer: stored.name) {
                    ReceivedMessage(
                        id: stored.messageID, sender: stored.name, message: $0, receivedAt: stored.receivedAt,
                        key: KeyMark(identityKey: Base64(Array(stored.key)), standing: .unapproved))
                }
            }
            return page
        }

        /// How many are held, under all keys or one.
        package func count() throws -> Int {
            try scope.database.value("SELECT COUNT(*) FROM heldMessage") ?? 0
        }

        package func count(of peer: IdentityID, under key: PublicKey) throws -> Int {
            try scope.database.value(
                "SELECT COUNT(*) FROM heldMessage WHERE key = ?", name(of: key, of: peer)) ?? 0
        }

        /// Those under one key, oldest first.
        func messages(of peer: IdentityID, under key: PublicKey) throws -> [HeldMessage] {
            try scope.database.all(
                "SELECT position, sealed FROM heldMessage WHERE key = ? ORDER BY position",
                name(of: key, of: peer)
            ) { row in
                let stored = try open(row)
                return HeldMessage(
                    id: stored.messageID, sender: DeviceAddress(stored.name, stored.device),
                    content: stored.content)
            }
        }

        mutating func remove(of peer: IdentityID, under key: PublicKey) throws {
            try scope.database.run("DELETE FROM heldMessage WHERE key = ?", name(of: key, of: peer))
        }

        private func open(_ row: borrowing Row) throws -> HeldContent {
            try scope.sealer.open(
                HeldContent.self, try row[1], at: RowSealer.RowID("heldMessage", id: try row[0]))
        }

        private func name(of key: PublicKey, of peer: IdentityID) -> [UInt8] {
            scope.sealer.name(in: "heldMessage", Array(peer.description.utf8), key.wire)
        }
    }
}
