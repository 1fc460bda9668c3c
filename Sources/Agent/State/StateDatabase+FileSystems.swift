import Foundation
import GRDB
import MaintenanceAPI

/// How full each file system was, put together by stretches as the other series are; one row for each of them.
extension StateDatabase {
    /// Of a stretch no more file systems than these are kept, and of a window no more are told.
    static let maxFileSystems = Series.maxFileSystemCount

    static func addFileSystems(
        _ fileSystems: [Sample.FileSystem], takenAt: Int64, _ database: Database
    ) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO file_system_tiers (tier, at, mountPoint, count, sum, min, max)
                SELECT :tier, :at, :mountPoint, 1, :value, :value, :value
                WHERE (
                    SELECT COUNT(*) FROM file_system_tiers
                    WHERE tier = :tier AND at = :at AND mountPoint <> :mountPoint
                ) < :limit
                ON CONFLICT DO UPDATE SET count = count + 1, sum = sum + excluded.sum,
                    min = MIN(min, excluded.min), max = MAX(max, excluded.max)
                """)
        for fileSystem in fileSystems.watched {
            guard let value = fileSystem.usedPercent, value.isFinite else { continue }
            for tier in Tier.allCases {
                try statement.execute(arguments: [
                    "tier": tier.rawValue, "at": takenAt - takenAt % tier.milliseconds,
                    "mountPoint": fileSystem.mountPoint, "value": value, "limit": maxFileSystems,
                ])
            }
        }
    }

    /// How full file systems were, by mount point and the moment at which a stretch of `step` milliseconds begins. Of
    /// more than 16 those that were there last.
    static func fileSystems(
        from: Int64, to: Int64, tier: Tier, step: Int64, _ database: Database
    ) throws -> [Int64: [String: MetricSummary]] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT at / :step * :step AS at, mountPoint, SUM(sum) / SUM(count) AS mean, MIN(min) AS min,
                    MAX(max) AS max
                FROM file_system_tiers WHERE tier = :tier AND at >= :from AND at < :to AND mountPoint IN (
                    SELECT mountPoint FROM file_system_tiers WHERE tier = :tier AND at >= :from AND at < :to
                    GROUP BY mountPoint ORDER BY MAX(at) DESC, mountPoint LIMIT :limit
                ) GROUP BY 1, mountPoint
                """,
            arguments: [
                "step": step, "tier": tier.rawValue, "from": from, "to": to, "limit": maxFileSystems,
            ])
        var stretches: [Int64: [String: MetricSummary]] = [:]
        while let row = try rows.next() {
            let (mean, min, max): (Double, Double, Double) = (row["mean"], row["min"], row["max"])
            stretches[row["at"], default: [:]][row["mountPoint"]] = MetricSummary(
                min: min.rounded(to: 2), mean: mean.rounded(to: 2), max: max.rounded(to: 2))
        }
        return stretches
    }

    /// Puts together from readings, which are kept for a day, what databases hold that knew the fullest one alone.
    static func fillFileSystems(_ database: Database) throws {
        let decoder = JSONDecoder()
        let samples = try Data.fetchCursor(database, sql: "SELECT sample FROM snapshots")
        while let sample = try samples.next() {
            let reading = try decoder.decode(FillReading.self, from: sample)
            try addFileSystems(reading.fileSystems, takenAt: reading.takenAt, database)
        }
    }
}
