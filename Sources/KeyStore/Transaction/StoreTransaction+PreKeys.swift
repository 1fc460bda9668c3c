import Database
import Foundation
import SignalProtocol

/// The next ids of prekeys. They only grow: an id names one key for ever.
struct PreKeyCounters: Hashable, Codable, Sendable {
    private(set) var preKey: UInt32 = 1
    private(set) var signedPreKey: UInt32 = 1
    private(set) var kyberPreKey: UInt32 = 1

    /// Takes `count` ids of one kind.
    mutating func take(
        _ count: Int, of kind: WritableKeyPath<PreKeyCounters, UInt32>
    ) throws(KeyStoreError) -> Range<UInt32> {
        let first = self[keyPath: kind]
        guard let count = UInt32(exactly: count), count <= UInt32.max - first else {
            throw .preKeyIDsExhausted
        }
        self[keyPath: kind] = first + count
        return first..<(first + count)
    }

    /// More ids than anybody uses up between a backup and its restoration.
    static let leapCount = 1 << 20

    /// Skips ids that another copy of the store may have taken.
    mutating func leap() throws(KeyStoreError) {
        for kind in [\PreKeyCounters.preKey, \.signedPreKey, \.kyberPreKey] {
            _ = try take(Self.leapCount, of: kind)
        }
    }

    mutating func takePreKeys(_ count: Int) throws(KeyStoreError) -> Range<UInt32> {
        try take(count, of: \.preKey)
    }
    mutating func takeSigned() throws(KeyStoreError) -> UInt32 { try take(1, of: \.signedPreKey).lowerBound }
    mutating func takeKyber(_ count: Int) throws(KeyStoreError) -> Range<UInt32> {
        try take(count, of: \.kyberPreKey)
    }
}

extension StoreTransaction: PreKeyStore {
    package func preKey(id: UInt32) throws -> PreKeyRecord? {
        try preKeyBytes("preKey", id).map { try PreKeyRecord(serialized: $0) }
    }

    package mutating func storePreKey(_ record: PreKeyRecord) throws {
        try database.run(
            "INSERT OR REPLACE INTO preKey (id, sealed) VALUES (?, ?)", record.id,
            sealedPreKey("preKey", record.id, record.serialized))
    }

    package mutating func removePreKey(id: UInt32) throws {
        try database.run("DELETE FROM preKey WHERE id = ?", id)
    }
}

extension StoreTransaction: SignedPreKeyStore {
    package func signedPreKey(id: UInt32) throws -> SignedPreKeyRecord? {
        try preKeyBytes("signedPreKey", id).map { try SignedPreKeyRecord(serialized: $0) }
    }

    package mutating func storeSignedPreKey(_ record: SignedPreKeyRecord) throws {
        try database.run(
            """
            INSERT INTO signedPreKey (id, sealed, madeAt) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed
            """, record.id, sealedPreKey("signedPreKey", record.id, record.serialized), now.milliseconds)
    }
}

extension StoreTransaction: KyberPreKeyStore {
    package func kyberPreKey(id: UInt32) throws -> KyberPreKeyRecord? {
        try preKeyBytes("kyberPreKey", id).map { try KyberPreKeyRecord(serialized: $0) }
    }

    package mutating func storeKyberPreKey(_ record: KyberPreKeyRecord) throws {
        try storeKyberPreKey(record, isLastResort: false)
    }

    package mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws {
        let removed = try database.run("DELETE FROM kyberPreKey WHERE id = ? AND NOT isLastResort", id)
        guard removed == 0 else { return }
        let name = sealer.name(
            in: "kyberBaseKey", withUnsafeBytes(of: signedPreKeyID.bigEndian, Array.init), baseKey.wire)
        let added = try database.run(
            "INSERT OR IGNORE INTO kyberBaseKey (kyberPreKeyID, name) VALUES (?, ?)", id, name)
        guard added == 1 else { throw SignalError.invalidMessage(.preKey) }
    }

    private func storeKyberPreKey(_ record: KyberPreKeyRecord, isLastResort: Bool) throws {
        try database.run(
            """
            INSERT INTO kyberPreKey (id, sealed, isLastResort, madeAt) VALUES (?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed
            """, record.id, sealedPreKey("kyberPreKey", record.id, record.serialized), isLastResort,
            now.milliseconds)
    }
}

// MARK: Upkeep

extension StoreTransaction {
    /// Makes one-time prekeys with new ids.
    package mutating func makePreKeys(_ count: Int) throws -> [PreKeyRecord] {
        var random = SystemRandomNumberGenerator()
        let records = try takeIDs { try $0.takePreKeys(count) }.map { PreKeyRecord(id: $0, using: &random) }
        for record in records { try storePreKey(record) }
        return records
    }

    /// Makes one-time Kyber prekeys with new ids.
    package mutating func makeKyberPreKeys(_ count: Int) throws -> [KyberPreKeyRecord] {
        let records = try takeIDs { try $0.takeKyber(count) }.map(makeKyberRecord)
        for record in records { try storeKyberPreKey(record) }
        return records
    }

    /// The signed prekey to hand out; a new one where there is none or it is older than `maxAge`.
    package mutating func currentSignedPreKey(maxAge: Duration) throws -> SignedPreKeyRecord {
        if let id = try currentID(in: "signedPreKey", where: "TRUE", maxAge: maxAge),
            let record = try signedPreKey(id: id)
        {
            return record
        }
        var random = SystemRandomNumberGenerator()
        let record = SignedPreKeyRecord(
            id: try takeIDs { try $0.takeSigned() }, signedBy: account.identity, createdAt: now,
            using: &random)
        try replaceCurrent(in: "signedPreKey", where: "TRUE")
        try storeSignedPreKey(record)
        return record
    }

    /// The last-resort Kyber prekey to hand out; a new one where there is none or it is older than `maxAge`.
    package mutating func currentLastResortKyberPreKey(maxAge: Duration) throws -> KyberPreKeyRecord {
        if let id = try currentID(in: "kyberPreKey", where: "isLastResort", maxAge: maxAge),
            let record = try kyberPreKey(id: id)
        {
            return record
        }
        let record = makeKyberRecord(id: try takeIDs { try $0.takeKyber(1) }.lowerBound)
        try replaceCurrent(in: "kyberPreKey", where: "isLastResort")
        try storeKyberPreKey(record, isLastResort: true)
        return record
    }

    /// Deletes signed and last-resort prekeys that were replaced longer ago than `grace`: no message that a relay
    /// still holds can need them.
    package mutating func removeReplacedPreKeys(grace: Duration) throws {
        let limit = now.addingTimeInterval(-grace.seconds).milliseconds
        for table in ["signedPreKey", "kyberPreKey"] {
            try database.run("DELETE FROM \(table) WHERE replacedAt < ?", limit)
        }
    }

    private func makeKyberRecord(id: UInt32) -> KyberPreKeyRecord {
        var random = SystemRandomNumberGenerator()
        return KyberPreKeyRecord(id: id, signedBy: account.identity, createdAt: now, using: &random)
    }

    private func takeIDs<IDs>(_ take: (inout PreKeyCounters) throws -> IDs) throws -> IDs {
        var counters = try Setting.preKeyCounters.read(from: database, sealer: sealer) ?? PreKeyCounters()
        let ids = try take(&counters)
        try Setting.preKeyCounters.write(counters, to: database, sealer: sealer)
        return ids
    }

    private func currentID(in table: String, where condition: String, maxAge: Duration) throws -> UInt32? {
        // One that was made under a clock that was ahead would otherwise be current until that time comes.
        try database.value(
            """
            SELECT id FROM \(table)
            WHERE \(condition) AND replacedAt IS NULL AND madeAt BETWEEN ? AND ?
            """, now.addingTimeInterval(-maxAge.seconds).milliseconds,
            now.addingTimeInterval(maxAge.seconds).milliseconds)
    }

    private func replaceCurrent(in table: String, where condition: String) throws {
        try database.run(
            "UPDATE \(table) SET replacedAt = ? WHERE \(condition) AND replacedAt IS NULL", now.milliseconds)
    }

    private func preKeyBytes(_ table: String, _ id: UInt32) throws -> [UInt8]? {
        try database.value("SELECT sealed FROM \(table) WHERE id = ?", id)
            .map { try sealer.open($0, at: RowSealer.Place(table, id: Int64(id))) }
    }

    private func sealedPreKey(_ table: String, _ id: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        sealer.seal(bytes: bytes, at: RowSealer.Place(table, id: Int64(id)))
    }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}
