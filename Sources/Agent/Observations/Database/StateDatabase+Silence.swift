import Database
import Foundation
import MaintenanceAPI
import Values

/// Missing data is itself a finding.
extension StateDatabase {
    /// The gaps between two times, to the minute in the last eight days, to the hour before.
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
                let heard = try Self.stretches(
                    from: part.from, to: part.to, tier: part.tier, atMost: 2 * step, database)
                // Silence from the start of the window is a finding only if there was telemetry before.
                let before = try Self.hasReading(before: part.from, database) ? [part.from - step] : []
                return Silence(step: step).gaps(between: before + heard, until: part.to)
            }
        }
    }

    /// Beginnings of intervals that have readings: all where they are further apart than `distance`, and the first.
    ///
    /// Nearly every reading has cores, which are one row for each interval; only between those all series are looked at.
    private static func stretches(
        from: Int64, to: Int64, tier: Tier, atMost distance: Int64, _ database: Connection
    ) throws -> [Int64] {
        let cores: [Int64] = try database.values(
            "SELECT at FROM core_tiers WHERE tier = ? AND at >= ? AND at < ? ORDER BY at", tier.rawValue,
            from, to)
        var stretches: [Int64] = []
        var last: Int64?
        for at in cores + [to] {
            if last.map({ at - $0 > distance }) ?? true {
                stretches += try allStretches(
                    from: last.map { $0 + 1 } ?? from, to: at, tier: tier, database)
            }
            if at < to { stretches.append(at) }
            last = at
        }
        return stretches
    }

    /// Each is found by one step in the index, over all its series.
    private static func allStretches(from: Int64, to: Int64, tier: Tier, _ database: Connection) throws
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

    /// Whether an interval with readings had ended by then; the current one may have started later.
    private static func hasReading(before moment: Int64, _ database: Connection) throws -> Bool {
        try [Tier.minute, .hour].contains { tier in
            try database.exists(
                "SELECT 1 FROM tiers WHERE tier = ? AND at <= ? LIMIT 1", tier.rawValue,
                moment - tier.milliseconds)
        }
    }
}

/// Finds gaps between readings. Pure.
struct Silence {
    /// How long a stretch is, in milliseconds.
    let step: Int64

    /// The gaps between the beginnings of intervals with readings, and up to `end`.
    func gaps(between moments: [Int64], until end: Int64) -> [Anomaly] {
        guard var last = moments.first else { return [] }
        var findings: [Anomaly] = []
        for at in moments.dropFirst() + [end] {
            // One interval without a reading may lie between two readings; more is silence.
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
