import Foundation
import GRDB
import MaintenanceAPI

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
        try await pool.write { [watch] database in
            var next = try watch.current ?? Self.restoredWatch(database)
            let insertion = try database.cachedStatement(
                sql: """
                    INSERT INTO snapshots (messageId, takenAt, receivedAt, sample) VALUES (?, ?, ?, ?)
                    ON CONFLICT (messageId) DO NOTHING
                    """)
            let marking = try database.cachedStatement(
                sql: "UPDATE snapshots SET unusual = ? WHERE messageId = ?")
            for (reading, json) in rows {
                let (id, sample) = (reading.messageID.data, reading.sample)
                try insertion.execute(arguments: [id, sample.takenAt, now.milliseconds, json])
                guard database.changesCount == 1 else { continue }
                try Self.addToTiers(sample, database)
                let bits = try Self.watch(sample, by: &next, database)
                if bits != AnomalyBits() { try marking.execute(arguments: [bits.rawValue, id]) }
            }
            // The detectors have seen only what is on the disk.
            database.afterNextTransaction { [next] _ in watch.set(next) }
        }
    }

    /// The metrics that were unusual in the newest reading.
    func unusualNow() async throws -> [Metric] {
        try await pool.read { try self.newest($0)?["unusual"] as Int64? }
            .map { AnomalyBits(rawValue: $0).metrics } ?? []
    }

    /// The newest reading.
    package func newestSample() async throws -> Sample? {
        try await pool.read { try self.newest($0)?["sample"] as Data? }
            .map { try JSONDecoder().decode(Sample.self, from: $0) }
    }

    /// The snapshot taken last; the one that arrived last where the host's clock has been ahead and may be right again.
    private func newest(_ database: Database) throws -> Row? {
        let latest = now().addingTimeInterval(60).milliseconds
        let columns = "SELECT takenAt, unusual, sample FROM snapshots"
        let newest = try Row.fetchOne(database, sql: "\(columns) ORDER BY takenAt DESC LIMIT 1")
        guard let newest, newest["takenAt"] > latest else { return newest }
        return try Row.fetchOne(database, sql: "\(columns) ORDER BY id DESC LIMIT 1")
    }

    /// The first reading at or after a moment.
    func sample(after moment: Date) async throws -> Sample? {
        try await pool.read { database in
            try Data.fetchOne(
                database, sql: "SELECT sample FROM snapshots WHERE takenAt >= ? ORDER BY takenAt LIMIT 1",
                arguments: [moment.milliseconds])
        }.map { try JSONDecoder().decode(Sample.self, from: $0) }
    }

    /// The reading nearest before a moment, not older than `patience`.
    func sample(before moment: Date, patience: Duration = .seconds(300)) async throws -> Sample? {
        let oldest = moment.milliseconds - patience.components.seconds * 1000
        return try await pool.read { database in
            try Data.fetchOne(
                database,
                sql:
                    "SELECT sample FROM snapshots WHERE takenAt <= ? AND takenAt >= ? ORDER BY takenAt DESC LIMIT 1",
                arguments: [moment.milliseconds, oldest])
        }.map { try JSONDecoder().decode(Sample.self, from: $0) }
    }

    /// Forgets what is older than its tier keeps, and what a clock that was ahead has put as far into the future: its
    /// readings when they came as long ago.
    package func thin(at now: Date) async throws {
        let now = now.milliseconds
        let oldest = now - Tier.tenSeconds.lifetimeMilliseconds
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM snapshots WHERE takenAt < ?", arguments: [oldest])
            try database.execute(
                sql: "DELETE FROM snapshots WHERE takenAt > ? AND receivedAt < ?", arguments: [now, oldest])
            try database.execute(
                sql: """
                    DELETE FROM anomalies WHERE endedAt < ? OR id <= (SELECT MAX(id) - ? FROM anomalies)
                    """,
                arguments: [now - Tier.hour.lifetimeMilliseconds, Self.maxAnomalies.kept])
            for tier in Tier.allCases {
                for table in ["tiers", "core_tiers", "file_system_tiers"] {
                    try database.execute(
                        sql: "DELETE FROM \(table) WHERE tier = ? AND at < ?",
                        arguments: [tier.rawValue, now - tier.lifetimeMilliseconds])
                    try database.execute(
                        sql: "DELETE FROM \(table) WHERE tier = ? AND at > ?",
                        arguments: [tier.rawValue, now + tier.lifetimeMilliseconds])
                }
            }
        }
    }

    private static func addToTiers(_ sample: Sample, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO tiers (tier, at, metric, count, sum, min, max) VALUES (?, ?, ?, 1, ?, ?, ?)
                ON CONFLICT DO UPDATE SET count = count + 1, sum = sum + excluded.sum,
                    min = MIN(min, excluded.min), max = MAX(max, excluded.max)
                """)
        for tier in Tier.allCases { try addCores(of: sample, to: tier, database) }
        try addFileSystems(sample.fileSystems, takenAt: sample.takenAt, database)
        for (metric, value) in sample.metrics {
            for tier in Tier.allCases {
                let start = sample.takenAt - sample.takenAt % tier.milliseconds
                try statement.execute(arguments: [tier.rawValue, start, metric.rawValue, value, value, value])
            }
        }
    }
}

extension UUID {
    var data: Data { withUnsafeBytes(of: uuid) { Data($0) } }
}
