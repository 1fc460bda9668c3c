import Foundation
import GRDB
import RelayAPI

/// The relay's tables in one SQLite file, every commit flushed to the disk.
package struct SQLiteRelayStore: RelayStore {
    let pool: DatabasePool
    let commits: GroupCommit
    let limits: QueueLimits

    /// Opens or creates the file and brings its tables up to date.
    package init(path: String, limits: QueueLimits = QueueLimits()) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.label = "relay"
        pool = try DatabasePool(path: path, configuration: configuration)
        try Schema.migrator.migrate(pool)
        // The pool lowers this to NORMAL when it opens, under which a power cut takes back commits that were answered.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        commits = GroupCommit(writer: pool)
        self.limits = limits
    }

    package func register(_ device: RegisteredDevice, tokenHash: [UInt8], at now: Int64) async throws {
        try await commits.write { database in
            let id = device.address.identity.description
            let known = try Data.fetchOne(
                database, sql: "SELECT identityKey FROM users WHERE id = ?", arguments: [id])
            if let known {
                guard Array(known) == device.identityKey else { throw StoreError.identityTaken }
            } else {
                try database.execute(
                    sql: "INSERT INTO users (id, identityKey, createdAt) VALUES (?, ?, ?)",
                    arguments: [id, Data(device.identityKey), now])
            }
            // A device that was set up anew has none of the keys of its earlier life; their ids say nothing about it.
            for table in ["prekeys", "prekeyIds"] {
                try database.execute(
                    sql: """
                        DELETE FROM \(table) WHERE deviceKey IN (
                            SELECT deviceKey FROM devices WHERE userId = ? AND device = ? AND registrationId <> ?)
                        """,
                    arguments: [id, device.address.device.rawValue, device.registrationID])
            }
            try database.execute(
                sql: """
                    INSERT INTO devices (userId, device, registrationId, tokenHash, registeredAt) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (userId, device) DO UPDATE
                    SET registrationId = excluded.registrationId, tokenHash = excluded.tokenHash
                    """,
                arguments: [id, device.address.device.rawValue, device.registrationID, Data(tokenHash), now])
        }
    }

    package func device(tokenHash: [UInt8]) async throws -> RegisteredDevice? {
        try await pool.read { database in
            try Self.fetchDevices(database, where: "tokenHash = ?", [Data(tokenHash)]).first
        }
    }

    package func devices(of id: IdentityID) async throws -> [RegisteredDevice] {
        try await pool.read { database in
            try Self.fetchDevices(database, where: "userId = ?", [id.description])
        }
    }

    package func totals() async throws -> StoreTotals {
        try await pool.read { database in
            func number(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql) ?? 0 }
            return StoreTotals(
                users: try number("SELECT COUNT(*) FROM users"),
                devices: try number("SELECT COUNT(*) FROM devices"),
                oneTimePreKeys: try number("SELECT COUNT(*) FROM prekeys WHERE kind IN (1, 3)"),
                queuedMessages: try number("SELECT COALESCE(SUM(messageCount), 0) FROM queues"),
                queuedBytes: try number("SELECT COALESCE(SUM(byteCount), 0) FROM queues"))
        }
    }

    package func checkWritable() async throws {
        try await commits.write { database in
            try database.execute(sql: "UPDATE queues SET messageCount = messageCount WHERE deviceKey = -1")
        }
    }

    static func fetchDevices(
        _ database: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [RegisteredDevice] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT userId, device, registrationId, identityKey FROM devices JOIN users ON users.id = devices.userId
                WHERE \(condition) ORDER BY device
                """, arguments: arguments)
        return try rows.map { row in
            RegisteredDevice(
                address: DeviceAddress(try IdentityID(row["userId"]), try DeviceID(row["device"] as Int)),
                registrationID: row["registrationId"], identityKey: Array(row["identityKey"] as Data))
        }
    }

    /// The row number of a device, by which other tables name it.
    static func key(of address: DeviceAddress, _ database: Database) throws -> Int64? {
        let statement = try database.cachedStatement(
            sql: "SELECT deviceKey FROM devices WHERE userId = ? AND device = ?")
        return try Int64.fetchOne(
            statement, arguments: [address.identity.description, address.device.rawValue])
    }
}
