import Database
import Foundation
import MaintenanceAPI
import RelayAPI

/// An encrypted message that the relay has not accepted yet.
package struct OutboxMessage: Hashable, Sendable {
    /// Grows with every message; the order per recipient.
    package let position: Int64
    /// The same at every try.
    package let envelope: Envelope
    /// The registration of the recipient's device that the message is encrypted for. Nil in stores of earlier versions.
    package let registrationID: UInt32?
    /// Stands for the registration of a message that must be encrypted again before it is sent.
    package static let noRegistration: UInt32 = 0

    /// The message before encryption, for devices that turn up later. Nil in stores of earlier versions.
    package let content: Data?

    package var messageID: UUID { envelope.messageId }
    package var recipient: DeviceAddress { envelope.recipient }
}

/// A part of the outbox.
package struct OutboxPage: Hashable, Sendable {
    package let messages: [OutboxMessage]
    /// How far it was read, also past messages that were left out; nil if there was nothing to read.
    package let lastPosition: Int64?
}

/// The sealed content of a row of the outbox.
private struct OutboxContent: Codable {
    var registrationID: UInt32?
    /// In wire form.
    let envelope: Data
    var content: Data?
}

extension Transaction {
    /// Encrypted messages on their way to the relay.
    package struct Outbox {
        let scope: Scope

        /// Adds an encrypted message, to be given up at `expiresAt`.
        ///
        /// Of several waiting messages to one device with the same topic only the last is sent.
        package mutating func append(
            _ envelope: Envelope, of content: Data? = nil, registrationID: UInt32? = nil, topic: String?,
            expiresAt: Date
        ) throws {
            let topicName = topic.map { name(of: envelope.recipient, topic: $0) }
            if let topicName {
                try scope.database.run("DELETE FROM outbox WHERE topic = ?", topicName)
            }
            let position = try scope.nextPosition(in: "outbox")
            try scope.database.run(
                """
                INSERT INTO outbox (position, recipient, message, topic, expiresAt, sealed)
                VALUES (?, ?, ?, ?, ?, ?)
                """, position, name(of: envelope.recipient), scope.name(of: envelope.messageId), topicName,
                expiresAt.milliseconds, try sealed(envelope, content, registrationID, at: position))
        }

        /// Replaces the envelope of a message, as when the recipient's device was set up again.
        package mutating func replace(
            _ message: OutboxMessage, with envelope: Envelope, registrationID: UInt32?
        ) throws {
            try scope.database.run(
                "UPDATE outbox SET sealed = ? WHERE position = ?",
                try sealed(envelope, message.content, registrationID, at: message.position), message.position)
        }

        /// The messages after a position, oldest first, without those to some recipients.
        package func page(
            after position: Int64, excluding recipients: Set<DeviceAddress> = [], limit: Int
        ) throws -> OutboxPage {
            let excluded = Set(recipients.map { name(of: $0) })
            var messages: [OutboxMessage] = []
            var last: Int64?
            guard limit > 0 else { return OutboxPage(messages: [], lastPosition: nil) }
            try scope.database.each(
                "SELECT position, sealed, recipient FROM outbox WHERE position > ? ORDER BY position",
                position
            ) { row in
                last = try row[0]
                if try excluded.isEmpty || !excluded.contains(row[2]) { messages.append(try message(row)) }
                return messages.count < limit
            }
            return OutboxPage(messages: messages, lastPosition: last)
        }

        /// The messages to one device after a position, oldest first.
        package func messages(
            to recipient: DeviceAddress, after position: Int64 = 0, limit: Int = .max
        ) throws -> [OutboxMessage] {
            try scope.database.all(
                """
                SELECT position, sealed FROM outbox WHERE recipient = ? AND position > ?
                ORDER BY position LIMIT ?
                """, name(of: recipient), position, limit, rows: message)
        }

        /// Whether at least so many messages wait for a device.
        package func isWaiting(_ count: Int, for recipient: DeviceAddress) throws -> Bool {
            try scope.database.exists(
                "SELECT 1 FROM outbox WHERE recipient = ? LIMIT 1 OFFSET ?", name(of: recipient), count - 1)
        }

        /// The peers for whom messages wait that are encrypted for no registration.
        package func peersToEncryptFor() throws -> Set<IdentityID> {
            var (peers, position): (Set<IdentityID>, Int64) = ([], 0)
            while case let page = try page(after: position, limit: 100), let last = page.lastPosition {
                for message in page.messages where message.registrationID == OutboxMessage.noRegistration {
                    peers.insert(message.recipient.identity)
                }
                position = last
            }
            return peers
        }

        /// How many messages wait to be sent.
        package func count() throws -> Int { try scope.database.value("SELECT COUNT(*) FROM outbox") ?? 0 }

        /// Removes a message that the relay has accepted, and notes that in the history.
        package mutating func accepted(_ message: OutboxMessage) throws {
            try remove(message)
            var history = History(scope: scope)
            try history.noteAccepted(message.messageID, for: message.recipient.identity)
        }

        /// Removes a message that cannot be delivered. Unless another device has got it, the history says why.
        package mutating func giveUp(_ message: OutboxMessage, cause: String) throws {
            try remove(message)
            let othersWait = try scope.database.exists(
                "SELECT 1 FROM outbox WHERE message = ?", scope.name(of: message.messageID))
            guard !othersWait else { return }
            var history = History(scope: scope)
            try history.setCause(of: message.messageID, cause, delivery: .failed)
        }

        /// Notes in the history why a message has to wait.
        package mutating func noteDelay(of message: OutboxMessage, cause: String) throws {
            var history = History(scope: scope)
            try history.setCause(of: message.messageID, cause, delivery: .queued)
        }

        /// Removes a message that is no longer worth sending.
        package mutating func remove(_ message: OutboxMessage) throws {
            try scope.database.run("DELETE FROM outbox WHERE position = ?", message.position)
        }

        /// Gives up expired messages.
        package mutating func giveUpExpired(cause: String) throws {
            let pageSize = 100
            while true {
                let expired = try expired(limit: pageSize)
                for message in expired { try giveUp(message, cause: cause) }
                if expired.count < pageSize { return }
            }
        }

        func expired(limit: Int) throws -> [OutboxMessage] {
            try scope.database.all(
                "SELECT position, sealed FROM outbox WHERE expiresAt < ? ORDER BY expiresAt LIMIT ?",
                scope.now.milliseconds, limit, rows: message)
        }

        private func message(_ row: borrowing Row) throws -> OutboxMessage {
            let position: Int64 = try row[0]
            let stored = try scope.sealer.open(
                OutboxContent.self, try row[1], at: RowSealer.RowID("outbox", id: position))
            guard let envelope = try? Envelope(protobuf: Array(stored.envelope)[...]) else {
                throw DamagedRow(table: "outbox")
            }
            return OutboxMessage(
                position: position, envelope: envelope,
                registrationID: stored.registrationID, content: stored.content)
        }

        private func sealed(
            _ envelope: Envelope, _ content: Data?, _ registrationID: UInt32?, at position: Int64
        ) throws -> [UInt8] {
            try scope.sealer.seal(
                OutboxContent(
                    registrationID: registrationID, envelope: Data(envelope.protobuf), content: content),
                at: RowSealer.RowID("outbox", id: position))
        }

        private func name(of recipient: DeviceAddress, topic: String = "") -> [UInt8] {
            scope.name(of: recipient, in: "outbox", Array(topic.utf8))
        }
    }
}
