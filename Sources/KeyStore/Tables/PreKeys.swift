import Database
import Foundation
import SignalProtocol
import Values

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

extension Setting<PreKeyCounters> {
    static var preKeyCounters: Setting { Setting(name: "preKeyCounters") }
}

extension Transaction {
    /// Our own prekeys of all kinds, with the private keys.
    package struct PreKeys {
        let scope: Scope

        package func preKey(_ id: UInt32) throws -> PreKeyRecord? {
            try open("preKey", id).map { try PreKeyRecord(serialized: $0) }
        }

        package func signedPreKey(_ id: UInt32) throws -> SignedPreKeyRecord? {
            try open("signedPreKey", id).map { try SignedPreKeyRecord(serialized: $0) }
        }

        package func kyberPreKey(_ id: UInt32) throws -> KyberPreKeyRecord? {
            guard let bytes = try open("kyberPreKey", id) else { return nil }
            var record = try KyberPreKeyRecord(serialized: bytes)
            // The column says so also for what was stored before records did.
            record.isLastResort =
                try scope.database.value("SELECT isLastResort FROM kyberPreKey WHERE id = ?", id) ?? false
            return record
        }

        mutating func store(_ record: PreKeyRecord) throws {
            try scope.database.run(
                "INSERT OR REPLACE INTO preKey (id, sealed) VALUES (?, ?)", record.id,
                sealed("preKey", record.id, record.serialized))
        }

        mutating func store(_ record: SignedPreKeyRecord) throws {
            try scope.database.run(
                """
                INSERT INTO signedPreKey (id, sealed, madeAt) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed
                """, record.id, sealed("signedPreKey", record.id, record.serialized), scope.now.milliseconds)
        }

        mutating func store(_ record: KyberPreKeyRecord) throws {
            try scope.database.run(
                """
                INSERT INTO kyberPreKey (id, sealed, isLastResort, madeAt) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed
                """, record.id, sealed("kyberPreKey", record.id, record.compactForm), record.isLastResort,
                scope.now.milliseconds)
        }

        package mutating func removePreKey(_ id: UInt32) throws {
            try scope.database.run("DELETE FROM preKey WHERE id = ?", id)
        }

        mutating func markKyberPreKeyUsed(_ id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws {
            let removed = try scope.database.run(
                "DELETE FROM kyberPreKey WHERE id = ? AND NOT isLastResort", id)
            guard removed == 0 else { return }
            let name = scope.sealer.name(
                in: "kyberBaseKey", withUnsafeBytes(of: signedPreKeyID.bigEndian, Array.init), baseKey.wire)
            let added = try scope.database.run(
                "INSERT OR IGNORE INTO kyberBaseKey (kyberPreKeyID, name) VALUES (?, ?)", id, name)
            guard added == 1 else { throw SignalError.invalidMessage(.preKey) }
        }

        private func open(_ table: String, _ id: UInt32) throws -> [UInt8]? {
            try scope.database.value("SELECT sealed FROM \(table) WHERE id = ?", id)
                .map { try scope.sealer.open($0, at: RowSealer.RowID(table, id: Int64(id))) }
        }

        private func sealed(_ table: String, _ id: UInt32, _ bytes: [UInt8]) -> [UInt8] {
            scope.sealer.seal(bytes: bytes, at: RowSealer.RowID(table, id: Int64(id)))
        }
    }
}

// MARK: Upkeep

extension Transaction.PreKeys {
    /// Makes one-time prekeys with new ids.
    package mutating func make(_ count: Int) throws -> [PreKeyRecord] {
        var random = SystemRandomNumberGenerator()
        let records = try takeIDs { try $0.takePreKeys(count) }.map { PreKeyRecord(id: $0, using: &random) }
        for record in records { try store(record) }
        return records
    }

    /// Makes one-time Kyber prekeys with new ids.
    package mutating func makeKyber(_ count: Int) throws -> [KyberPreKeyRecord] {
        let records = try takeIDs { try $0.takeKyber(count) }.map(kyberRecord)
        for record in records { try store(record) }
        return records
    }

    /// The signed prekey to hand out; a new one if there is none or it is older than `maxAge`.
    package mutating func currentSigned(maxAge: Duration) throws -> SignedPreKeyRecord {
        if let id = try currentID(in: "signedPreKey", where: "TRUE", maxAge: maxAge),
            let record = try signedPreKey(id)
        {
            return record
        }
        var random = SystemRandomNumberGenerator()
        let record = SignedPreKeyRecord(
            id: try takeIDs { try $0.takeSigned() }, signedBy: scope.account.identity, createdAt: scope.now,
            using: &random)
        try replaceCurrent(in: "signedPreKey", where: "TRUE")
        try store(record)
        return record
    }

    /// The last-resort Kyber prekey to hand out; a new one if there is none or it is older than `maxAge`.
    package mutating func currentLastResortKyber(maxAge: Duration) throws -> KyberPreKeyRecord {
        if let id = try currentID(in: "kyberPreKey", where: "isLastResort", maxAge: maxAge),
            let record = try kyberPreKey(id)
        {
            return record
        }
        var record = kyberRecord(id: try takeIDs { try $0.takeKyber(1) }.lowerBound)
        record.isLastResort = true
        try replaceCurrent(in: "kyberPreKey", where: "isLastResort")
        try store(record)
        return record
    }

    /// Deletes signed and last-resort prekeys that were replaced longer ago than `grace`: no message that a relay
    /// still holds can need them.
    package mutating func removeReplaced(grace: Duration) throws {
        let limit = scope.now.addingTimeInterval(-grace.seconds).milliseconds
        for table in ["signedPreKey", "kyberPreKey"] {
            try scope.database.run("DELETE FROM \(table) WHERE replacedAt < ?", limit)
        }
    }

    /// Whether a signed prekey with this id was made here.
    package func hasMadeSigned(_ id: UInt32) throws -> Bool {
        let counters = try Transaction.Settings(scope: scope).read(.preKeyCounters) ?? PreKeyCounters()
        return id < counters.signedPreKey
    }

    /// Skips ids that another copy of the store may have taken.
    mutating func skipIDs() throws { try takeIDs { try $0.leap() } }

    private func kyberRecord(id: UInt32) -> KyberPreKeyRecord {
        var random = SystemRandomNumberGenerator()
        return KyberPreKeyRecord(
            id: id, signedBy: scope.account.identity, createdAt: scope.now, using: &random)
    }

    private mutating func takeIDs<IDs>(_ take: (inout PreKeyCounters) throws -> IDs) throws -> IDs {
        var settings = Transaction.Settings(scope: scope)
        var counters = try settings.read(.preKeyCounters) ?? PreKeyCounters()
        let ids = try take(&counters)
        try settings.write(counters, .preKeyCounters)
        scope.rows.hasTakenIDs = true
        return ids
    }

    private func currentID(in table: String, where condition: String, maxAge: Duration) throws -> UInt32? {
        // One that was made under a clock that was ahead would otherwise be current until that time comes.
        try scope.database.value(
            """
            SELECT id FROM \(table)
            WHERE \(condition) AND replacedAt IS NULL AND madeAt BETWEEN ? AND ?
            """, scope.now.addingTimeInterval(-maxAge.seconds).milliseconds,
            scope.now.addingTimeInterval(maxAge.seconds).milliseconds)
    }

    private func replaceCurrent(in table: String, where condition: String) throws {
        try scope.database.run(
            "UPDATE \(table) SET replacedAt = ? WHERE \(condition) AND replacedAt IS NULL",
            scope.now.milliseconds)
    }
}
