import Foundation
import GRDB

/// Something that went wrong with a message, kept for the person to see.
package struct Incident: Hashable, Sendable, Codable {
    package let at: Date
    /// Whose message it was.
    package let peer: String
    package let messageID: UUID
    /// What happened and why. Holds no secret.
    package let cause: String
}

extension StoreTransaction {
    /// How many incidents are kept.
    package static let maxIncidents: Int64 = 1000

    /// Records an incident; the oldest goes when there are too many.
    package mutating func record(_ cause: String, peer: String, messageID: UUID) throws {
        let position = try nextPosition(in: "incident")
        let incident = Incident(at: now, peer: peer, messageID: messageID, cause: cause)
        try database.execute(
            sql: "INSERT INTO incident (position, sealed) VALUES (?, ?)",
            arguments: [position, sealer.seal(incident, at: RowSealer.Place("incident", id: position))])
        try database.execute(
            sql: "DELETE FROM incident WHERE position <= ?", arguments: [position - Self.maxIncidents])
    }

    /// The newest incidents, newest first.
    package func incidents(limit: Int) throws -> [Incident] {
        try Row.fetchAll(
            database, sql: "SELECT position, sealed FROM incident ORDER BY position DESC LIMIT ?",
            arguments: [limit]
        ).map {
            try sealer.open(Incident.self, $0["sealed"], at: RowSealer.Place("incident", id: $0["position"]))
        }
    }
}
