import Database
import Foundation
import MaintenanceAPI
import Values

extension StateDatabase {
    /// A reading and the id of the message that brought it.
    package struct Reading: Sendable {
        let messageID: UUID
        let sample: Sample

        package init(messageID: UUID, sample: Sample) {
            self.messageID = messageID
            self.sample = sample
        }
    }

    /// Keeps a reading under the id of the message that brought it; the same message again changes nothing.
    package func insert(_ sample: Sample, messageID: UUID, at now: Date) async throws {
        try await insert([Reading(messageID: messageID, sample: sample)], at: now)
    }

    /// Keeps readings, oldest first, in one transaction.
    package func insert(_ readings: [Reading], at now: Date) async throws {
        let encoder = JSONEncoder()
        let rows = try readings.map { ($0, json: try encoder.encode($0.sample)) }
        // Alone: a write that shared its transaction with this one would see the detectors before they are set.
        try await file.writer.perform { [watch, room, readingsGrowth] database in
            let next = try database.transaction {
                var next = try watch.current ?? Self.restoredWatch(database)
                for (reading, json) in rows {
                    let (id, sample) = (Data(reading.messageID.wire), reading.sample)
                    let added = try database.run(
                        """
                        INSERT INTO snapshots (messageId, takenAt, receivedAt, sample) VALUES (?, ?, ?, ?)
                        ON CONFLICT (messageId) DO NOTHING
                        """, id, sample.takenAt, now.milliseconds, json)
                    guard added == 1 else { continue }
                    try Self.addToTiers(sample, database)
                    try Self.addProcessSpells(of: sample, database)
                    let bits = try Self.watch(sample, by: &next, database)
                    guard bits != AnomalyBits() else { continue }
                    try database.run(
                        "UPDATE snapshots SET unusual = ? WHERE messageId = ?", bits.rawValue, id)
                }
                let byteCount = rows.reduce(0) { $0 + $1.json.count }
                if readingsGrowth.isDue(after: byteCount, of: room.readings) {
                    try Self.removeReadings(beyond: room.readings, database)
                }
                return next
            }
            // The detectors have seen only what is on the disk.
            watch.set(next)
        }
    }

    /// The metrics that were unusual in the newest reading.
    func unusualNow() async throws -> [Metric] {
        try await file.read { try self.newest($0)?.unusual.metrics ?? [] }
    }

    /// The newest reading.
    package func newestSample() async throws -> Sample? {
        try await file.read { try self.newest($0)?.json }
            .map(recentSamples.sample)
    }

    /// The snapshot taken last; the one that arrived last where the host's clock has been ahead and may be right again.
    private func newest(_ database: Connection) throws -> (takenAt: Int64, unusual: AnomalyBits, json: Data)?
    {
        func first(by column: String) throws -> (takenAt: Int64, unusual: AnomalyBits, json: Data)? {
            try database.first(
                "SELECT takenAt, unusual, sample FROM snapshots ORDER BY \(column) DESC LIMIT 1"
            ) { row in
                (try row[0], AnomalyBits(rawValue: try row[1]), try row[2])
            }
        }
        let newest = try first(by: "takenAt")
        guard let newest, newest.takenAt > now().addingTimeInterval(60).milliseconds else { return newest }
        return try first(by: "id")
    }

    /// The first reading at or after a time.
    func sample(after moment: Date) async throws -> Sample? {
        try await file.read { database in
            try database.value(
                "SELECT sample FROM snapshots WHERE takenAt >= ? ORDER BY takenAt LIMIT 1",
                moment.milliseconds,
                as: Data.self)
        }.map { try JSONDecoder().decode(Sample.self, from: $0) }
    }

    /// The reading that tells of a time: the next after it, where it came soon, as what it tells is of just before it.
    func sample(at moment: Date, soon: Duration = .seconds(15)) async throws -> Sample? {
        let next = try await sample(after: moment)
        if let next, next.takenAt - moment.milliseconds <= soon.milliseconds { return next }
        return try await sample(before: moment)
    }

    /// The last reading before a time, at most `patience` older.
    func sample(before moment: Date, patience: Duration = .seconds(300)) async throws -> Sample? {
        let oldest = moment.milliseconds - patience.milliseconds
        return try await file.read { database in
            try database.value(
                "SELECT sample FROM snapshots WHERE takenAt <= ? AND takenAt >= ? ORDER BY takenAt DESC LIMIT 1",
                moment.milliseconds, oldest, as: Data.self)
        }.map { try JSONDecoder().decode(Sample.self, from: $0) }
    }

    /// Forgets what is older than its tier keeps, and what a clock that was ahead has put as far into the future: its
    /// readings when they came as long ago.
    package func thin(at now: Date) async throws {
        let now = now.milliseconds
        let oldest = now - Tier.tenSeconds.lifetimeMilliseconds
        try await file.write { database in
            try database.run("DELETE FROM snapshots WHERE takenAt < ?", oldest)
            try database.run("DELETE FROM snapshots WHERE takenAt > ? AND receivedAt < ?", now, oldest)
            try database.run(
                "DELETE FROM anomalies WHERE endedAt < ? OR id <= (SELECT MAX(id) - ? FROM anomalies)",
                now - Tier.hour.lifetimeMilliseconds, Self.maxAnomalies.kept)
            try database.run(
                "DELETE FROM process_spells WHERE endedAt < ? OR startedAt > ?", oldest,
                now + Tier.tenSeconds.lifetimeMilliseconds)
            try Self.forgetConversations(before: now - Self.conversationLifetimeMilliseconds, database)
            for tier in Tier.allCases {
                for table in ["tiers", "core_tiers", "file_system_tiers"] {
                    try database.run(
                        "DELETE FROM \(table) WHERE tier = ? AND (at < ? OR at > ?)", tier.rawValue,
                        now - tier.lifetimeMilliseconds, now + tier.lifetimeMilliseconds)
                }
            }
        }
    }

    private static func addToTiers(_ sample: Sample, _ database: Connection) throws {
        let statement = try database.statement(
            """
            INSERT INTO tiers (tier, at, metric, count, sum, min, max) VALUES (?, ?, ?, 1, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = count + 1, sum = sum + excluded.sum,
                min = MIN(min, excluded.min), max = MAX(max, excluded.max)
            """)
        for tier in Tier.allCases { try addCores(of: sample, to: tier, database) }
        try addFileSystems(sample.fileSystems, takenAt: sample.takenAt, database)
        for (metric, value) in sample.metrics {
            for tier in Tier.allCases {
                let start = sample.takenAt - sample.takenAt % tier.milliseconds
                try statement.run(tier.rawValue, start, metric.rawValue, value, value, value)
            }
        }
    }

    /// Readings evenly spread over so many minutes up to a moment, oldest first, at most `limit`.
    func readings(over minutes: Int, to moment: Date, limit: Int) async throws -> [Sample] {
        let end = moment.milliseconds
        let start = end - Int64(minutes) * 60_000
        let rows: [Data] = try await file.read { database in
            try Self.spread("sample", over: start + 1..<end + 1, Int64(limit), database) { row in try row[1] }
        }
        let decoder = JSONDecoder()
        return try rows.map { try decoder.decode(Sample.self, from: $0) }
    }

    /// The first reading of each of `count` equal parts of a time, from the first that there is on, oldest first: its
    /// `takenAt`, and what `expression` gives of it.
    static func spread<Value>(
        _ expression: String, over time: Range<Int64>, _ count: Int64, _ database: Connection,
        _ value: (borrowing Row) throws -> Value
    ) throws -> [Value] {
        let first: Int64? = try database.value(
            "SELECT takenAt FROM snapshots WHERE takenAt >= ? AND takenAt < ? ORDER BY takenAt LIMIT 1",
            time.lowerBound, time.upperBound)
        guard let first else { return [] }
        let statement = try database.statement(
            "SELECT takenAt, \(expression) FROM snapshots WHERE takenAt >= ? AND takenAt < ? ORDER BY takenAt LIMIT 1"
        )
        let borders = (0...count).map { first + (time.upperBound - first) * $0 / count }
        return try zip(borders, borders.dropFirst()).compactMap { from, to in
            try statement.first(from, to, row: value)
        }
    }
}
