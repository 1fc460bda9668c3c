import CSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Owns SQLite's connection. Statements also hold it, so that a statement that outlives its connection fails instead of
/// accessing freed memory.
final class Handle {
    let path: String
    private var pointer: OpaquePointer?

    /// Once per process, before its first connection. Has no effect if SQLite is already in use, which does no harm.
    private static let preparation: Void = { _ = csqlite_count_no_memory() }()

    init(_ path: String, flags: Int32) throws(DatabaseError) {
        self.path = path
        Self.preparation
        let code = sqlite3_open_v2(path, &pointer, flags, nil)
        guard code == SQLITE_OK else {
            // SQLite creates a connection even on failure, to report the reason.
            let error = error(code)
            close()
            throw error
        }
        sqlite3_extended_result_codes(pointer, 1)
    }

    deinit { close() }

    var open: OpaquePointer {
        get throws(DatabaseError) {
            guard let pointer else { throw .closed(path) }
            return pointer
        }
    }

    var isReadOnly: Bool { get throws(DatabaseError) { sqlite3_db_readonly(try open, "main") != 0 } }
    var isOpen: Bool { pointer != nil }
    var isInTransaction: Bool { pointer.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    /// Statements that still exist keep the file open until they are freed.
    func close() {
        sqlite3_close_v2(pointer)
        pointer = nil
    }

    func check(_ code: Int32, sql: String? = nil) throws(DatabaseError) {
        guard code == SQLITE_OK else { throw error(code, sql: sql) }
    }

    func error(_ code: Int32, sql: String? = nil) -> DatabaseError {
        guard let pointer else { return .closed(path) }
        var message = String(cString: sqlite3_errmsg(pointer))
        // SQLite says little about a failed system call; `errno` gives the reason.
        let cause = sqlite3_system_errno(pointer)
        if let (lack, cause) = FileSystemLack.behind(code, cause, at: path) {
            return DatabaseError(
                .unsuitable(lack), code: code, String(cString: strerror(cause)), sql: sql, path: path)
        }
        var kind = DatabaseError.Kind(code)
        if [SQLITE_IOERR, SQLITE_CANTOPEN].contains(code & 0xff), cause != 0 {
            message += ": \(String(cString: strerror(cause)))"
            if [ENOSPC, EDQUOT].contains(cause) { kind = .full }
        }
        return DatabaseError(kind, code: code, message, sql: sql, path: path)
    }

    func error(_ kind: DatabaseError.Kind, _ message: String, sql: String? = nil) -> DatabaseError {
        DatabaseError(kind, message, sql: sql, path: path)
    }
}

/// Creates an empty file before SQLite would, so that other users can never read it. SQLite gives its companion files
/// the same mode, and reports the error if the file cannot be created.
func makeFile(_ path: String) {
    let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    if descriptor >= 0 { _ = close(descriptor) }
}
