import Database
import Foundation
import RelayAPI

/// The kind of a prekey row; the raw values are stored in the database.
enum PreKeyKind: Int, CaseIterable {
    case signed = 0
    case oneTime = 1
    case lastResortKyber = 2
    case oneTimeKyber = 3
}

extension SQLiteRelayStore {
    package func storePreKeys(
        _ upload: PreKeyUpload, for address: DeviceAddress, at now: Int64
    ) async throws -> PreKeyCounts {
        try await commits.write { [accounts] batch in
            guard let device = try batch.device(address)?.key else { throw StoreError.unknownSender }
            let shelf = PreKeyShelf(database: batch.database, device: device)
            let oneTime = try shelf.newcomers(.oneTime, upload.oneTimePreKeys.map(StoredPreKey.init))
            let kyber = try shelf.newcomers(.oneTimeKyber, upload.oneTimeKyberPreKeys.map(StoredPreKey.init))
            let signed = try upload.signedPreKey.flatMap { try shelf.newcomer(.signed, StoredPreKey($0)) }
            let lastResort = try upload.lastResortKyberPreKey.flatMap {
                try shelf.newcomer(.lastResortKyber, StoredPreKey($0))
            }
            try shelf.checkRoom(for: oneTime.count, .oneTime, max: accounts.maxOneTimePreKeyCount)
            try shelf.checkRoom(for: kyber.count, .oneTimeKyber, max: accounts.maxOneTimeKyberPreKeyCount)
            // Everything has been validated: from here on nothing is rejected.
            try shelf.add(.oneTime, oneTime)
            try shelf.add(.oneTimeKyber, kyber)
            let log = batch.audit
            if let signed {
                try shelf.replace(.signed, signed)
                try log.append(.signedPreKeyReplaced(signed.id), of: address, at: now)
            }
            if let lastResort {
                try shelf.replace(.lastResortKyber, lastResort)
                try log.append(.lastResortPreKeyReplaced(lastResort.id), of: address, at: now)
            }
            return try shelf.counts
        }
    }

    /// Takes one bundle per device that has signed keys, using up a one-time prekey of each kind if there is one.
    package func takeBundles(of id: IdentityID) async throws -> [TakenBundle] {
        try await commits.write { batch in
            try Self.registrationIDs(of: id, batch.database).keys.sorted().compactMap { number in
                guard let device = try batch.device(DeviceAddress(id, number)) else { return nil }
                let shelf = PreKeyShelf(database: batch.database, device: device.key)
                guard let signed = try shelf.first(.signed)?.signedPreKey,
                    let lastResort = try shelf.first(.lastResortKyber)?.signedPreKey
                else { return nil }
                let bundle = DeviceBundle(
                    device: number, registrationId: device.registrationID, signedPreKey: signed,
                    kyberPreKey: try shelf.take(.oneTimeKyber)?.signedPreKey ?? lastResort,
                    oneTimePreKey: try shelf.take(.oneTime)?.oneTimePreKey)
                return TakenBundle(bundle: bundle, left: try shelf.counts)
            }
        }
    }

    package func preKeyCounts(of address: DeviceAddress) async throws -> PreKeyCounts {
        try await reading { database in
            guard let device = try Self.device(address, database) else { throw StoreError.unknownSender }
            return try PreKeyShelf(database: database, device: device.key).counts
        }
    }

    package func signedPreKeys(
        of address: DeviceAddress
    ) async throws -> (signed: SignedPreKey, lastResort: SignedPreKey)? {
        try await reading { database in
            guard let device = try Self.device(address, database) else { throw StoreError.unknownSender }
            let shelf = PreKeyShelf(database: database, device: device.key)
            guard let signed = try shelf.first(.signed)?.signedPreKey,
                let lastResort = try shelf.first(.lastResortKyber)?.signedPreKey
            else { return nil }
            return (signed, lastResort)
        }
    }
}

private struct StoredPreKey {
    let id: UInt32
    let publicKey: Base64
    let signature: Base64?

    init(_ key: OneTimePreKey) {
        (id, publicKey, signature) = (key.id, key.publicKey, nil)
    }

    init(_ key: SignedPreKey) {
        (id, publicKey, signature) = (key.id, key.publicKey, key.signature)
    }

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        publicKey = Base64(try row["publicKey"])
        signature = (try row["signature"] as [UInt8]?).map { Base64($0) }
    }

    var oneTimePreKey: OneTimePreKey { OneTimePreKey(id: id, publicKey: publicKey) }
    var signedPreKey: SignedPreKey? {
        signature.map { SignedPreKey(id: id, publicKey: publicKey, signature: $0) }
    }
}

/// The prekeys of one device, within a transaction.
private struct PreKeyShelf {
    let database: Connection
    let device: Int64

    var counts: PreKeyCounts {
        get throws {
            PreKeyCounts(
                oneTime: try count(.oneTime), oneTimeKyber: try count(.oneTimeKyber),
                signedPreKeyId: try first(.signed)?.id,
                lastResortKyberPreKeyId: try first(.lastResortKyber)?.id)
        }
    }

    func first(_ kind: PreKeyKind) throws -> StoredPreKey? {
        try database.first(
            "SELECT id, publicKey, signature FROM prekeys WHERE deviceKey = ? AND kind = ? ORDER BY id LIMIT 1",
            device, kind.rawValue, row: StoredPreKey.init)
    }

    func take(_ kind: PreKeyKind) throws -> StoredPreKey? {
        guard let key = try first(kind) else { return nil }
        try database.run(
            "DELETE FROM prekeys WHERE deviceKey = ? AND kind = ? AND id = ?", device, kind.rawValue, key.id)
        return key
    }

    /// The keys of a new upload that are not yet stored, so that an upload can be repeated if its answer was lost.
    ///
    /// - Throws: `.preKeyIDReused` for a new key whose id is not above all earlier ids.
    func newcomers(_ kind: PreKeyKind, _ keys: [StoredPreKey]) throws -> [StoredPreKey] {
        var highest =
            try database.value(
                "SELECT highest FROM prekeyIds WHERE deviceKey = ? AND kind = ?", device, kind.rawValue)
            ?? -1 as Int64
        return try keys.sorted { $0.id < $1.id }.filter { key in
            if try isStored(kind, key) { return false }
            guard Int64(key.id) > highest else { throw StoreError.preKeyIDReused(key.id) }
            highest = Int64(key.id)
            return true
        }
    }

    func newcomer(_ kind: PreKeyKind, _ key: StoredPreKey) throws -> StoredPreKey? {
        try newcomers(kind, [key]).first
    }

    /// - Throws: `.preKeysFull` if there would be more than `max` with `count` new ones.
    func checkRoom(for count: Int, _ kind: PreKeyKind, max: Int) throws {
        guard try count == 0 || self.count(kind) + count <= max else {
            throw StoreError.preKeysFull(max: max)
        }
    }

    func add(_ kind: PreKeyKind, _ keys: [StoredPreKey]) throws {
        guard let highest = keys.last?.id else { return }
        let statement = try database.statement(
            "INSERT INTO prekeys (deviceKey, kind, id, publicKey, signature) VALUES (?, ?, ?, ?, ?)")
        for key in keys {
            try statement.run(device, kind.rawValue, key.id, key.publicKey.bytes, key.signature?.bytes)
        }
        try database.run(
            """
            INSERT INTO prekeyIds (deviceKey, kind, highest) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET highest = excluded.highest
            """, device, kind.rawValue, highest)
    }

    /// Replaces the key of this kind.
    func replace(_ kind: PreKeyKind, _ key: StoredPreKey) throws {
        try database.run("DELETE FROM prekeys WHERE deviceKey = ? AND kind = ?", device, kind.rawValue)
        try add(kind, [key])
    }

    private func count(_ kind: PreKeyKind) throws -> Int {
        try database.value(
            "SELECT COUNT(*) FROM prekeys WHERE deviceKey = ? AND kind = ?", device, kind.rawValue) ?? 0
    }

    private func isStored(_ kind: PreKeyKind, _ key: StoredPreKey) throws -> Bool {
        try database.value(
            "SELECT publicKey FROM prekeys WHERE deviceKey = ? AND kind = ? AND id = ?", device,
            kind.rawValue,
            key.id) == key.publicKey.bytes
    }
}
