import Anomaly
import Database
import Foundation
import MaintenanceAPI
import Values

/// One stretch of a series: as fine as readings are where they are not older than a day.
struct SeriesPoint: Hashable, Sendable {
    let at: Int64
    let count: Int
    let mean, min, max: Double
}

extension SeriesPoint {
    /// A row of a tier: at, count, sum, min, max. By number, because there are thousands.
    init(_ row: borrowing Row) throws {
        let sum: Double = try row[2]
        count = try row[1]
        mean = sum / Double(Swift.max(1, count))
        (at, min, max) = (try row[0], try row[3], try row[4])
    }
}

extension StateDatabase {
    /// More points than these are put together more coarsely.
    private static let maxPointCount: Int64 = 9000
    /// Maximum number of readings examined, evenly spread, for figures that only readings hold.
    static let maxReadingCount: Int64 = 1500
    /// The same for one part of several, whose list has to be gone through.
    static let maxPartReadingCount: Int64 = 900

    /// A gauge between two times, oldest first, at the finest stored resolution.
    func series(_ gauge: Gauge, from: Date, to: Date) async throws -> [SeriesPoint] {
        let (start, end) = (from.milliseconds, to.milliseconds)
        if let metric = gauge.traits.metric { return try await series(metric, from: start, to: end) }
        guard let value = gauge.traits.path.map(Self.expression) else { return [] }
        return try await read(value, from: start, to: end)
    }

    /// What an SQL expression gives for each stored `reading`, evenly spread where there are many; `name` is its fourth
    /// parameter.
    func read(
        _ expression: String, from start: Int64, to end: Int64, _ name: String? = nil,
        limit: Int64 = maxReadingCount
    ) async throws
        -> [SeriesPoint]
    {
        try await file.read { database in
            let count: Int64 =
                try database.value(
                    "SELECT COUNT(*) FROM snapshots WHERE takenAt > ? AND takenAt <= ?", start, end) ?? 0
            let step = max(1, (count + limit - 1) / limit)
            return try database.all(
                """
                SELECT takenAt, \(expression) AS value FROM (
                    SELECT takenAt, CAST(sample AS TEXT) AS reading FROM snapshots
                    WHERE takenAt > ?1 AND takenAt <= ?2 AND id % ?3 = 0
                ) WHERE value IS NOT NULL AND ?4 IS ?4 ORDER BY takenAt
                """, start, end, step, name
            ) { row in
                let value: Double = try row["value"]
                return SeriesPoint(at: try row["takenAt"], count: 1, mean: value, min: value, max: value)
            }
        }
    }

    func finestTier(from: Int64, to: Int64) -> Tier {
        let age = max(0, now().milliseconds - from)
        return Tier.allCases.first {
            $0.lifetimeMilliseconds >= age && (to - from) / $0.milliseconds <= Self.maxPointCount
        } ?? .hour
    }

    func series(of fileSystem: String, from: Int64, to: Int64) async throws -> [SeriesPoint] {
        let tier = finestTier(from: from, to: to)
        return try await file.read { database in
            try database.all(
                """
                SELECT at, count, sum, min, max FROM file_system_tiers
                WHERE tier = ? AND at >= ? AND at <= ? AND mountPoint = ? ORDER BY at
                """, tier.rawValue, from, to, fileSystem
            ) { row in try SeriesPoint(row) }
        }
    }

    private func series(_ metric: Metric, from: Int64, to: Int64) async throws -> [SeriesPoint] {
        let tier = finestTier(from: from, to: to)
        // Of fewer points, and of coarser tiers, there are few rows to step over.
        let isByHours = [.tenSeconds, .minute].contains(tier) && (to - from) / tier.milliseconds > 1000
        return try await file.read { database in
            isByHours && from >= 0
                ? try self.hourly(metric, tier, from: from, to: to, database)
                : try Self.series(metric, tier, from: from, to: to, database)
        }
    }

    /// The SQL expression for a figure of a stored reading.
    private static func expression(_ path: String) -> String {
        let terms = path.components(separatedBy: " - ")
        if terms.count == 2 { return terms.map(expression).joined(separator: " - ") }
        let isGreatest = path.hasPrefix("max ")
        let parts = (isGreatest ? String(path.dropFirst(4)) : path).components(separatedBy: "[].")
        guard parts.count == 2 else { return "CAST(json_extract(reading, '$.\(path)') AS REAL)" }
        return """
            (SELECT CAST(\(isGreatest ? "MAX" : "SUM")(json_extract(value, '$.\(parts[1])')) AS REAL) \
            FROM json_each(reading, '$.\(parts[0])'))
            """
    }

    /// The last few readings, oldest first.
    func lastReadings(_ count: Int) async throws -> [Sample] {
        try await file.read { database in
            try database.all("SELECT sample FROM snapshots ORDER BY takenAt DESC LIMIT ?", Int64(count)) {
                row in
                try row[0] as Data
            }
        }.reversed().map(recentSamples.sample)
    }

    /// What needs attention now.
    func health() async throws -> Health {
        guard let newest = try await newestSample() else { return Health([], now: now()) }
        return try await health(of: newest, forecasts: try await diskForecasts(after: newest))
    }

    func health(of newest: Sample, forecasts: [DiskForecast]) async throws -> Health {
        var readings = try await lastReadings(Self.judgedReadingCount).filter { $0.takenAt < newest.takenAt }
        readings.append(newest)
        return Health(
            readings, killed: try await killed(before: newest, within: 86_400), forecasts: forecasts,
            memoryFullInHours: try await memoryFullInHours(at: newest), now: now())
    }

    /// How long memory lasts if it goes on filling as over the last half hour; nil where it does not.
    private func memoryFullInHours(at newest: Sample) async throws -> Double? {
        guard newest.memory != nil else { return nil }
        let end = Date(milliseconds: newest.takenAt)
        let points = try await series(.memoryUsed, from: end.addingTimeInterval(-Self.memorySpan), to: end)
        guard let first = points.first, let last = points.last,
            Double(last.at - first.at) / 1000 >= Self.leastMemorySpan,
            last.mean - first.mean >= Self.leastMemoryRise
        else { return nil }
        var forecast = FillForecast()
        for point in points { forecast.add(point.mean, at: point.at / 1000) }
        return forecast.secondsUntilFull(capacity: 100).map { $0 / 3600 }
    }

    /// In seconds. Over less than the shorter one, what was started just now decides the rate.
    private static let memorySpan = 1800.0, leastMemorySpan = 480.0
    /// In percent of all memory.
    private static let leastMemoryRise = 5.0

    /// A raised concern lasts until one of these clears it.
    private static let judgedReadingCount = 6

    /// The number of OOM kills within this many seconds before a reading; nil if unknown.
    func killed(before newest: Sample, within seconds: Double) async throws -> Int64? {
        guard let after = newest.memory?.oomKills else { return nil }
        let start = Date(milliseconds: newest.takenAt).addingTimeInterval(-seconds)
        if let uptime = newest.host.uptimeSeconds, uptime < seconds { return after }
        guard let first = try await sample(after: start), first.host.bootId == newest.host.bootId,
            let before = first.memory?.oomKills, after >= before
        else { return nil }
        return after - before
    }
}
