import Anomaly
import Database
import Foundation
import MaintenanceAPI
import Synchronization
import Values

/// Usual and unusual values, stored with the readings.
extension StateDatabase {
    /// The detectors, held in memory only by the process that stores readings; nil before its first one.
    final class Watch: Sendable {
        private let state = Mutex<HostWatch?>(nil)

        var current: HostWatch? { state.withLock { $0 } }

        func set(_ watch: HostWatch) { state.withLock { $0 = watch } }
    }

    /// Maximum number of anomalies stored, and returned for one question.
    static let maxAnomalies = (kept: 20_000, told: 500)
    /// After a restart the detectors go on from where they were kept, an hour ago at most, and see again what came since.
    private static let maxSeenAgain = 3_600
    /// What stops for less than this and comes back is one anomaly, not two.
    private static let joinedMilliseconds: Int64 = 120_000

    /// Passes a reading to the detectors, and stores their findings.
    static func watch(_ sample: Sample, by watch: inout HostWatch, _ database: Connection) throws
        -> AnomalyBits
    {
        let hourBefore = watch.newestAt / Tier.hour.milliseconds
        let unusual = watch.observe(sample)
        if watch.newestAt / Tier.hour.milliseconds != hourBefore { try keep(watch, database) }
        var bits = AnomalyBits()
        for (series, reading) in unusual {
            bits.insert(series.metric)
            try keep(reading, of: series, sample, database)
        }
        return bits
    }

    /// The detectors as they were when the last reading had come, here or in an earlier process.
    static func restoredWatch(_ database: Connection) throws -> HostWatch {
        let state: Data? = try database.value("SELECT state FROM detectors")
        // Detectors of another version cannot be read; they learn again from the readings that are there.
        var watch = state.flatMap { try? JSONDecoder().decode(HostWatch.self, from: $0) } ?? HostWatch()
        let decoder = JSONDecoder()
        let since = try database.all(
            """
            SELECT sample FROM (
                SELECT takenAt, sample FROM snapshots WHERE takenAt > ? ORDER BY takenAt DESC LIMIT ?
            ) ORDER BY takenAt
            """, watch.newestAt, maxSeenAgain
        ) { row in try decoder.decode(Sample.self, from: row[0] as Data) }
        for sample in since { _ = watch.observe(sample) }
        return watch
    }

    private static func keep(_ watch: HostWatch, _ database: Connection) throws {
        try database.run(
            "INSERT OR REPLACE INTO detectors (id, state) VALUES (1, ?)", try JSONEncoder().encode(watch))
    }

    /// Adds a reading to the ongoing anomaly, or starts a new one.
    private static func keep(
        _ reading: UnusualReading, of series: Series, _ sample: Sample, _ database: Connection
    ) throws {
        let end = sample.takenAt + Int64((sample.intervalSeconds ?? 10) * 1000)
        let earlier = try database.first(
            """
            SELECT id, distance FROM anomalies
            WHERE metric = ? AND fileSystem = ? AND endedAt >= ? AND startedAt <= ? ORDER BY endedAt LIMIT 1
            """, series.metric.rawValue, series.fileSystem ?? "", sample.takenAt - joinedMilliseconds,
            end + joinedMilliseconds
        ) { row in (id: try row["id"] as Int64, distance: try row["distance"] as Double) }
        let distance = reading.usual?.distance(to: reading.value) ?? 0
        guard let earlier else {
            try database.run(
                """
                INSERT INTO anomalies (metric, fileSystem, startedAt, endedAt, value, distance, usualLow,
                    usualHigh, isOfHour, reason, isCritical) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, series.metric.rawValue, series.fileSystem ?? "", sample.takenAt, end, reading.value,
                distance,
                reading.usual?.lowerBound, reading.usual?.upperBound, reading.isOfHour,
                reading.reason?.rawValue,
                reading.isCritical)
            return
        }
        try database.run(
            """
            UPDATE anomalies SET startedAt = MIN(startedAt, ?), endedAt = MAX(endedAt, ?),
                isCritical = MAX(isCritical, ?) WHERE id = ?
            """, sample.takenAt, end, reading.isCritical, earlier.id)
        // It is reported with its most extreme reading and what was usual then.
        guard distance > earlier.distance else { return }
        try database.run(
            "UPDATE anomalies SET value = ?, distance = ?, usualLow = ?, usualHigh = ?, isOfHour = ? WHERE id = ?",
            reading.value, distance, reading.usual?.lowerBound, reading.usual?.upperBound, reading.isOfHour,
            earlier.id)
    }

    // MARK: Asking

    /// What stood out between two moments, oldest first and of equal times by series: unusual series, limits reached,
    /// silence. The newest 500 at most.
    package func anomalies(from: Date, to: Date) async throws -> [Anomaly] {
        let unusual = try await unusual(from: from, to: to)
        let silences = try await silences(from: from, to: to)
        return (unusual + silences).sorted { $0.place < $1.place }
    }

    /// The unusual series and limits reached among them, in no order.
    func unusual(from: Date, to: Date) async throws -> [Anomaly] {
        try await file.read { database in
            try database.all(
                """
                SELECT * FROM anomalies WHERE endedAt > ? AND startedAt < ?
                ORDER BY endedAt DESC, startedAt DESC, metric, fileSystem LIMIT ?
                """, from.milliseconds, to.milliseconds, Self.maxAnomalies.told
            ) { row in try Anomaly(row) }.compactMap(\.self)
        }
    }
}

extension Anomaly {
    /// What findings are put in order by; no two have the same.
    fileprivate var place: (Int64, Int64, String, String) {
        (from, to, metric?.rawValue ?? "", fileSystem ?? "")
    }

    /// Nil where the row is of a metric that this version does not know.
    fileprivate init?(_ row: borrowing Row) throws {
        guard let metric = Metric(rawValue: try row["metric"]) else { return nil }
        let (from, to): (Int64, Int64) = (try row["startedAt"], try row["endedAt"])
        let (low, high): (Double?, Double?) = (try row["usualLow"], try row["usualHigh"])
        let isCritical: Bool = try row["isCritical"]
        let fileSystem: String = try row["fileSystem"]
        var usual: ClosedRange<Double>?
        if let low, let high, low <= high { usual = low...high }
        let reading = UnusualReading(
            value: try row["value"], usual: usual, isOfHour: try row["isOfHour"],
            reason: (try row["reason"] as String?).flatMap(Reason.init), isCritical: isCritical)
        self.init(
            metric: metric, severity: isCritical ? .critical : to - from >= 60_000 ? .warning : .notice,
            from: from, to: to, summary: metric.summary(reading),
            fileSystem: fileSystem.isEmpty ? nil : fileSystem)
    }
}
