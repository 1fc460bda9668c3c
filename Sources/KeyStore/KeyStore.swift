import Crypto
import Foundation
import GRDB
import SignalProtocol
import Synchronization

/// One identity's keys, sessions and messages, in one SQLite file whose values are sealed.
///
/// Everything happens in a transaction: a ratchet step commits together with the message it is for, or not at all.
/// ```swift
/// let store = try KeyStore.open(at: path, passphrase: passphrase)
/// let plaintext = try await store.write { transaction in
///     try cipher.decrypt(message, in: &transaction)
/// }
/// ```
package final class KeyStore: Sendable {
    /// Whose store this is, and the keys that never change.
    package let account: Account
    package let path: String
    let database: DatabaseQueue
    let sealer: RowSealer
    private let now: @Sendable () -> Date
    private let commits: CommitQueue
    private let lock: Mutex<OwnerLock?>

    private init(
        account: Account, path: String, database: DatabaseQueue, sealer: RowSealer, lock: OwnerLock,
        now: @escaping @Sendable () -> Date
    ) {
        self.account = account
        self.path = path
        self.database = database
        self.sealer = sealer
        self.now = now
        self.lock = Mutex(lock)
        commits = CommitQueue { body in
            try database.writeWhileOpen { database in
                var transaction = StoreTransaction(
                    database: database, sealer: sealer, account: account, now: now())
                try body(&transaction)
                try transaction.flush()
            }
        }
    }

    /// Makes a store with new keys.
    ///
    /// A making that was interrupted leaves an empty file, which the next one takes over. Devices of one identity share
    /// its key pair.
    /// - Throws: `KeyStoreError`: `.alreadyExists`, `.inUse`, `.emptyPassphrase`, `.storage`, `.damaged`.
    package static func create(
        at path: String, passphrase: String, owner: ProtocolAddress,
        identity: IdentityKeyPair = IdentityKeyPair(), now: @escaping @Sendable () -> Date = { Date() }
    ) throws -> KeyStore {
        guard !passphrase.isEmpty else { throw KeyStoreError.emptyPassphrase }
        let lock = try OwnerLock(for: path)
        return try explained(path) {
            let database = try openDatabase(at: path, isNew: true)
            guard try database.read(wrappedKey) == nil else { throw KeyStoreError.alreadyExists(path: path) }
            let dataKey = SymmetricKey(size: .bits256)
            let wrapped = try WrappedDataKey(wrapping: dataKey, passphrase: passphrase)
            let sealer = RowSealer(dataKey: dataKey)
            let account = Account(owner: owner, registrationID: .random(in: 1...16_383), identity: identity)
            try Schema.migrator.migrate(database)
            try database.write { database in
                try wrapped.save(in: database)
                try Setting.account.write(account, to: database, sealer: sealer)
            }
            try settle(database, at: path, sealer: sealer, now: now())
            return KeyStore(
                account: account, path: path, database: database, sealer: sealer, lock: lock, now: now)
        }
    }

    /// Opens a store. One that cannot be opened is left as it was.
    ///
    /// - Throws: `KeyStoreError`: `.notFound`, `.inUse`, `.wrongPassphrase`, `.damaged`, `.tooNew`, `.storage`.
    package static func open(
        at path: String, passphrase: String, now: @escaping @Sendable () -> Date = { Date() }
    ) throws -> KeyStore {
        guard FileManager.default.fileExists(atPath: path) else { throw KeyStoreError.notFound(path: path) }
        let lock = try OwnerLock(for: path)
        return try explained(path) {
            let database = try openDatabase(at: path, isNew: false)
            guard let wrapped = try database.read(wrappedKey) else {
                throw KeyStoreError.notFound(path: path)
            }
            let sealer = RowSealer(dataKey: try wrapped.dataKey(passphrase: passphrase))
            guard try !database.read(Schema.migrator.hasBeenSuperseded) else {
                throw KeyStoreError.tooNew(path: path)
            }
            try Schema.migrator.migrate(database)
            try settle(database, at: path, sealer: sealer, now: now())
            let account = try database.read { database in
                try Account(sealedIn: database, sealer: sealer)
            }
            return KeyStore(
                account: account, path: path, database: database, sealer: sealer, lock: lock, now: now)
        }
    }

    /// Lends the store to `body` in a transaction, and returns once that is on disk. If `body` throws, nothing of what
    /// it wrote stays.
    ///
    /// Writes that wait at the same time share a transaction. Where that fails as a whole, `body` runs once more.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout StoreTransaction) throws -> Value
    ) async throws -> Value {
        do {
            return try await commits.write(body)
        } catch {
            throw Self.explanation(of: error, at: path)
        }
    }

    /// Lends the store to `body` for reading.
    package func read<Value: Sendable>(
        _ body: @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        do {
            return try await database.readWhileOpen { [self] database in
                try body(
                    StoreTransaction(database: database, sealer: sealer, account: account, now: now()))
            }
        } catch {
            throw Self.explanation(of: error, at: path)
        }
    }

    /// Wraps the data key with another passphrase. No other row changes.
    ///
    /// - Throws: `.wrongPassphrase` where `old` is not the present one, `.emptyPassphrase`.
    package func changePassphrase(from old: String, to new: String) throws {
        guard !new.isEmpty else { throw KeyStoreError.emptyPassphrase }
        try Self.explained(path) {
            guard let wrapped = try database.readWhileOpen(Self.wrappedKey) else {
                throw WrappedDataKey.Failure.damaged
            }
            let rewrapped = try WrappedDataKey(wrapping: wrapped.dataKey(passphrase: old), passphrase: new)
            try database.writeWhileOpen(rewrapped.save)
        }
    }

    /// Closes the file and gives the store free for another owner. What uses it afterwards fails.
    package func close() throws {
        try Self.explained(path) { try database.close() }
        lock.withLock { $0 = nil }
    }

    // MARK: The file

    static func openDatabase(at path: String, isNew: Bool) throws -> DatabaseQueue {
        if isNew {
            // Made before SQLite opens it, so that nobody else may read it; SQLite gives its other files the same mode.
            let descriptor = Foundation.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw KeyStoreError.storage(path: path, reason: String(cString: strerror(errno)))
            }
            _ = Foundation.close(descriptor)
        }
        var configuration = Configuration()
        configuration.label = "KeyStore"
        // Not by GRDB's own `journalMode`: that lowers `synchronous` to NORMAL, and writes to the file before the
        // passphrase is known to be right.
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL;
                    PRAGMA synchronous = FULL;
                    -- What is deleted (a used prekey, an old ratchet state) is overwritten in the file.
                    PRAGMA secure_delete = ON;
                    """)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    static func wrappedKey(_ database: Database) throws -> WrappedDataKey? {
        guard try database.tableExists("keyWrap") else { return nil }
        return try WrappedDataKey.load(from: database)
    }

    // MARK: Errors

    static func explained<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch { throw explanation(of: error, at: path) }
    }

    static func explanation(of error: any Error, at path: String) -> any Error {
        switch error {
        case WrappedDataKey.Failure.wrongPassphrase: KeyStoreError.wrongPassphrase(path: path)
        case WrappedDataKey.Failure.damaged:
            KeyStoreError.damaged(path: path, reason: "the wrapped data key was altered")
        case is ClosedDatabase: KeyStoreError.storage(path: path, reason: "it has been closed")
        case let error as DamagedRow: KeyStoreError.damaged(path: path, reason: error.description)
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_NOTADB, .SQLITE_CORRUPT:
                KeyStoreError.damaged(path: path, reason: error.message ?? "not a database")
            case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
                KeyStoreError.storage(path: path, reason: error.message ?? error.resultCode.description)
            default: error
            }
        default: error
        }
    }
}

extension WrappedDataKey {
    fileprivate static func load(from database: Database) throws -> WrappedDataKey? {
        try Row.fetchOne(database, sql: "SELECT * FROM keyWrap").map { row in
            WrappedDataKey(
                salt: row["salt"],
                cost: Cost(
                    rounds: row["rounds"], blockSize: row["blockSize"], parallelism: row["parallelism"]),
                sealed: row["sealed"], checksum: row["checksum"])
        }
    }

    fileprivate func save(in database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO keyWrap (id, salt, rounds, blockSize, parallelism, sealed, checksum)
                VALUES (1, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [salt, cost.rounds, cost.blockSize, cost.parallelism, sealed, checksum])
    }
}
