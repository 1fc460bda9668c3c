/// A database file: one connection that writes, and a few concurrent ones that read.
/// ```swift
/// var migrations = Migrations()
/// migrations.add("v1 users", sql: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
/// let file = try DatabaseFile(path, prepare: migrations.migrate)
/// try await file.write { try $0.run("INSERT INTO users (name) VALUES (?)", name) }
/// let names: [String] = try await file.read { try $0.values("SELECT name FROM users ORDER BY id") }
/// ```
/// When `write` returns, its changes are on disk: they survive a killed process and a power failure. Each read sees a
/// consistent snapshot, regardless of concurrent writes. Other processes may have the file open, too.
///
/// It is built on `Connection` (one thread, one statement at a time), `DatabaseWriter`, `SharedCommits` and
/// `DatabaseReaders`, which can be used directly. There are no records, query builders or observers: statements are
/// SQL, and rows are converted where they are read.
package struct DatabaseFile: Sendable {
    package let writer: DatabaseWriter
    package let readers: DatabaseReaders
    private let commits: SharedCommits<AwaitedWrite<Connection>>

    /// Opens a file, or creates it for its owner alone. `prepare` runs first, for example to migrate it.
    ///
    /// - Throws: `DatabaseError`; the errors of `prepare`, such as `LaterVersion`.
    package init(
        _ path: String, _ options: Connection.Options = .init(), readerCount: Int = 4,
        checkpointsEvery writeCount: Int? = nil, prepare: (Connection) throws -> Void
    ) throws {
        writer = try DatabaseWriter(path, options, checkpointsEvery: writeCount, prepare: prepare)
        readers = try DatabaseReaders(path, count: readerCount, busyTimeout: options.busyTimeout)
        commits = SharedCommits(writer, begin: { $0 })
    }

    /// Runs `body` in a transaction, possibly shared, and returns once it is on disk.
    ///
    /// If `body` throws, its own writes are undone. If a shared transaction fails as a whole, each write is retried
    /// alone: `body` may run twice. Cancelling the task does not undo the write.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await commits.write { connection in try body(connection) }
    }

    /// Runs `body` in a transaction of its own, for threads that may block.
    @discardableResult
    package func writeAndWait<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        try writer.performAndWait { connection in try connection.transaction { try body(connection) } }
    }

    /// Calls `body` with a connection, which may only read. A cancelled task stops reading and throws
    /// `CancellationError`.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await readers.read(body)
    }

    /// Like `read`, for threads that may block.
    package func readAndWait<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        try readers.readAndWait(body)
    }

    /// Waits until all submitted work is done, and closes the file. Later calls fail with `.closed`.
    package func close() {
        readers.close()
        writer.close()
    }
}
