import Foundation
import GRDB
import RelayAPI

/// What a prekey row is; the numbers stand in the database.
private enum PreKeyKind: Int, CaseIterable {
    case signed = 0
    case oneTime = 1
    case lastResortKyber = 2
    case oneTimeKyber = 3
}

extension SQLiteRelayStore {
    package func storePreKeys(_ upload: PreKeyUpload, for address: DeviceAddress) async throws {
        try await commits.write { database in
            guard let device = try Self.key(of: address, database) else { throw StoreError.unknownRecipient }
            let writer = PreKeyWriter(database: database, device: device)
            if let key = upload.signedPreKey { try writer.replace(.signed, key) }
            if let key = upload.lastResortKyberPreKey { try writer.replace(.lastResortKyber, key) }
            try writer.add(.oneTime, upload.oneTimePreKeys.map { ($0.id, $0.publicKey, nil) })
            try writer.add(
                .oneTimeKyber, upload.oneTimeKyberPreKeys.map { ($0.id, $0.publicKey, $0.signature) })
        }
    }

    package func takeBundles(of id: IdentityID) async throws -> [DeviceBundle] {
        try await commits.write { database in
            try Self.fetchDevices(database, where: "userId = ?", [id.description]).compactMap { device in
                guard let key = try Self.key(of: device.address, database),
                    let signed = try Self.first(.signed, of: key, database)?.signedPreKey,
                    let lastResort = try Self.first(.lastResortKyber, of: key, database)?.signedPreKey
                else { return nil }
                return DeviceBundle(
                    device: device.address.device, registrationId: device.registrationID,
                    signedPreKey: signed,
                    kyberPreKey: try Self.take(.oneTimeKyber, of: key, database)?.signedPreKey ?? lastResort,
                    oneTimePreKey: try Self.take(.oneTime, of: key, database)?.oneTimePreKey)
            }
        }
    }

    package func preKeyCounts(of address: DeviceAddress) async throws -> PreKeyCounts {
        try await pool.read { database in
            guard let device = try Self.key(of: address, database) else { throw StoreError.unknownRecipient }
            func count(_ kind: PreKeyKind) throws -> Int {
                try Int.fetchOne(
                    database, sql: "SELECT COUNT(*) FROM prekeys WHERE deviceKey = ? AND kind = ?",
                    arguments: [device, kind.rawValue]) ?? 0
            }
            return PreKeyCounts(
                oneTime: try count(.oneTime), oneTimeKyber: try count(.oneTimeKyber),
                signedPreKeyId: try Self.first(.signed, of: device, database)?.id,
                lastResortKyberPreKeyId: try Self.first(.lastResortKyber, of: device, database)?.id)
        }
    }

    package func signedPreKeys(
        of address: DeviceAddress
    ) async throws -> (signed: SignedPreKey, lastResort: SignedPreKey)? {
        try await pool.read { database in
            guard let device = try Self.key(of: address, database),
                let signed = try Self.first(.signed, of: device, database)?.signedPreKey,
                let lastResort = try Self.first(.lastResortKyber, of: device, database)?.signedPreKey
            else { return nil }
            return (signed, lastResort)
        }
    }

    private static func first(_ kind: PreKeyKind, of device: Int64, _ database: Database) throws
        -> StoredPreKey?
    {
        try Row.fetchOne(
            database,
            sql:
                "SELECT id, publicKey, signature FROM prekeys WHERE deviceKey = ? AND kind = ? ORDER BY id LIMIT 1",
            arguments: [device, kind.rawValue]
        ).map(StoredPreKey.init)
    }

    private static func take(_ kind: PreKeyKind, of device: Int64, _ database: Database) throws
        -> StoredPreKey?
    {
        guard let key = try first(kind, of: device, database) else { return nil }
        try database.execute(
            sql: "DELETE FROM prekeys WHERE deviceKey = ? AND kind = ? AND id = ?",
            arguments: [device, kind.rawValue, key.id])
        return key
    }
}

private struct StoredPreKey {
    let id: UInt32
    let publicKey: Base64
    let signature: Base64?

    init(_ row: Row) {
        id = row["id"]
        publicKey = Base64(Array(row["publicKey"] as Data))
        signature = (row["signature"] as Data?).map { Base64(Array($0)) }
    }

    var oneTimePreKey: OneTimePreKey { OneTimePreKey(id: id, publicKey: publicKey) }
    var signedPreKey: SignedPreKey? {
        signature.map { SignedPreKey(id: id, publicKey: publicKey, signature: $0) }
    }
}

private struct PreKeyWriter {
    let database: Database
    let device: Int64

    /// Puts a key in the place of the one of its kind; the same key again is harmless.
    func replace(_ kind: PreKeyKind, _ key: SignedPreKey) throws {
        if try isStored(kind, key.id, key.publicKey) { return }
        try database.execute(
            sql: "DELETE FROM prekeys WHERE deviceKey = ? AND kind = ?", arguments: [device, kind.rawValue])
        try add(kind, [(key.id, key.publicKey, key.signature)])
    }

    /// Adds keys whose ids are above all ids ever seen; keys that are here already are passed over, so that an upload
    /// whose answer got lost can be sent again.
    func add(_ kind: PreKeyKind, _ keys: [(id: UInt32, publicKey: Base64, signature: Base64?)]) throws {
        var highest =
            try Int64.fetchOne(
                database, sql: "SELECT highest FROM prekeyIds WHERE deviceKey = ? AND kind = ?",
                arguments: [device, kind.rawValue]) ?? -1
        for key in keys.sorted(by: { $0.id < $1.id }) where try !isStored(kind, key.id, key.publicKey) {
            guard Int64(key.id) > highest else { throw StoreError.preKeyIDReused(key.id) }
            try database.execute(
                sql: "INSERT INTO prekeys (deviceKey, kind, id, publicKey, signature) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    device, kind.rawValue, key.id, Data(key.publicKey.bytes),
                    key.signature.map { Data($0.bytes) },
                ])
            highest = Int64(key.id)
        }
        try database.execute(
            sql: """
                INSERT INTO prekeyIds (deviceKey, kind, highest) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET highest = excluded.highest
                """, arguments: [device, kind.rawValue, highest])
    }

    private func isStored(_ kind: PreKeyKind, _ id: UInt32, _ publicKey: Base64) throws -> Bool {
        try Data.fetchOne(
            database, sql: "SELECT publicKey FROM prekeys WHERE deviceKey = ? AND kind = ? AND id = ?",
            arguments: [device, kind.rawValue, id]
        ).map { Array($0) == publicKey.bytes } ?? false
    }
}
