import Database
import Foundation
import MaintenanceAPI
import Values

/// Missing data is itself a finding.
extension StateDatabase {
    /// The stretches between two moments without a reading, to the minute in the last eight days, to the hour before.
    func silences(from: Date, to: Date) async throws -> [Anomaly] {
        let interval = try await newestSample()?.intervalSeconds ?? 0
        let border = now().milliseconds - Tier.minute.lifetimeMilliseconds + Tier.hour.milliseconds
        let (start, end) = (from.milliseconds, to.milliseconds)
        let parts: [(tier: Tier, from: Int64, to: Int64)] =
            start >= border
            ? [(.minute, start, end)]
            : end <= border ? [(.hour, start, end)] : [(.hour, start, border), (.minute, border, end)]
        return try await file.read { database in
            try parts.flatMap { part in
                let step = max(part.tier.milliseconds, Int64((interval * 1000).rounded(.up)))
                let heard = try Self.stretches(from: part.from, to: part.to, tier: part.tier, database)
                // Silence from the start on is a finding only where telemetry had begun before.
                let before = try Self.hasReading(before: part.from, database) ? [part.from - step] : []
                return Silence(step: step).gaps(between: before + heard, until: part.to)
            }
        }
    }

    /// Where stretches begin that have readings. Each is found by one step in the index, over all its series.
    private static func stretches(from: Int64, to: Int64, tier: Tier, _ database: Connection) throws
        -> [Int64]
    {
        try database.values(
            """
            WITH RECURSIVE stretch (at) AS (
                SELECT MIN(at) FROM tiers WHERE tier = ?1 AND at >= ?2 AND at < ?3
                UNION ALL
                SELECT (SELECT MIN(at) FROM tiers WHERE tier = ?1 AND at > stretch.at AND at < ?3)
                FROM stretch WHERE stretch.at IS NOT NULL
            )
            SELECT at FROM stretch WHERE at IS NOT NULL
            """, tier.rawValue, from, to)
    }

    /// Whether a stretch with readings had ended by then; one that goes on may have begun to be heard only later.
    private static func hasReading(before moment: Int64, _ database: Connection) throws -> Bool {
        try [Tier.minute, .hour].contains { tier in
            try database.exists(
                "SELECT 1 FROM tiers WHERE tier = ? AND at <= ? LIMIT 1", tier.rawValue,
                moment - tier.milliseconds)
        }
    }
}

/// Finds where readings are missing. Pure: the same moments give the same gaps.
struct Silence {
    /// How long a stretch is, in milliseconds.
    let step: Int64

    /// The gaps between moments at which stretches with readings begin, and up to `end`.
    func gaps(between moments: [Int64], until end: Int64) -> [Anomaly] {
        guard var last = moments.first else { return [] }
        var findings: [Anomaly] = []
        for at in moments.dropFirst() + [end] {
            // One stretch without a reading may be the edge of two; more is silence.
            if at - last > 2 * step {
                let minutes = Double(at - last - step) / 60_000
                findings.append(
                    Anomaly(
                        metric: nil, severity: .critical, from: last + step, to: at,
                        summary: "no telemetry for \(minutes.text(1)) minutes"))
            }
            last = at
        }
        return findings
    }
}
