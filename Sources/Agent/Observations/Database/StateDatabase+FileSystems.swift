import Database
import Foundation
import MaintenanceAPI
import Values

/// How full each file system was, put together by stretches as the other series are; one row for each of them.
extension StateDatabase {
    /// Maximum number of file systems stored per interval, and reported per window.
    static let maxFileSystems = Series.maxFileSystemCount
    /// The longest mount point that is kept; a longer one is no name that a person reads.
    static let maxMountPointByteCount = 512

    static func addFileSystems(
        _ fileSystems: [Sample.FileSystem], takenAt: Int64, _ database: Connection
    ) throws {
        let statement = try database.statement(
            """
            INSERT INTO file_system_tiers (tier, at, mountPoint, count, sum, min, max)
            SELECT ?1, ?2, ?3, 1, ?4, ?4, ?4
            WHERE (
                SELECT COUNT(*) FROM file_system_tiers
                WHERE tier = ?1 AND at = ?2 AND mountPoint <> ?3
            ) < ?5
            ON CONFLICT DO UPDATE SET count = count + 1, sum = sum + excluded.sum,
                min = MIN(min, excluded.min), max = MAX(max, excluded.max)
            """)
        for fileSystem in fileSystems.watched {
            guard let value = fileSystem.usedPercent, value.isFinite,
                fileSystem.mountPoint.utf8.count <= maxMountPointByteCount
            else { continue }
            for tier in Tier.allCases {
                try statement.run(
                    tier.rawValue, takenAt - takenAt % tier.milliseconds, fileSystem.mountPoint, value,
                    maxFileSystems)
            }
        }
    }

    /// How full file systems were, by mount point and the moment at which a stretch of `step` milliseconds begins. Of
    /// more than 16 those that were there last.
    static func fileSystems(
        from: Int64, to: Int64, tier: Tier, step: Int64, _ database: Connection
    ) throws -> [Int64: [String: MetricSummary]] {
        var stretches: [Int64: [String: MetricSummary]] = [:]
        try database.each(
            """
            SELECT at / ?1 * ?1 AS at, mountPoint, SUM(sum) / SUM(count) AS mean, MIN(min) AS min,
                MAX(max) AS max
            FROM file_system_tiers WHERE tier = ?2 AND at >= ?3 AND at < ?4 AND mountPoint IN (
                SELECT mountPoint FROM file_system_tiers WHERE tier = ?2 AND at >= ?3 AND at < ?4
                GROUP BY mountPoint ORDER BY MAX(at) DESC, mountPoint LIMIT ?5
            ) GROUP BY 1, mountPoint
            """, step, tier.rawValue, from, to, maxFileSystems
        ) { row in
            let (mean, min, max): (Double, Double, Double) = (try row["mean"], try row["min"], try row["max"])
            stretches[try row["at"], default: [:]][try row["mountPoint"]] = MetricSummary(
                min: min.rounded(to: 2), mean: mean.rounded(to: 2), max: max.rounded(to: 2))
            return true
        }
        return stretches
    }

    /// Puts together from readings, which are kept for a day, what databases hold that knew the fullest one alone.
    static func fillFileSystems(_ database: Connection) throws {
        let decoder = JSONDecoder()
        try database.each("SELECT sample FROM snapshots") { row in
            let reading = try decoder.decode(FillReading.self, from: row[0] as Data)
            try addFileSystems(reading.fileSystems, takenAt: reading.takenAt, database)
            return true
        }
    }
}
