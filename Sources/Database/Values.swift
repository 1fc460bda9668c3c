import CSQLite

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A type that can be bound to a statement's parameter.
package protocol Bindable {
    func bind(to parameter: Parameter)
}

/// A type that can be read from a column.
package protocol ColumnValue {
    /// Nil if the column holds another type.
    init?(_ column: Column)
}

/// A parameter of a statement that is about to run.
package struct Parameter {
    let statement: OpaquePointer
    let index: Int32
}

/// A column of the current row.
package struct Column {
    let statement: OpaquePointer
    let index: Int32

    var type: Int32 { sqlite3_column_type(statement, index) }

    /// Valid until the next step.
    var bytes: UnsafeRawBufferPointer {
        // In this order: the first call may convert, the second returns the length of the result.
        let start = sqlite3_column_blob(statement, index)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index)))
    }
}

// MARK: Numbers

extension Bindable where Self: BinaryInteger {
    /// - Precondition: The number is an `Int64`.
    package func bind(to parameter: Parameter) {
        sqlite3_bind_int64(parameter.statement, parameter.index, Int64(self))
    }
}

extension ColumnValue where Self: BinaryInteger {
    package init?(_ column: Column) {
        guard column.type == SQLITE_INTEGER else { return nil }
        self.init(exactly: sqlite3_column_int64(column.statement, column.index))
    }
}

extension Int: Bindable, ColumnValue {}
extension Int64: Bindable, ColumnValue {}
extension Int32: Bindable, ColumnValue {}
extension UInt32: Bindable, ColumnValue {}
extension UInt16: Bindable, ColumnValue {}
extension UInt8: Bindable, ColumnValue {}

extension Bool: Bindable, ColumnValue {
    package func bind(to parameter: Parameter) { (self ? 1 : 0).bind(to: parameter) }
    package init?(_ column: Column) {
        guard let number = Int64(column) else { return nil }
        self = number != 0
    }
}

extension Double: Bindable, ColumnValue {
    /// SQLite stores NaN as NULL.
    package func bind(to parameter: Parameter) {
        sqlite3_bind_double(parameter.statement, parameter.index, self)
    }
    package init?(_ column: Column) {
        guard column.type == SQLITE_FLOAT || column.type == SQLITE_INTEGER else { return nil }
        self = sqlite3_column_double(column.statement, column.index)
    }
}

// MARK: Text and bytes

// SQLite copies them when they are bound (SQLITE_TRANSIENT): that costs far less than writing them, and arguments need
// not stay in place until the statement is done.

extension String: Bindable, ColumnValue {
    package func bind(to parameter: Parameter) {
        var text = self
        text.withUTF8 {
            $0.withMemoryRebound(to: CChar.self) {
                // A null pointer would be bound as NULL.
                _ = sqlite3_bind_text64(
                    parameter.statement, parameter.index, $0.baseAddress ?? UnsafePointer(bitPattern: 1),
                    UInt64($0.count),
                    csqlite_transient(), UInt8(SQLITE_UTF8))
            }
        }
    }

    package init?(_ column: Column) {
        guard column.type == SQLITE_TEXT else { return nil }
        self.init(decoding: column.bytes, as: UTF8.self)
    }
}

extension Parameter {
    func bind(_ bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty {
            // A null pointer would be bound as NULL.
            sqlite3_bind_zeroblob(statement, index, 0)
        } else {
            sqlite3_bind_blob64(statement, index, bytes.baseAddress, UInt64(bytes.count), csqlite_transient())
        }
    }
}

extension [UInt8]: Bindable, ColumnValue {
    package func bind(to parameter: Parameter) { withUnsafeBytes(parameter.bind) }
    package init?(_ column: Column) {
        guard column.type == SQLITE_BLOB else { return nil }
        self.init(column.bytes)
    }
}

extension Data: Bindable, ColumnValue {
    package func bind(to parameter: Parameter) { withUnsafeBytes(parameter.bind) }
    package init?(_ column: Column) {
        guard column.type == SQLITE_BLOB else { return nil }
        self.init(column.bytes)
    }
}

// MARK: Null

extension Optional: Bindable where Wrapped: Bindable {
    package func bind(to parameter: Parameter) {
        if let self {
            self.bind(to: parameter)
        } else {
            sqlite3_bind_null(parameter.statement, parameter.index)
        }
    }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    package init?(_ column: Column) {
        guard column.type != SQLITE_NULL else {
            self = .none
            return
        }
        guard let value = Wrapped(column) else { return nil }
        self = value
    }
}
