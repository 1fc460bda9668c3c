import Database
import Foundation
import RelayAPI

extension Transaction {
    /// The ids of messages that came and went, so that none is taken or sent twice.
    package struct SeenMessages {
        let scope: Scope

        /// Notes that a message of a sender was taken in.
        ///
        /// - Returns: False if that was noted before.
        package mutating func noteReceived(_ id: UUID, from sender: DeviceAddress) throws -> Bool {
            try note(receivedName(id, sender))
        }

        package func wasReceived(_ id: UUID, from sender: DeviceAddress) throws -> Bool {
            try isNoted(receivedName(id, sender))
        }

        /// Notes that a message id was used for sending.
        ///
        /// - Returns: False if that was noted before.
        package mutating func noteSent(_ id: UUID) throws -> Bool { try note(sentName(id)) }

        package func wasSent(_ id: UUID) throws -> Bool { try isNoted(sentName(id)) }

        /// Notes that a stored message was not understood.
        ///
        /// - Returns: False if that was noted before.
        mutating func noteUnreadable(_ id: UUID) throws -> Bool {
            try note(scope.sealer.name(in: "unreadable", id.wire))
        }

        /// More are not remembered: senders decide how many messages they send. One that comes again after that finds the
        /// key that it needs used up.
        static let maxCount = 1_000_000

        /// Forgets what was noted longer ago than `age`, and all but the newest `keep`.
        package mutating func forget(olderThan age: Duration, keeping keep: Int = maxCount) throws {
            try scope.database.run(
                """
                DELETE FROM seenMessage
                WHERE at < (SELECT at FROM seenMessage ORDER BY at DESC LIMIT 1 OFFSET ?)
                """, keep)
            try scope.database.run(
                "DELETE FROM seenMessage WHERE at < ?",
                scope.now.addingTimeInterval(-age.seconds).milliseconds)
        }

        private func receivedName(_ id: UUID, _ sender: DeviceAddress) -> [UInt8] {
            scope.name(of: sender, in: "received", id.wire)
        }

        private func sentName(_ id: UUID) -> [UInt8] { scope.sealer.name(in: "sent", id.wire) }

        private func isNoted(_ name: [UInt8]) throws -> Bool {
            try scope.database.exists("SELECT 1 FROM seenMessage WHERE name = ?", name)
        }

        private mutating func note(_ name: [UInt8]) throws -> Bool {
            try scope.database.run(
                "INSERT OR IGNORE INTO seenMessage (name, at) VALUES (?, ?)", name, scope.now.milliseconds)
                == 1
        }
    }
}
