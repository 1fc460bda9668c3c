import CSQLite

/// A connection to a database, for one thread at a time, which has exclusive use of it. Every call waits for the disk,
/// and for other processes up to `busyTimeout`.
/// ```swift
/// try connection.run("INSERT INTO users (id, name) VALUES (?, ?)", id, name)
/// let name: String? = try connection.value("SELECT name FROM users WHERE id = ?", id)
/// let users = try connection.all("SELECT id, name FROM users") { row in User(id: try row[0], name: try row["name"]) }
/// ```
package final class Connection {
    package struct Options: Sendable {
        /// When a commit is flushed to disk. With `normal`, a power failure may lose the last commits.
        package enum Synchronous: Int, Sendable {
            case normal = 1
            case full = 2
        }

        package var isReadOnly = false
        /// Whether a missing file is created, accessible only to its owner.
        package var creates = true
        package var synchronous = Synchronous.full
        /// How long to wait for a lock that another connection holds.
        package var busyTimeout = Duration.seconds(5)
        /// Whether deleted data is overwritten. Debian's SQLite does so by default.
        package var deletesSecurely = true
        /// Whether what SQLite puts aside during a transaction stays in memory rather than in temporary files.
        package var keepsTemporariesInMemory = false
        /// Whether the companion files stay when the file is closed, so that it can be opened again on a full disk.
        package var keepsCompanionFiles = false
        /// The write-ahead log is truncated to this many bytes when it restarts.
        package var maxLogByteCount: Int?
        /// The size of the log in pages at which a commit runs a checkpoint; 0 for never.
        package var checkpointPageCount: Int?

        package init() {}
    }

    /// The path of an in-memory database, which is lost when its connection closes.
    package static let memory = ":memory:"
    private static let maxStatementCount = 256

    let handle: Handle
    private var statements: [String: Statement] = [:]

    /// Opens a file, in WAL mode unless it is read-only; every setting is verified by reading it back.
    package init(_ path: String, _ options: Options = Options()) throws(DatabaseError) {
        let access =
            options.isReadOnly
            ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (options.creates ? SQLITE_OPEN_CREATE : 0)
        if options.creates, !options.isReadOnly, path != Self.memory { makeFile(path) }
        // Without SQLite's own lock: this connection is not shared.
        handle = try Handle(path, flags: access | SQLITE_OPEN_NOMUTEX)
        // If the file is not writable, SQLite opens it read-only, and reports that only at the first write.
        let isReadOnly = try handle.isReadOnly
        guard options.isReadOnly || !isReadOnly else {
            throw handle.error(.readOnly, "the file cannot be opened for writing")
        }
        try prepare(options)
    }

    private func prepare(_ options: Options) throws(DatabaseError) {
        let (seconds, attoseconds) = options.busyTimeout.components
        sqlite3_busy_timeout(try handle.open, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
        // `"x"` is always a column, never a string, and the file's own views and triggers cannot call dangerous
        // functions.
        for (option, value) in [
            (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
            (SQLITE_DBCONFIG_DEFENSIVE, 1),
        ] as [(Int32, Int32)] {
            try handle.check(csqlite_configure(handle.open, option, value))
        }
        try set("foreign_keys", to: 1)
        // A damaged page is detected when it is read, rather than when it is written again.
        try set("cell_size_check", to: 1)
        if options.isReadOnly {
            try set("query_only", to: 1)
            // Also opens the log: errors are detected now rather than at the first read.
            return try execute("SELECT 1 FROM sqlite_schema LIMIT 1")
        }
        try set("synchronous", to: options.synchronous.rawValue)
        try set("secure_delete", to: options.deletesSecurely ? 1 : 0)
        if options.keepsTemporariesInMemory { try set("temp_store", to: 2) }
        try setJournalMode(handle.path == Self.memory ? "memory" : "wal")
        if options.keepsCompanionFiles { try handle.check(csqlite_persist_log(handle.open)) }
        if let count = options.maxLogByteCount { try set("journal_size_limit", to: count) }
        if let count = options.checkpointPageCount { try set("wal_autocheckpoint", to: count) }
    }

    /// Whether it is closed; all calls then fail with `.closed`.
    package var isClosed: Bool { !handle.isOpen }
    package var isInTransaction: Bool { handle.isInTransaction }
    package var path: String { handle.path }

    package func close() {
        statements = [:]
        handle.close()
    }

    // MARK: Statements

    /// A prepared statement for some SQL, for use in loops.
    package func statement(_ sql: String) throws(DatabaseError) -> Statement {
        if let statement = statements[sql], !statement.isRunning { return statement }
        let statement = try Statement(sql, handle)
        if statements.count >= Self.maxStatementCount { statements = [:] }
        statements[sql] = statement
        return statement
    }

    /// Runs statements without arguments, such as a schema.
    package func execute(_ script: String) throws(DatabaseError) {
        try handle.check(sqlite3_exec(handle.open, script, nil, nil, nil), sql: script)
    }

    @discardableResult
    package func run<each Argument: Bindable>(
        _ sql: String, _ arguments: repeat each Argument
    ) throws(DatabaseError) -> Int {
        try statement(sql).run(repeat each arguments)
    }

    package func each<each Argument: Bindable>(
        _ sql: String, _ arguments: repeat each Argument, rows: (borrowing Row) throws -> Bool
    ) throws {
        try statement(sql).each(repeat each arguments, rows: rows)
    }

    package func all<each Argument: Bindable, Element>(
        _ sql: String, _ arguments: repeat each Argument, rows: (borrowing Row) throws -> Element
    ) throws -> [Element] {
        try statement(sql).all(repeat each arguments, rows: rows)
    }

    package func first<each Argument: Bindable, Element>(
        _ sql: String, _ arguments: repeat each Argument, row: (borrowing Row) throws -> Element
    ) throws -> Element? {
        try statement(sql).first(repeat each arguments, row: row)
    }

    package func value<each Argument: Bindable, Value: ColumnValue>(
        _ sql: String, _ arguments: repeat each Argument, as _: Value.Type = Value.self
    ) throws -> Value? {
        try statement(sql).value(repeat each arguments)
    }

    package func values<each Argument: Bindable, Value: ColumnValue>(
        _ sql: String, _ arguments: repeat each Argument, as _: Value.Type = Value.self
    ) throws -> [Value] {
        try statement(sql).values(repeat each arguments)
    }

    /// Whether a query has a row.
    package func exists<each Argument: Bindable>(_ sql: String, _ arguments: repeat each Argument) throws
        -> Bool
    {
        try first(sql, repeat each arguments) { _ in true } ?? false
    }

    // MARK: Transactions

    package enum TransactionKind: String {
        /// Reads the state as of its first statement.
        case deferred = "BEGIN DEFERRED"
        /// For writing: takes the lock at once, while it can still wait for it.
        case immediate = "BEGIN IMMEDIATE"
    }

    /// Runs `body` in a transaction. If it throws, or the commit fails, everything is rolled back.
    @discardableResult
    package func transaction<Value>(
        _ kind: TransactionKind = .immediate, _ body: () throws -> Value
    ) throws -> Value {
        try run(kind.rawValue)
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // SQLite may already have rolled back, for example because the disk is full.
            if isInTransaction { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body` within a transaction. If it throws, its writes are undone, and the transaction continues.
    @discardableResult
    package func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        try run("SAVEPOINT part")
        do {
            let value = try body()
            try run("RELEASE part")
            return value
        } catch {
            if isInTransaction {
                try run("ROLLBACK TO part")
                try run("RELEASE part")
            }
            throw error
        }
    }

    // MARK: Settings

    /// Sets a pragma to a number, and verifies it: SQLite silently ignores unknown pragmas.
    package func set(_ pragma: String, to number: Int) throws(DatabaseError) {
        try execute("PRAGMA \(pragma) = \(number)")
        try expect(pragma, number)
    }

    private func expect(_ pragma: String, _ number: Int) throws(DatabaseError) {
        let seen: Int? = try readPragma(pragma)
        guard seen == number else {
            throw handle.error(.other, "\(pragma) is \(seen.map(String.init) ?? "nothing"), not \(number)")
        }
    }

    /// `wal`, or `delete` for a file without companion files.
    package func setJournalMode(_ mode: String) throws(DatabaseError) {
        let seen: String? = try readPragma("journal_mode = \(mode)")
        guard seen == mode else {
            throw handle.error(.other, "the journal mode is \(seen ?? "nothing"), not \(mode)")
        }
    }

    private func readPragma<Value: ColumnValue>(_ pragma: String) throws(DatabaseError) -> Value? {
        // Not cached: a pragma is read only once.
        try Statement("PRAGMA \(pragma)", handle).value()
    }
}
