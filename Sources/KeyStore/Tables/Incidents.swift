import Database
import Foundation

/// Something that went wrong with a message or a key, kept for the person to see.
package struct Incident: Hashable, Sendable, Codable {
    package let at: Date
    /// The sender: an identity or one of its devices.
    package let peer: String
    /// Nil if it was not caused by a message.
    package let messageID: UUID?
    /// What happened and why. Holds no secret.
    package let cause: String
}

extension Transaction {
    /// What went wrong.
    package struct Incidents {
        /// Maximum number kept.
        package static let maxCount: Int64 = 1000

        let scope: Scope

        /// Records an incident; the oldest goes when there are too many.
        package mutating func append(_ cause: String, peer: String, messageID: UUID?) throws {
            let position = try scope.nextPosition(in: "incident")
            let incident = Incident(at: scope.now, peer: peer, messageID: messageID, cause: cause)
            try scope.database.run(
                "INSERT INTO incident (position, sealed) VALUES (?, ?)", position,
                try scope.sealer.seal(incident, at: RowSealer.RowID("incident", id: position)))
            try scope.database.run("DELETE FROM incident WHERE position <= ?", position - Self.maxCount)
        }

        /// The newest, newest first.
        package func newest(limit: Int) throws -> [Incident] {
            try scope.database.all(
                "SELECT position, sealed FROM incident ORDER BY position DESC LIMIT ?", limit
            ) { row in
                try scope.sealer.open(
                    Incident.self, try row[1], at: RowSealer.RowID("incident", id: try row[0]))
            }
        }
    }
}
