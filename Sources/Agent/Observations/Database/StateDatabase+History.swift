import Database
import Foundation
import MaintenanceAPI
import Values

extension StateDatabase {
    /// Intervals of `resolution` between two times, oldest first, with their findings.
    package func history(from: Date, to: Date, resolution: Duration) async throws -> StatusHistory {
        let seconds = max(1, Int(resolution.components.seconds))
        let points = try await points(from: from, to: to, resolutionSeconds: seconds, inDetail: true)
        return StatusHistory(
            from: from.milliseconds, to: to.milliseconds, resolutionSeconds: seconds, points: points,
            anomalies: try await anomalies(from: from, to: to))
    }

    func points(
        from: Date, to: Date, resolutionSeconds: Int, inDetail: Bool = false
    ) async throws -> [StatusPoint] {
        let tier = Tier.best(
            resolutionSeconds: resolutionSeconds,
            ageMilliseconds: max(0, now().milliseconds - from.milliseconds))
        let step = Int64(max(resolutionSeconds, tier.rawValue)) * 1000
        let start = from.milliseconds - from.milliseconds % step
        return try await file.read { database in
            let rows = try database.all(
                """
                SELECT at / ? AS stretch, metric, SUM(count), SUM(sum), MIN(min), MAX(max)
                FROM tiers WHERE tier = ? AND at >= ? AND at < ? GROUP BY stretch, metric ORDER BY stretch
                """, step, tier.rawValue, start, to.milliseconds
            ) { row in try StretchRow(row) }
            guard inDetail else { return Self.points(rows, step: step) }
            return Self.points(
                rows, step: step,
                cores: try Self.cores(from: start, to: to.milliseconds, tier: tier, step: step, database),
                fileSystems: try Self.fileSystems(
                    from: start, to: to.milliseconds, tier: tier, step: step, database))
        }
    }

    /// When the first reading was taken (Unix milliseconds), as exactly as is still known; nil before any.
    func beginning() async throws -> Int64? {
        try await file.read { database in
            func first(_ tier: Tier) throws -> Int64? {
                try database.value("SELECT MIN(at) FROM tiers WHERE tier = ?", tier.rawValue, as: Int64?.self)
                    ?? nil
            }
            guard let hour = try first(.hour) else { return try first(.tenSeconds) }
            // Finer tiers are kept for a shorter time.
            for tier in [Tier.tenSeconds, .minute, .tenMinutes] {
                if let at = try first(tier), at < hour + Int64(Tier.hour.rawValue) * 1000 { return at }
            }
            return hour
        }
    }

    /// Puts the rows of each stretch, which stand next to each other, into one point.
    private static func points(
        _ rows: [StretchRow], step: Int64, cores: [Int64: [Double]] = [:],
        fileSystems: [Int64: [String: MetricSummary]] = [:]
    ) -> [StatusPoint] {
        var points: [StatusPoint] = []
        var values: [Metric: MetricSummary] = [:]
        var count = 0
        for (index, row) in rows.enumerated() {
            if let metric = Metric(rawValue: row.metric) {
                values[metric] = MetricSummary(min: row.min, mean: row.sum / Double(row.count), max: row.max)
                count = max(count, row.count)
            }
            let isLast = index == rows.count - 1 || rows[index + 1].stretch != row.stretch
            if isLast {
                let at = row.stretch * step
                points.append(
                    StatusPoint(
                        at: at, sampleCount: count, values: values, coreBusyPercent: cores[at],
                        fileSystemUsedPercent: fileSystems[at]))
                (values, count) = ([:], 0)
            }
        }
        return points
    }
}

/// The readings of one metric in one stretch. By number, because there are thousands.
private struct StretchRow {
    let stretch: Int64
    let metric: String
    let count: Int
    let sum, min, max: Double

    init(_ row: borrowing Row) throws {
        (stretch, metric, count) = (try row[0], try row[1], try row[2])
        (sum, min, max) = (try row[3], try row[4], try row[5])
    }
}
