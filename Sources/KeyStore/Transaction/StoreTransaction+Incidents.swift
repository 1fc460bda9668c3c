import Database
import Foundation

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
        try database.run(
            "INSERT INTO incident (position, sealed) VALUES (?, ?)", position,
            try sealer.seal(incident, at: RowSealer.Place("incident", id: position)))
        try database.run("DELETE FROM incident WHERE position <= ?", position - Self.maxIncidents)
    }

    /// The newest incidents, newest first.
    package func incidents(limit: Int) throws -> [Incident] {
        try database.all("SELECT position, sealed FROM incident ORDER BY position DESC LIMIT ?", limit) {
            row in
            try sealer.open(Incident.self, try row[1], at: RowSealer.Place("incident", id: try row[0]))
        }
    }
}
