import CSQLite

/// The reason why a database operation failed, in words that a person can act on. Never contains values that were bound
/// or read.
package struct DatabaseError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Another connection held the lock for longer than the busy timeout.
        case busy
        /// The disk is full.
        case full
        /// The file's contents are invalid.
        case corrupt
        case notADatabase
        case constraint(Constraint)
        case inputOutput
        /// The file system cannot hold databases.
        case unsuitable(FileSystemLack)
        case readOnly
        case cannotOpen
        /// The statement was cancelled.
        case interrupted
        /// The connection was already closed.
        case closed
        /// A column's type differs from the requested one.
        case mismatch
        /// Invalid SQL, wrong arguments and other programming errors.
        case other
    }

    package enum Constraint: Hashable, Sendable {
        case unique, primaryKey, foreignKey, notNull, check, dataType, other
    }

    package let kind: Kind
    /// SQLite's extended result code.
    package let code: Int32
    /// SQLite's message.
    package let message: String
    /// The statement, without its arguments.
    package let sql: String?
    package let path: String

    init(_ kind: Kind, code: Int32 = SQLITE_ERROR, _ message: String, sql: String? = nil, path: String) {
        (self.kind, self.code, self.message, self.sql, self.path) = (kind, code, message, sql, path)
    }

    static func closed(_ path: String) -> DatabaseError {
        DatabaseError(.closed, code: SQLITE_MISUSE, "the connection is closed", path: path)
    }
}

extension DatabaseError.Kind {
    init(_ code: Int32) {
        // The lowest byte is the primary code; the rest is more specific.
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_FULL: self = .full
        case SQLITE_CORRUPT: self = .corrupt
        case SQLITE_NOTADB: self = .notADatabase
        case SQLITE_CONSTRAINT: self = .constraint(DatabaseError.Constraint(code))
        case SQLITE_IOERR: self = .inputOutput
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_CANTOPEN, SQLITE_PERM: self = .cannotOpen
        case SQLITE_INTERRUPT: self = .interrupted
        default: self = .other
        }
    }
}

extension DatabaseError.Constraint {
    fileprivate init(_ code: Int32) {
        // The names are nested macros, which Swift does not import: SQLITE_CONSTRAINT | (number << 8).
        switch code >> 8 {
        case 1: self = .check
        case 3: self = .foreignKey
        case 5: self = .notNull
        case 6: self = .primaryKey
        case 8: self = .unique
        case 12: self = .dataType
        default: self = .other
        }
    }
}

extension DatabaseError: CustomStringConvertible {
    package var description: String {
        let statement =
            sql.map { " [\($0.split(whereSeparator: \.isWhitespace).joined(separator: " "))]" } ?? ""
        return "\(advice) (SQLite \(code): \(message))\(statement)"
    }

    private var advice: String {
        switch kind {
        case .busy: "\(path) is in use by another process; try again, or stop that process"
        case .full: "there is no room for \(path): free space on its disk"
        case .corrupt: "\(path) is damaged: restore it from a backup"
        case .notADatabase: "\(path) is not an SQLite database, or is damaged at its beginning"
        case .constraint: "\(path) rejects a value"
        case .inputOutput: "the disk of \(path) fails: see the kernel's log"
        case .unsuitable(let lack):
            "the file system of \(path) does not support \(lack.rawValue): \(FileSystemLack.advice)"
        case .readOnly:
            "\(path) cannot be written: check the owner and mode of the file and of its folder, and whether the disk is mounted read-only"
        case .cannotOpen:
            "\(path) cannot be opened: check that its folder exists, and the owner and mode of both"
        case .interrupted: "reading \(path) was cancelled"
        case .closed: "\(path) has been closed"
        case .mismatch: "\(path) holds a value of an unexpected type"
        case .other: "\(path) cannot be used as asked"
        }
    }
}
