import CSQLite

/// A connection to a database, for one thread at a time: whoever holds it is alone with it. Every call waits for the
/// disk, and for other processes as long as `busyTimeout` says.
/// ```swift
/// try connection.run("INSERT INTO users (id, name) VALUES (?, ?)", id, name)
/// let name: String? = try connection.value("SELECT name FROM users WHERE id = ?", id)
/// let users = try connection.all("SELECT id, name FROM users") { row in User(id: try row[0], name: try row["name"]) }
/// ```
package final class Connection {
    package struct Options: Sendable {
        /// What a commit waits for. With `normal` a power cut may take back the last commits.
        package enum Synchronous: Int, Sendable {
            case normal = 1
            case full = 2
        }

        package var isReadOnly = false
        /// Whether a missing file is made, for its owner alone.
        package var creates = true
        package var synchronous = Synchronous.full
        /// How long to wait for a lock that another connection holds.
        package var busyTimeout = Duration.seconds(5)
        /// Whether what is deleted is overwritten. Debian's SQLite does so unless told otherwise.
        package var deletesSecurely = true
        /// The log beside the file is cut to this many bytes when it begins anew.
        package var maxLogByteCount: Int?
        /// At this many pages of log a commit folds them back; 0 for never.
        package var checkpointPageCount: Int?

        package init() {}
    }

    /// The path of a database that is gone with its connection.
    package static let memory = ":memory:"
    private static let maxStatementCount = 256

    let handle: Handle
    private var statements: [String: Statement] = [:]

    /// Opens a file, in WAL mode unless it is read only; every setting is read back.
    package init(_ path: String, _ options: Options = Options()) throws(DatabaseError) {
        let access =
            options.isReadOnly
            ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (options.creates ? SQLITE_OPEN_CREATE : 0)
        if options.creates, !options.isReadOnly, path != Self.memory { makeFile(path) }
        // Without SQLite's own lock: nobody else uses this connection.
        handle = try Handle(path, flags: access | SQLITE_OPEN_NOMUTEX)
        // SQLite opens what it may not write for reading only, and says so at the first write.
        let isReadOnly = try handle.isReadOnly
        guard options.isReadOnly || !isReadOnly else {
            throw handle.error(.readOnly, "the file cannot be opened for writing")
        }
        try prepare(options)
    }

    private func prepare(_ options: Options) throws(DatabaseError) {
        let (seconds, attoseconds) = options.busyTimeout.components
        sqlite3_busy_timeout(try handle.open, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
        // "x" is a column and never a text, and the file's own views and triggers call nothing that is dangerous.
        for (option, value) in [
            (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
            (SQLITE_DBCONFIG_DEFENSIVE, 1),
        ] as [(Int32, Int32)] {
            try handle.check(csqlite_configure(handle.open, option, value))
        }
        try set("foreign_keys", to: 1)
        // A damaged page is found when it is read, and not when it is written again.
        try set("cell_size_check", to: 1)
        if options.isReadOnly {
            try set("query_only", to: 1)
            // Opens the log too: what is wrong is found now, and not when it is first read.
            return try execute("SELECT 1 FROM sqlite_schema LIMIT 1")
        }
        try set("synchronous", to: options.synchronous.rawValue)
        try set("secure_delete", to: options.deletesSecurely ? 1 : 0)
        try setJournalMode(handle.path == Self.memory ? "memory" : "wal")
        if let count = options.maxLogByteCount { try set("journal_size_limit", to: count) }
        if let count = options.checkpointPageCount { try set("wal_autocheckpoint", to: count) }
    }

    /// Whether it was closed, after which everything fails with `.closed`.
    package var isClosed: Bool { !handle.isOpen }
    package var isInTransaction: Bool { handle.isInTransaction }
    package var path: String { handle.path }

    package func close() {
        statements = [:]
        handle.close()
    }

    // MARK: Statements

    /// The statement for some SQL, prepared once; for loops.
    package func statement(_ sql: String) throws(DatabaseError) -> Statement {
        if let statement = statements[sql], !statement.isRunning { return statement }
        let statement = try Statement(sql, handle)
        if statements.count >= Self.maxStatementCount { statements = [:] }
        statements[sql] = statement
        return statement
    }

    /// Runs statements that take no arguments, as a schema.
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
        /// Reads from the state at its first statement.
        case deferred = "BEGIN DEFERRED"
        /// May write: takes the lock at once, when it may still wait for it.
        case immediate = "BEGIN IMMEDIATE"
    }

    /// Runs `body` in a transaction. If it throws, or the commit fails, nothing of it stays.
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
            // A full disk, for one, has made SQLite roll back by itself.
            if isInTransaction { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body` within a transaction. If it throws, what it wrote is undone while the transaction goes on.
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

    /// Sets a pragma to a number, and makes sure that it is so: SQLite says nothing of one that it does not know.
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

    /// `wal`, or `delete` for a file that has nothing beside it.
    package func setJournalMode(_ mode: String) throws(DatabaseError) {
        let seen: String? = try readPragma("journal_mode = \(mode)")
        guard seen == mode else {
            throw handle.error(.other, "the journal mode is \(seen ?? "nothing"), not \(mode)")
        }
    }

    private func readPragma<Value: ColumnValue>(_ pragma: String) throws(DatabaseError) -> Value? {
        // Not kept: a pragma is read once.
        try Statement("PRAGMA \(pragma)", handle).value()
    }
}
