import CSQLite

/// A prepared statement, which can be run any number of times; confined like its connection.
package final class Statement {
    package let sql: String
    private let pointer: OpaquePointer
    private let handle: Handle
    /// Whether it is between two steps, for example while the reader of its rows runs other statements.
    private(set) var isRunning = false
    private var names: (preparation: Int32, list: [String]) = (-1, [])

    init(_ sql: String, _ handle: Handle) throws(DatabaseError) {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(
            try handle.open, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK else { throw handle.error(code, sql: sql) }
        guard let pointer else { throw handle.error(.other, "there is no statement", sql: sql) }
        (self.sql, self.pointer, self.handle) = (sql, pointer, handle)
    }

    deinit { sqlite3_finalize(pointer) }

    /// Runs it to completion, and returns the number of rows changed by an INSERT, UPDATE or DELETE.
    @discardableResult
    package func run<each Argument: Bindable>(_ arguments: repeat each Argument) throws(DatabaseError) -> Int
    {
        try begin(repeat each arguments)
        defer { end() }
        while try step() {}
        return Int(sqlite3_changes64(try handle.open))
    }

    /// Calls `rows` with each row until there are no more, or `rows` returns false.
    package func each<each Argument: Bindable>(
        _ arguments: repeat each Argument, rows: (borrowing Row) throws -> Bool
    ) throws {
        try begin(repeat each arguments)
        defer { end() }
        while let row = try nextRow(), try rows(row) {}
    }

    /// The results of `rows` for each row.
    package func all<each Argument: Bindable, Element>(
        _ arguments: repeat each Argument, rows: (borrowing Row) throws -> Element
    ) throws -> [Element] {
        try begin(repeat each arguments)
        defer { end() }
        var elements: [Element] = []
        while let row = try nextRow() { elements.append(try rows(row)) }
        return elements
    }

    /// The result of `row` for the first row. A statement that writes still runs to completion.
    package func first<each Argument: Bindable, Element>(
        _ arguments: repeat each Argument, row: (borrowing Row) throws -> Element
    ) throws -> Element? {
        try begin(repeat each arguments)
        defer { end() }
        guard let first = try nextRow() else { return nil }
        let element = try row(first)
        if sqlite3_stmt_readonly(pointer) == 0 { while try step() {} }
        return element
    }

    /// The first column of the first row; nil if there is no row.
    package func value<each Argument: Bindable, Value: ColumnValue>(
        _ arguments: repeat each Argument, as _: Value.Type = Value.self
    ) throws(DatabaseError) -> Value? {
        try begin(repeat each arguments)
        defer { end() }
        guard try step() else { return nil }
        let value: Value = try value(in: column(0))
        if sqlite3_stmt_readonly(pointer) == 0 { while try step() {} }
        return value
    }

    /// The first column of all rows.
    package func values<each Argument: Bindable, Value: ColumnValue>(
        _ arguments: repeat each Argument, as _: Value.Type = Value.self
    ) throws -> [Value] {
        try all(repeat each arguments) { row in try row[0] }
    }

    // MARK: Steps

    private func begin<each Argument: Bindable>(_ arguments: repeat each Argument) throws(DatabaseError) {
        _ = try handle.open
        guard !isRunning else { throw handle.error(.other, "the statement is running", sql: sql) }
        var index: Int32 = 0
        for argument in repeat each arguments {
            index += 1
            argument.bind(to: Parameter(statement: pointer, index: index))
        }
        guard index == sqlite3_bind_parameter_count(pointer) else {
            sqlite3_clear_bindings(pointer)
            throw handle.error(.other, "\(index) arguments were given", sql: sql)
        }
        isRunning = true
    }

    // Not in the callers: Swift 6.3.1 crashes when specializing a function with a parameter pack that creates a `Row`.
    @inline(never)
    private func nextRow() throws(DatabaseError) -> Row? { try step() ? Row(statement: self) : nil }

    private func step() throws(DatabaseError) -> Bool {
        // Code that ran between two steps may have closed the connection.
        _ = try handle.open
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw handle.error(code, sql: sql)
        }
    }

    /// Releases locks and bound values, which may be secret or large.
    private func end() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
        isRunning = false
    }

    // MARK: Columns

    fileprivate var columnCount: Int32 { sqlite3_column_count(pointer) }

    // A missing column is an error rather than a trap: in a file that was tampered with, `SELECT *` may have any
    // columns.
    fileprivate func column(_ index: Int) throws(DatabaseError) -> Column {
        guard index >= 0, index < columnCount else {
            throw handle.error(.mismatch, "there is no column \(index)", sql: sql)
        }
        return Column(statement: pointer, index: Int32(index))
    }

    fileprivate func index(of name: String) throws(DatabaseError) -> Int {
        // SQLite prepares a statement again if the tables have changed: `SELECT *` then has other columns.
        let preparation = sqlite3_stmt_status(pointer, SQLITE_STMTSTATUS_REPREPARE, 0)
        if preparation != names.preparation {
            names = (preparation, (0..<columnCount).map { String(cString: sqlite3_column_name(pointer, $0)) })
        }
        guard let index = names.list.firstIndex(of: name) else {
            throw handle.error(.mismatch, "there is no column \(name)", sql: sql)
        }
        return index
    }

    fileprivate func value<Value: ColumnValue>(in column: Column) throws(DatabaseError) -> Value {
        if let value = Value(column) { return value }
        let name = String(cString: sqlite3_column_name(pointer, column.index))
        let types = [
            SQLITE_INTEGER: "INTEGER", SQLITE_FLOAT: "REAL", SQLITE_TEXT: "TEXT", SQLITE_BLOB: "BLOB",
        ]
        throw handle.error(
            .mismatch, "\(name) is \(types[column.type] ?? "NULL"), not \(Value.self)", sql: sql)
    }
}

/// The current row of a statement. It cannot be kept: the next step invalidates it.
package struct Row: ~Copyable {
    fileprivate let statement: Statement

    /// The value of a column, by number from 0.
    package subscript<Value: ColumnValue>(_ index: Int) -> Value {
        get throws(DatabaseError) { try statement.value(in: statement.column(index)) }
    }

    /// The value of a column, by name.
    package subscript<Value: ColumnValue>(_ name: String) -> Value {
        get throws(DatabaseError) { try statement.value(in: statement.column(statement.index(of: name))) }
    }

    /// All columns, in a form that no other row has: of each its type, the length of its bytes, and these.
    package var unambiguousBytes: [UInt8] {
        get throws(DatabaseError) {
            var bytes: [UInt8] = []
            for index in 0..<Int(statement.columnCount) {
                let column = try statement.column(index)
                // Before the bytes, which convert numbers to text.
                bytes.append(UInt8(truncatingIfNeeded: column.type))
                let contents = column.bytes
                withUnsafeBytes(of: UInt64(contents.count).bigEndian) { bytes += $0 }
                bytes += contents
            }
            return bytes
        }
    }

    /// Calls `body` with the bytes of a column, without a copy. Text is its UTF-8, NULL is empty.
    package func bytes<Result>(_ index: Int, _ body: (RawSpan) throws -> Result) throws -> Result {
        try body(try statement.column(index).bytes.bytes)
    }
}
