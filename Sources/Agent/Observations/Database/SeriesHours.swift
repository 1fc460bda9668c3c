import Database
import MaintenanceAPI
import Synchronization

/// Hours of series that were read before, each for as long as the database has it unchanged.
///
/// Its rows lie by time, all series of a moment together: reading one series over a day steps over all others.
final class SeriesHours: Sendable {
    struct Key: Hashable, Sendable {
        let tier: Tier
        let metric: Metric
        /// When it begins.
        let at: Int64
    }

    /// The number of readings in an hour, which each one that comes raises, and the first and the last moment of which
    /// there still are any: what is thinned out is all that lies before a moment, or after one.
    struct Mark: Hashable, Sendable {
        let count: Int
        let first, last: Int64
    }

    /// Those of eight series over a day, about three megabytes.
    private static let maxCount = 200

    private let hours = Mutex<[Key: (mark: Mark, points: [SeriesPoint])]>([:])

    /// The points of an hour, which `read` reads where they are not known as they are now.
    func points(_ key: Key, _ mark: Mark, read: () throws -> [SeriesPoint]) rethrows -> [SeriesPoint] {
        if let known = hours.withLock({ $0[key] }), known.mark == mark { return known.points }
        let points = try read()
        hours.withLock { hours in
            hours[key] = (mark, points)
            if hours.count > Self.maxCount, let oldest = hours.keys.min(by: { $0.at < $1.at }) {
                hours[oldest] = nil
            }
        }
        return points
    }
}

extension StateDatabase {
    /// A series of a tier whose stretches are shorter than an hour, put together by hours.
    func hourly(_ metric: Metric, _ tier: Tier, from: Int64, to: Int64, _ database: Connection) throws
        -> [SeriesPoint]
    {
        let hour = Tier.hour.milliseconds
        let marks = try database.all(
            """
            SELECT at, count,
                (SELECT MIN(at) FROM tiers WHERE tier = ?1 AND at >= hour.at AND at < hour.at + ?2),
                (SELECT MAX(at) FROM tiers WHERE tier = ?1 AND at >= hour.at AND at < hour.at + ?2)
            FROM tiers AS hour WHERE tier = ?3 AND at >= ?4 AND at <= ?5 AND metric = ?6 ORDER BY at
            """, tier.rawValue, hour, Tier.hour.rawValue, from - from % hour, to, metric.rawValue
        ) { row -> (at: Int64, mark: SeriesHours.Mark)? in
            guard let first = try row[2] as Int64?, let last = try row[3] as Int64? else { return nil }
            return (try row[0], SeriesHours.Mark(count: try row[1], first: first, last: last))
        }
        return try marks.compactMap(\.self).flatMap { at, mark in
            try seriesHours.points(SeriesHours.Key(tier: tier, metric: metric, at: at), mark) {
                try Self.series(metric, tier, from: at, to: at + hour - 1, database)
            }
        }.filter { from...to ~= $0.at }
    }

    static func series(_ metric: Metric, _ tier: Tier, from: Int64, to: Int64, _ database: Connection) throws
        -> [SeriesPoint]
    {
        try database.all(
            """
            SELECT at, count, sum, min, max FROM tiers
            WHERE tier = ? AND at >= ? AND at <= ? AND metric = ? ORDER BY at
            """, tier.rawValue, from, to, metric.rawValue
        ) { row in try SeriesPoint(row) }
    }
}
