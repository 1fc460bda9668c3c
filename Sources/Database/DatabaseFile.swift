/// A database file in use: one connection that writes, and a few that read beside it.
/// ```swift
/// var migrations = Migrations()
/// migrations.add("v1 users", sql: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
/// let file = try DatabaseFile(path, prepare: migrations.migrate)
/// try await file.write { try $0.run("INSERT INTO users (name) VALUES (?)", name) }
/// let names: [String] = try await file.read { try $0.values("SELECT name FROM users ORDER BY id") }
/// ```
/// When `write` returns, what it wrote is on the disk: neither a killed process nor a power cut takes it back. Each read
/// sees one state, whatever is written meanwhile. Other processes may have the file open too.
///
/// Below it stand `Connection` (one thread, one statement after the other), `DatabaseWriter`, `SharedCommits` and
/// `DatabaseReaders`, for whoever needs more. There are no records, query builders or observers: statements are SQL, and
/// what a row becomes is said where it is read.
package struct DatabaseFile: Sendable {
    package let writer: DatabaseWriter
    package let readers: DatabaseReaders
    private let commits: SharedCommits<AwaitedWrite<Connection>>

    /// Opens a file, or makes it for its owner alone. `prepare` runs first, as to migrate it.
    ///
    /// - Throws: `DatabaseError`; what `prepare` throws, as `LaterVersion`.
    package init(
        _ path: String, _ options: Connection.Options = .init(), readerCount: Int = 4,
        checkpointsEvery writeCount: Int? = nil, prepare: (Connection) throws -> Void
    ) throws {
        writer = try DatabaseWriter(path, options, checkpointsEvery: writeCount, prepare: prepare)
        readers = try DatabaseReaders(path, count: readerCount, busyTimeout: options.busyTimeout)
        commits = SharedCommits(writer, begin: { $0 })
    }

    /// Runs `body` in a transaction, maybe with others, and returns once that is on disk.
    ///
    /// If it throws, what it wrote itself is undone. Where a shared transaction fails as a whole, each part is tried
    /// again alone: `body` may run twice. A task that is cancelled meanwhile has written all the same.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await commits.write { connection in try body(connection) }
    }

    /// Runs `body` in a transaction of its own, for threads that may wait.
    @discardableResult
    package func writeAndWait<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        try writer.performAndWait { connection in try connection.transaction { try body(connection) } }
    }

    /// Lends a connection to `body`, which may only read. A task that is cancelled stops reading and throws
    /// `CancellationError`.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await readers.read(body)
    }

    /// As `read`, for threads that may wait.
    package func readAndWait<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        try readers.readAndWait(body)
    }

    /// Waits until all is done that was submitted, and closes the file. What comes later fails with `.closed`.
    package func close() {
        readers.close()
        writer.close()
    }
}
