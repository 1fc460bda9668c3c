import Cryptography
import Database
import Foundation
import MaintenanceAPI
import RelayAPI
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
    let readers: DatabaseReaders
    let sealer: RowSealer
    private let writer: DatabaseWriter
    private let deliveryChanges = Broadcast<DeliveryChange>()
    private let commits: SharedCommits<AwaitedWrite<Transaction>>
    private let now: @Sendable () -> Date
    private let lock: Mutex<OwnerLock?>

    /// Opens the file. `unlock` finds out how its values are sealed, and writes nothing before it knows.
    private init(
        _ path: String, _ lock: OwnerLock, creates: Bool, now: @escaping @Sendable () -> Date,
        unlock: (Connection) throws -> RowSealer
    ) throws {
        var options = Connection.Options()
        options.creates = creates
        // The lock sees to it that nobody else writes.
        options.busyTimeout = .zero
        writer = try DatabaseWriter(path, options)
        let (sealer, account) = try writer.performAndWait { connection in
            let sealer = try unlock(connection)
            try Self.settle(connection, at: path, sealer: sealer, now: now())
            return (sealer, try Account(sealedIn: connection, sealer: sealer))
        }
        // One, so that what reads does not wait for commits.
        readers = try DatabaseReaders(path, count: 1)
        commits = SharedCommits(writer, maxCount: 256) { connection in
            Transaction(database: connection, sealer: sealer, account: account, now: now())
        } end: { transaction in
            try transaction.flush()
        }
        (self.path, self.sealer, self.account, self.now) = (path, sealer, account, now)
        self.lock = Mutex(lock)
    }

    /// Makes a store with new keys.
    ///
    /// An interrupted creation leaves an empty file, which the next one takes over. Devices of one identity share its key
    /// pair.
    /// - Throws: `KeyStoreError`: `.alreadyExists`, `.inUse`, `.emptyPassphrase`, `.storage`, `.damaged`.
    package static func create(
        at path: String, passphrase: String, owner: DeviceAddress,
        identity: IdentityKeyPair = IdentityKeyPair(), now: @escaping @Sendable () -> Date = { Date() }
    ) throws -> KeyStore {
        guard !passphrase.isEmpty else { throw KeyStoreError.emptyPassphrase }
        let lock = try OwnerLock(for: path)
        return try explained(path) {
            try KeyStore(path, lock, creates: true, now: now) { connection in
                guard try wrappedKey(connection) == nil else { throw KeyStoreError.alreadyExists(path: path) }
                let dataKey = SecretBytes(randomByteCount: 32)
                let wrapped = try WrappedDataKey(wrapping: dataKey, passphrase: passphrase)
                let sealer = RowSealer(dataKey: dataKey)
                let account = Account(
                    owner: owner, registrationID: .random(in: 1...16_383), identity: identity)
                try KeyStoreSchema.migrations(sealer: sealer).migrate(connection)
                try connection.transaction {
                    try wrapped.save(in: connection)
                    try Setting.account.write(account, to: connection, sealer: sealer)
                }
                return sealer
            }
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
            try KeyStore(path, lock, creates: false, now: now) { connection in
                guard let wrapped = try wrappedKey(connection) else {
                    throw KeyStoreError.notFound(path: path)
                }
                let sealer = RowSealer(dataKey: try wrapped.dataKey(passphrase: passphrase))
                try KeyStoreSchema.migrations(sealer: sealer).migrate(connection)
                return sealer
            }
        }
    }

    /// Lends the store to `body` in a transaction, and returns once that is on disk. If `body` throws, nothing of what
    /// it wrote stays.
    ///
    /// Writes that wait at the same time share a transaction. Where that fails as a whole, `body` runs once more.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws -> Value {
        do {
            let (value, changes) = try await commits.write { transaction in
                // Others have written before in the same transaction.
                let seenCount = transaction.scope.rows.deliveryChanges.count
                let value = try transaction.restoringRows(body)
                return (value, Array(transaction.scope.rows.deliveryChanges[seenCount...]))
            }
            for change in changes { deliveryChanges.send(change) }
            return value
        } catch {
            throw Self.explanation(of: error, at: path)
        }
    }

    /// How far sent messages of conversations come, from now on: each change once it is on disk.
    package func deliveries() -> AsyncStream<DeliveryChange> { deliveryChanges.stream() }

    /// Lends the store to `body` for reading.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        do {
            return try await readers.read { [sealer, account, now] connection in
                try body(
                    Transaction(database: connection, sealer: sealer, account: account, now: now()))
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
            guard let wrapped = try readers.readAndWait(Self.wrappedKey) else {
                throw WrappedDataKey.Failure.damaged
            }
            let rewrapped = try WrappedDataKey(wrapping: wrapped.dataKey(passphrase: old), passphrase: new)
            try writer.writeAndWait(rewrapped.save)
        }
    }

    /// Closes the file and gives the store free for another owner. What uses it afterwards fails.
    package func close() {
        readers.close()
        writer.close()
        lock.withLock { $0 = nil }
    }

    static func wrappedKey(_ database: Connection) throws -> WrappedDataKey? {
        guard try database.hasTable("keyWrap") else { return nil }
        return try WrappedDataKey.load(from: database)
    }
}

extension WrappedDataKey {
    fileprivate static func load(from database: Connection) throws -> WrappedDataKey? {
        try database.first("SELECT salt, rounds, blockSize, parallelism, sealed, checksum FROM keyWrap") {
            row in
            WrappedDataKey(
                salt: try row[0],
                cost: Cost(rounds: try row[1], blockSize: try row[2], parallelism: try row[3]),
                sealed: try row[4], checksum: try row[5])
        }
    }

    fileprivate func save(in database: Connection) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO keyWrap (id, salt, rounds, blockSize, parallelism, sealed, checksum)
            VALUES (1, ?, ?, ?, ?, ?, ?)
            """, salt, cost.rounds, cost.blockSize, cost.parallelism, sealed, checksum)
    }
}
