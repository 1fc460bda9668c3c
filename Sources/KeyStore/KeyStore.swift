import Cryptography
import Database
import Foundation
import Logging
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
    let writer: DatabaseWriter
    private let quota: MessageQuota
    private let mark: StoreMark
    private let storeID: UUID
    private let logger = Logger(label: "store")
    private let deliveryChanges = Broadcast<DeliveryChange>()
    private let commits: SharedCommits<AwaitedWrite<Transaction>>
    private let now: @Sendable () -> Date
    private let lock: Mutex<OwnerLock?>

    /// How long a state of a session, a message or a key stays in the write-ahead log after it was replaced or removed. A
    /// copy of the files shows nothing older, but for the time that a read or a full disk delays it.
    package static let maxLogAge = Duration.seconds(5)

    /// Opens the file. `unlock` finds out how its values are sealed, and writes nothing before it knows.
    private init(
        _ path: String, _ lock: OwnerLock, creates: Bool, quota: MessageQuota, logAge: Duration,
        now: @escaping @Sendable () -> Date, unlock: (Connection, StoreMark) throws -> RowSealer
    ) throws {
        var options = Connection.Options()
        options.creates = creates
        // The lock excludes other writers.
        options.busyTimeout = .zero
        options.keepsTemporariesInMemory = true
        options.keepsCompanionFiles = true
        writer = try DatabaseWriter(path, options, erasesLogAfter: logAge)
        let mark = StoreMark(for: path)
        let (sealer, account, position) = try writer.performAndWait { connection in
            let sealer = try unlock(connection, mark)
            let position = try Self.settle(connection, at: path, sealer: sealer, mark: mark, now: now())
            if !quota.keepsHistory { try Self.clearHistory(connection) }
            return (sealer, try Account(sealedIn: connection, sealer: sealer), position)
        }
        // One, so that what reads does not wait for commits.
        readers = try DatabaseReaders(path, count: 1)
        // What a killed process left in the log.
        writer.performAndWait { _ = try? $0.eraseLog() }
        commits = SharedCommits(writer, maxCount: 256) { connection in
            Transaction(database: connection, sealer: sealer, account: account, quota: quota, now: now())
        } end: { transaction in
            try transaction.flush()
        }
        (self.path, self.sealer, self.account, self.now) = (path, sealer, account, now)
        (self.quota, self.mark, storeID) = (quota, mark, position.storeID)
        self.lock = Mutex(lock)
    }

    /// Makes a store with new keys.
    ///
    /// An interrupted creation leaves an empty file, which the next one takes over. Devices of one identity share its key
    /// pair.
    /// - Throws: `KeyStoreError`: `.alreadyExists`, `.inUse`, `.emptyPassphrase`, `.storage`, `.damaged`.
    package static func create(
        at path: String, passphrase: SecretText, owner: DeviceAddress,
        identity: IdentityKeyPair = IdentityKeyPair(), quota: MessageQuota = MessageQuota(),
        logAge: Duration = maxLogAge, now: @escaping @Sendable () -> Date = { Date() }
    ) throws -> KeyStore {
        guard !passphrase.isEmpty else { throw KeyStoreError.emptyPassphrase }
        let lock = try OwnerLock(for: path)
        let isNew = !FileManager.default.fileExists(atPath: path)
        return try explained(path) {
            try KeyStore(path, lock, creates: true, quota: quota, logAge: logAge, now: now) {
                connection, mark in
                guard try wrappedKey(connection) == nil else { throw KeyStoreError.alreadyExists(path: path) }
                guard isNew || mark.position == nil else { throw emptied(path) }
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

    /// Opens a store. One that cannot be opened is left as it was. Another owner is waited for as long as `patience`.
    ///
    /// - Throws: `KeyStoreError`: `.notFound`, `.inUse`, `.wrongPassphrase`, `.damaged`, `.tooNew`, `.storage`.
    package static func open(
        at path: String, passphrase: SecretText, quota: MessageQuota = MessageQuota(),
        logAge: Duration = maxLogAge, patience: Duration = .zero,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws -> KeyStore {
        guard FileManager.default.fileExists(atPath: path) else { throw KeyStoreError.notFound(path: path) }
        let lock = try OwnerLock(for: path, patience: patience)
        return try open(at: path, lock, passphrase: passphrase, quota: quota, logAge: logAge, now: now)
    }

    static func open(
        at path: String, _ lock: OwnerLock, passphrase: SecretText, quota: MessageQuota = MessageQuota(),
        logAge: Duration = maxLogAge, now: @escaping @Sendable () -> Date
    ) throws -> KeyStore {
        PrivateCopy.removeUnfinished(at: path)
        PrivateCopy.restrict(path)
        return try explained(path) {
            try KeyStore(path, lock, creates: false, quota: quota, logAge: logAge, now: now) {
                connection, mark in
                guard let wrapped = try wrappedKey(connection) else {
                    throw mark.position == nil ? KeyStoreError.notFound(path: path) : emptied(path)
                }
                let sealer = RowSealer(dataKey: try wrapped.dataKey(passphrase: passphrase))
                try unseal(connection, at: path, sealer: sealer)
                try KeyStoreSchema.migrations(sealer: sealer).migrate(connection)
                return sealer
            }
        }
    }

    /// Lends the store to `body` in a transaction, and returns once that is on disk. If `body` throws, nothing of what
    /// it wrote stays.
    ///
    /// Writes that wait at the same time share a transaction. Where that fails as a whole, `body` runs once more.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws -> Value {
        do {
            let (value, news) = try await commits.write { transaction in
                // Others have written before in the same transaction.
                let (changeCount, removalCount) = (
                    transaction.scope.rows.deliveryChanges.count, transaction.scope.rows.quotaRemovals.count
                )
                let value = try transaction.restoringRows(body)
                let rows = transaction.scope.rows
                return (
                    value,
                    News(
                        step: try transaction.advance(),
                        deliveryChanges: Array(rows.deliveryChanges[changeCount...]),
                        removals: Array(rows.quotaRemovals[removalCount...]))
                )
            }
            tell(news)
            return value
        } catch {
            throw Self.explanation(of: error, at: path)
        }
    }

    /// What a write brought, to be told once it is on disk.
    private struct News {
        let step: Int64?
        let deliveryChanges: [DeliveryChange]
        let removals: [QuotaRemoval]
    }

    private func tell(_ news: News) {
        if let step = news.step { mark.raise(to: StoreMark.Position(storeID: storeID, step: step)) }
        for change in news.deliveryChanges { deliveryChanges.send(change) }
        for removal in news.removals {
            logger.warning("old messages removed", ["peer": removal.peer, "cause": removal.cause])
        }
    }

    /// How far sent messages of conversations come, from now on: each change once it is on disk.
    package func deliveries() -> AsyncStream<DeliveryChange> { deliveryChanges.stream() }

    /// Lends the store to `body` for reading.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        do {
            return try await readers.read { [sealer, account, quota, now] connection in
                try body(
                    Transaction(
                        database: connection, sealer: sealer, account: account, quota: quota, now: now()))
            }
        } catch {
            throw Self.explanation(of: error, at: path)
        }
    }

    /// Wraps the data key with another passphrase. No other row changes.
    ///
    /// - Throws: `.wrongPassphrase` where `old` is not the present one, `.emptyPassphrase`.
    package func changePassphrase(from old: SecretText, to new: SecretText) throws {
        guard !new.isEmpty else { throw KeyStoreError.emptyPassphrase }
        try Self.explained(path) {
            guard let wrapped = try readers.readAndWait(Self.wrappedKey) else {
                throw WrappedDataKey.Failure.damaged
            }
            let rewrapped = try WrappedDataKey(wrapping: wrapped.dataKey(passphrase: old), passphrase: new)
            try writer.writeAndWait(rewrapped.save)
            // The key under the old passphrase.
            eraseLog()
        }
    }

    /// Closes the file and gives the store free for another owner. What uses it afterwards fails.
    package func close() {
        readers.close()
        eraseLog()
        writer.close()
        mark.close()
        lock.withLock { $0 = nil }
    }

    /// Erases the write-ahead log now rather than a little later.
    func eraseLog() { writer.performAndWait { if !$0.isClosed { _ = try? $0.eraseLog() } } }

    /// Gives the room of deleted messages back to the file system, as far as there is enough room to do so.
    package func compact() {
        writer.performAndWait { _ = try? $0.execute("VACUUM") }
        eraseLog()
    }

    private static func clearHistory(_ database: Connection) throws {
        guard try database.exists("SELECT 1 FROM history") else { return }
        try database.transaction { _ = try database.run("DELETE FROM history") }
    }

    /// A store that its mark knows and whose file holds nothing: what some file systems leave after a power failure.
    private static func emptied(_ path: String) -> KeyStoreError {
        .damaged(path: path, reason: "it has lost what it held")
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
