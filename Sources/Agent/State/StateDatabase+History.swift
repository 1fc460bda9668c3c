import Foundation
import GRDB
import MaintenanceAPI

extension StateDatabase {
    /// Stretches of `resolution` between two moments, oldest first, with what stands out in them.
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
        return try await pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT at / ? AS stretch, metric, SUM(count) AS count, SUM(sum) AS sum, MIN(min) AS min,
                        MAX(max) AS max
                    FROM tiers WHERE tier = ? AND at >= ? AND at < ? GROUP BY stretch, metric ORDER BY stretch
                    """,
                arguments: [
                    step, tier.rawValue, start, to.milliseconds,
                ])
            guard inDetail else { return Self.points(rows, step: step) }
            return Self.points(
                rows, step: step,
                cores: try Self.cores(from: start, to: to.milliseconds, tier: tier, step: step, database),
                fileSystems: try Self.fileSystems(
                    from: start, to: to.milliseconds, tier: tier, step: step, database))
        }
    }

    /// When the first reading was taken (Unix milliseconds), as exactly as is still known; absent before any.
    func beginning() async throws -> Int64? {
        try await pool.read { database in
            func first(_ tier: Tier) throws -> Int64? {
                try Int64.fetchOne(
                    database, sql: "SELECT MIN(at) FROM tiers WHERE tier = ?", arguments: [tier.rawValue])
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
        _ rows: [Row], step: Int64, cores: [Int64: [Double]] = [:],
        fileSystems: [Int64: [String: MetricSummary]] = [:]
    ) -> [StatusPoint] {
        var points: [StatusPoint] = []
        var values: [Metric: MetricSummary] = [:]
        var count = 0
        for (index, row) in rows.enumerated() {
            let stretch: Int64 = row["stretch"]
            let readings: Int = row["count"]
            if let metric = Metric(rawValue: row["metric"]) {
                let sum: Double = row["sum"]
                values[metric] = MetricSummary(min: row["min"], mean: sum / Double(readings), max: row["max"])
                count = max(count, readings)
            }
            let isLast = index == rows.count - 1 || rows[index + 1]["stretch"] != stretch
            if isLast {
                let at = stretch * step
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
