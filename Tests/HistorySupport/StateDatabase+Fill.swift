import Agent
import Foundation
import MaintenanceAPI

extension StateDatabase {
    /// Puts the days before `end` of a generated host into the database, oldest first, and thins them as the agent does.
    ///
    /// Of what will have been thinned by then fewer readings are made, and the same rows stay: every ten seconds of
    /// the last day, every minute of the last eight, every ten minutes before; with `isWhole` every ten seconds of all.
    package func fill(days: Int, until end: Date, of host: GeneratedHost = .init(), isWhole: Bool = false)
        async throws
    {
        let last = Int64(end.timeIntervalSince1970) * 1000
        for ago in stride(from: days, to: 0, by: -1) {
            let step: Int64 = isWhole || ago == 1 ? 10 : ago <= 8 ? 60 : 600
            let start = last - Int64(ago) * 86_400_000
            let moments = stride(from: start, to: start + 86_400_000, by: Int(step * 1000))
            let readings = moments.compactMap { host.sample(takenAt: $0) }
                .map { Reading(messageID: UUID(), sample: $0) }
            for batch in stride(from: 0, to: readings.count, by: 1000) {
                try await insert(Array(readings[batch..<min(batch + 1000, readings.count)]), at: end)
            }
            try await thin(at: Date(timeIntervalSince1970: Double(start) / 1000 + 86_400))
        }
    }
}
