import Foundation
import GRDB
import RelayAPI

/// The relay's tables in one SQLite file, every commit flushed to the disk.
package struct SQLiteRelayStore: RelayStore {
    /// The log beside the file is cut to this after a burst, during which `Checkpoints` may not keep up.
    static let maxLogByteCount = 64 * 1024 * 1024
    /// At this size, in pages of 4 KiB, a commit itself folds the log back; the rest is room for that commit.
    static let maxLogPageCount = maxLogByteCount / 4096 * 3 / 4

    let pool: DatabasePool
    let commits: GroupCommit
    let limits: QueueLimits

    /// Opens or creates the file and brings its tables up to date.
    ///
    /// - Throws: `LaterVersion` where this program is older than the file; nothing is changed then.
    package init(path: String, limits: QueueLimits = QueueLimits()) throws {
        try self.init(path: path, limits: limits) { try Schema.migrator.migrate($0) }
    }

    /// Opens the file of a relay, which may be running, and changes nothing about its tables.
    package init(existing path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.unavailable("there is no such file")
        }
        try self.init(path: path, limits: QueueLimits()) { pool in
            guard try pool.read(Schema.migrator.hasCompletedMigrations) else {
                throw StoreError.unavailable(
                    "an earlier version of the relay has made it; start this one on it first")
            }
        }
    }

    private init(path: String, limits: QueueLimits, prepare: (DatabasePool) throws -> Void) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.label = "relay"
        pool = try DatabasePool(path: path, configuration: configuration)
        guard try !pool.read(Schema.migrator.hasBeenSuperseded) else { throw LaterVersion() }
        try prepare(pool)
        // The pool sets NORMAL when it opens, under which a power cut takes back commits that were answered.
        try pool.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA journal_size_limit = \(Self.maxLogByteCount);
                    PRAGMA wal_autocheckpoint = \(Self.maxLogPageCount);
                    """)
        }
        commits = try GroupCommit(writer: pool)
        self.limits = limits
    }

    package func register(_ device: RegisteredDevice, tokenHash: [UInt8], at now: Int64) async throws {
        try await commits.write { batch in
            let database = batch.database
            let id = device.address.identity.description
            let identityKey = try Data.fetchOne(
                database, sql: "SELECT identityKey FROM users WHERE id = ?", arguments: [id])
            if let identityKey {
                guard Array(identityKey) == device.identityKey else { throw StoreError.identityTaken }
            } else {
                try database.execute(
                    sql: "INSERT INTO users (id, identityKey, createdAt) VALUES (?, ?, ?)",
                    arguments: [id, Data(device.identityKey), now])
                try AuditLog(database).append(
                    .identityCreated(device.identityKey), of: device.address, at: now)
            }
            guard try !Self.isRevoked(device.address, database) else { throw StoreError.revoked }
            let known = try batch.device(device.address)
            if let known, known.registrationID != device.registrationID {
                // A device that was set up anew has none of the keys of its earlier life; their ids say nothing about it.
                for table in ["prekeys", "prekeyIds"] {
                    try database.execute(
                        sql: "DELETE FROM \(table) WHERE deviceKey = ?", arguments: [known.key])
                }
            }
            try database.execute(
                sql: """
                    INSERT INTO devices (userId, device, registrationId, tokenHash, registeredAt) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (userId, device) DO UPDATE
                    SET registrationId = excluded.registrationId, tokenHash = excluded.tokenHash
                    """,
                arguments: [id, device.address.device.rawValue, device.registrationID, Data(tokenHash), now])
            batch.forget(device.address)
            try AuditLog(database).append(
                known?.registrationID == device.registrationID
                    ? .tokenReplaced : .deviceAdded(device.registrationID), of: device.address, at: now)
        }
    }

    package func device(tokenHash: [UInt8]) async throws -> RegisteredDevice? {
        try await reading { database in
            try Self.devices(database, where: "tokenHash = ?", [Data(tokenHash)]).first
        }
    }

    package func devices(of id: IdentityID) async throws -> [RegisteredDevice] {
        try await reading { database in
            try Self.devices(database, where: "userId = ?", [id.description])
        }
    }

    package func remove(_ address: DeviceAddress, at now: Int64) async throws -> Bool {
        try await commits.write { batch in
            try batch.remove(address, at: now)
        }
    }

    package func totals() async throws -> StoreTotals {
        try await reading { database in
            func number(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql) ?? 0 }
            return StoreTotals(
                users: try number("SELECT COUNT(*) FROM users"),
                devices: try number("SELECT COUNT(*) FROM devices"),
                oneTimePreKeys: try number("SELECT COUNT(*) FROM prekeys WHERE kind IN (1, 3)"),
                queuedMessages: try number("SELECT COALESCE(SUM(messageCount), 0) FROM queues"),
                queuedBytes: try number("SELECT COALESCE(SUM(byteCount), 0) FROM queues"),
                setAsideMessages: try number("SELECT COUNT(*) FROM messages WHERE isSetAside = 1"))
        }
    }

    package var figures: StoreFigures {
        let commits = commits.figures
        let log = try? FileManager.default.attributesOfItem(atPath: pool.path + "-wal")
        return StoreFigures(
            commitBatches: commits.batches, commitWrites: commits.writes,
            failedBatches: commits.failedBatches,
            batchSizes: commits.batchSizes, logBytes: (log?[.size] as? NSNumber)?.intValue ?? 0)
    }

    package var freeDiskBytes: Int? {
        var figures = statvfs()
        guard statvfs(pool.path, &figures) == 0 else { return nil }
        return Int(figures.f_bavail) * Int(figures.f_frsize)
    }

    package func checkWritable() async throws {
        try await commits.write { batch in
            try batch.database.execute(sql: "UPDATE devices SET device = device WHERE deviceKey = -1")
        }
    }

    func reading<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws
        -> Value
    {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw StoreError.unavailable("\(error)")
        }
    }

    private static func devices(
        _ database: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [RegisteredDevice] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT userId, device, registrationId, identityKey, registeredAt
                    FROM devices JOIN users ON users.id = devices.userId
                    WHERE \(condition) ORDER BY device
                    """), arguments: arguments)
        return try rows.map { row in
            RegisteredDevice(
                address: DeviceAddress(try IdentityID(row["userId"]), try DeviceID(row["device"] as Int)),
                registrationID: row["registrationId"], identityKey: Array(row["identityKey"] as Data),
                registeredAt: row["registeredAt"])
        }
    }

    static func device(_ address: DeviceAddress, _ database: Database) throws -> WriteBatch.Device? {
        try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT deviceKey, registrationId FROM devices WHERE userId = ? AND device = ?"),
            arguments: [address.identity.description, address.device.rawValue]
        ).map { WriteBatch.Device(key: $0[0], registrationID: $0[1]) }
    }

    /// The devices of an identity, and what they chose as their registration ids.
    static func registrationIDs(of id: IdentityID, _ database: Database) throws -> [DeviceID: UInt32] {
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT device, registrationId FROM devices WHERE userId = ?"),
            arguments: [id.description])
        return try rows.reduce(into: [:]) { $0[try DeviceID($1[0] as Int)] = $1[1] }
    }
}

extension WriteBatch {
    /// Removes a device with its token, prekeys and queue; false where there is none.
    func remove(_ address: DeviceAddress, at now: Int64) throws -> Bool {
        guard let device = try device(address)?.key else { return false }
        let places = Place.all(of: device)
        try database.execute(
            sql: "DELETE FROM messages WHERE place BETWEEN ? AND ?",
            arguments: [places.lowerBound, places.upperBound])
        for table in ["prekeys", "prekeyIds", "queues", "devices"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE deviceKey = ?", arguments: [device])
        }
        forgetQueue(of: device)
        forget(address)
        try AuditLog(database).append(.deviceRemoved, of: address, at: now)
        return true
    }
}

/// Where a message stands in its table.
enum Place {
    private static let sequenceBits: Int64 = 40

    static func of(_ sequence: Int64, in device: Int64) -> Int64 { device << sequenceBits | sequence }
    static func sequence(_ place: Int64) -> Int64 { place & (1 << sequenceBits - 1) }
    static func device(_ place: Int64) -> Int64 { place >> sequenceBits }
    /// Every place of a device; sequences begin with 1.
    static func all(of device: Int64) -> ClosedRange<Int64> {
        of(0, in: device)...of(1 << sequenceBits - 1, in: device)
    }
}
