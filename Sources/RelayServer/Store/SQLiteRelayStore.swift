import Database
import Foundation
import RelayAPI

/// The relay's data: tables in one SQLite file, every commit flushed to the disk.
///
/// Each method is one transaction; when it returns, its changes are on disk. Times are milliseconds since 1970. All methods
/// throw `StoreError`.
package struct SQLiteRelayStore: Sendable {
    /// Writes between two checkpoints: about 10 MiB of write-ahead log with messages of 1 KiB.
    static let checkpointWriteCount = 4_096
    /// The write-ahead log is truncated to this size after a burst, during which checkpoints may not keep up.
    static let maxLogByteCount = 64 * 1024 * 1024
    /// At this size, in pages of 4 KiB, a commit itself runs a checkpoint; the remaining quarter is room for that
    /// commit.
    static let maxLogPageCount = maxLogByteCount / 4096 * 3 / 4

    let path: String
    let writer: DatabaseWriter
    let readers: DatabaseReaders
    let commits: GroupCommit
    let limits: QueueLimits
    let accounts: AccountLimits
    let reserve: DiskReserve
    let auditKey: AuditKey?
    /// Commits that stood in the write-ahead log behind a damaged place when it was opened.
    let lostCommitCount: Int

    /// Opens or creates the file and migrates its tables to the current version.
    ///
    /// - Throws: `LaterVersion` if the file was written by a later version of this program; nothing is changed then.
    package init(
        path: String, limits: QueueLimits = QueueLimits(), accounts: AccountLimits = AccountLimits()
    ) throws {
        let lost = WriteAheadLog(besides: path)?.lostCommitCount ?? 0
        try self.init(path: path, limits: limits, accounts: accounts, lostCommitCount: lost) {
            try RelaySchema.migrations.migrate($0)
        } makeAuditKey: {
            try AuditKey.make(besides: path, newest: AuditLog($0, nil).newest())
        }
    }

    /// Opens the file of a relay, which may be running, without migrating its tables.
    package init(existing path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.unavailable("there is no such file")
        }
        try self.init(path: path, limits: QueueLimits(), accounts: AccountLimits()) { database in
            try RelaySchema.migrations.rejectLaterVersion(database)
            guard try RelaySchema.migrations.isComplete(database) else {
                throw StoreError.unavailable(
                    "an earlier version of the relay has made it; start this one on it first")
            }
        } makeAuditKey: { _ in
            // The relay makes it: a command may run as another user.
        }
    }

    private init(
        path: String, limits: QueueLimits, accounts: AccountLimits, lostCommitCount: Int = 0,
        prepare: (Connection) throws -> Void, makeAuditKey: (Connection) throws -> Void
    ) throws {
        self.lostCommitCount = lostCommitCount
        reserve = DiskReserve(besides: path)
        var options = Connection.Options()
        options.maxLogByteCount = Self.maxLogByteCount
        options.checkpointPageCount = Self.maxLogPageCount
        func open() throws -> (DatabaseWriter, DatabaseReaders) {
            let writer = try DatabaseWriter(
                path, options, checkpointsEvery: Self.checkpointWriteCount, prepare: prepare)
            return (writer, try DatabaseReaders(path))
        }
        do {
            (writer, readers) = try open()
        } catch let error as DatabaseError {
            guard error.mayComeOfAFullDisk, reserve.release() else { throw error }
            (writer, readers) = try open()
        }
        do {
            if try AuditKey(besides: path) == nil { try readers.readAndWait(makeAuditKey) }
        } catch let error as POSIXError {
            // On a full disk the relay starts all the same; the next start makes the key.
            guard error.code == .ENOSPC || error.code == .EDQUOT else {
                throw StoreError.unavailable(
                    "\(AuditKey.path(besides: path)) cannot be made: \(error.localizedDescription)")
            }
        }
        auditKey = try AuditKey(besides: path)
        commits = GroupCommit(
            writer: writer, limits: limits, auditKey: auditKey, makeRoom: reserve.release)
        self.path = path
        self.limits = limits
        self.accounts = accounts
    }

    /// Registers a device, or gives it a new token; an id's identity key never changes.
    package func register(_ device: RegisteredDevice, tokenHash: [UInt8], at now: Int64) async throws {
        try await commits.write { [accounts] batch in
            let database = batch.database
            let id = device.address.identity.description
            let identityKey: [UInt8]? = try database.value("SELECT identityKey FROM users WHERE id = ?", id)
            guard identityKey == nil || identityKey == device.identityKey else {
                throw StoreError.identityTaken
            }
            guard try !Self.isRevoked(device.address, database) else { throw StoreError.revoked }
            let known = try batch.device(device.address)
            if known == nil {
                let count = try Self.registrationIDs(of: device.address.identity, database).count
                guard count < accounts.maxDeviceCount else {
                    throw StoreError.tooManyDevices(max: accounts.maxDeviceCount)
                }
            }
            if identityKey == nil {
                try database.run(
                    "INSERT INTO users (id, identityKey, createdAt) VALUES (?, ?, ?)", id, device.identityKey,
                    now)
                try batch.audit.append(
                    .identityCreated(device.identityKey), of: device.address, at: now)
            }
            if let known, known.registrationID != device.registrationID {
                // A device that was set up again has none of its earlier keys, and their ids are meaningless.
                for table in ["prekeys", "prekeyIds"] {
                    try database.run("DELETE FROM \(table) WHERE deviceKey = ?", known.key)
                }
            }
            try database.run(
                """
                INSERT INTO devices (userId, device, registrationId, tokenHash, registeredAt) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (userId, device) DO UPDATE
                SET registrationId = excluded.registrationId, tokenHash = excluded.tokenHash
                """, id, device.address.device.rawValue, device.registrationID, tokenHash, now)
            batch.forget(device.address)
            try batch.audit.append(
                known?.registrationID == device.registrationID
                    ? .tokenReplaced : .deviceAdded(device.registrationID), of: device.address, at: now)
        }
    }

    /// The owner of a token; nil if the token is unknown.
    package func device(tokenHash: [UInt8]) async throws -> RegisteredDevice? {
        try await reading { database in
            try Self.devices(database, where: "tokenHash = ?", tokenHash).first
        }
    }

    /// The devices of an identity, lowest number first; empty for an unknown one.
    package func devices(of id: IdentityID) async throws -> [RegisteredDevice] {
        try await reading { database in
            try Self.devices(database, where: "userId = ?", id.description)
        }
    }

    /// Removes a device with its token, prekeys and queue; false if it does not exist.
    package func remove(_ address: DeviceAddress, at now: Int64) async throws -> Bool {
        try await commits.write { batch in
            try batch.remove(address, at: now)
        }
    }

    package func totals() async throws -> StoreTotals {
        try await reading { database in
            func number(_ sql: String) throws -> Int { try database.value(sql) ?? 0 }
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
        let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        return StoreFigures(
            commitBatches: commits.batches, commitWrites: commits.writes,
            failedBatches: commits.failedBatches,
            batchSizes: commits.batchSizes, logBytes: (log?[.size] as? NSNumber)?.intValue ?? 0)
    }

    /// Free bytes on the data's file system; nil if unknown.
    package var freeDiskBytes: Int? {
        var figures = statvfs()
        guard statvfs(path, &figures) == 0 else { return nil }
        return Int(figures.f_bavail) * Int(figures.f_frsize)
    }

    /// Holds disk space back for a full disk, if there is room for that.
    package func keepReserve() { reserve.restore(freeByteCount: freeDiskBytes) }

    /// Throws if the database is not writable.
    package func checkWritable() async throws {
        _ = try await commits.write { batch in
            try batch.database.run("UPDATE devices SET device = device WHERE deviceKey = -1")
        }
    }

    func reading<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws
        -> Value
    {
        do {
            return try await readers.read(body)
        } catch let error as DatabaseError {
            throw StoreError.unavailable("\(error)")
        }
    }

    private static func devices(
        _ database: Connection, where condition: String, _ argument: some Bindable
    ) throws -> [RegisteredDevice] {
        try database.all(
            """
            SELECT userId, device, registrationId, identityKey, registeredAt
            FROM devices JOIN users ON users.id = devices.userId
            WHERE \(condition) ORDER BY device
            """, argument
        ) { row in
            RegisteredDevice(
                address: DeviceAddress(try IdentityID(row["userId"]), try DeviceID(row["device"] as Int)),
                registrationID: try row["registrationId"], identityKey: try row["identityKey"],
                registeredAt: try row["registeredAt"])
        }
    }

    static func device(_ address: DeviceAddress, _ database: Connection) throws -> WriteBatch.Device? {
        try database.first(
            "SELECT deviceKey, registrationId FROM devices WHERE userId = ? AND device = ?",
            address.identity.description, address.device.rawValue
        ) { row in WriteBatch.Device(key: try row[0], registrationID: try row[1]) }
    }

    /// The devices of an identity with their registration ids.
    static func registrationIDs(of id: IdentityID, _ database: Connection) throws -> [DeviceID: UInt32] {
        var registrationIDs: [DeviceID: UInt32] = [:]
        try database.each("SELECT device, registrationId FROM devices WHERE userId = ?", id.description) {
            row in
            registrationIDs[try DeviceID(row[0] as Int)] = try row[1]
            return true
        }
        return registrationIDs
    }
}

extension WriteBatch {
    /// Removes a device with its token, prekeys and queue; false if it does not exist.
    func remove(_ address: DeviceAddress, at now: Int64) throws -> Bool {
        guard let device = try device(address)?.key else { return false }
        try retire(device, of: address.identity.description, at: now)
        let places = QueueKey.all(of: device)
        try database.run(
            "DELETE FROM messages WHERE place BETWEEN ? AND ?", places.lowerBound, places.upperBound)
        for table in ["prekeys", "prekeyIds", "queues", "shares", "devices"] {
            try database.run("DELETE FROM \(table) WHERE deviceKey = ?", device)
        }
        forget(address)
        try audit.append(.deviceRemoved, of: address, at: now)
        return true
    }
}

extension DatabaseError {
    /// A write reports a full disk as such; opening reports it as an error of the file or its log.
    fileprivate var mayComeOfAFullDisk: Bool { [.full, .inputOutput, .cannotOpen].contains(kind) }
}

/// The table position of a message.
enum QueueKey {
    static let sequenceBits: Int64 = 40

    static func of(_ sequence: Int64, in device: Int64) -> Int64 { device << sequenceBits | sequence }
    static func sequence(_ place: Int64) -> Int64 { place & (1 << sequenceBits - 1) }
    static func device(_ place: Int64) -> Int64 { place >> sequenceBits }
    /// All positions of a device; sequences start at 1.
    static func all(of device: Int64) -> ClosedRange<Int64> {
        of(0, in: device)...of(1 << sequenceBits - 1, in: device)
    }
}
