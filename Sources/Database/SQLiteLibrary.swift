import CSQLite

/// The version of the SQLite library in use.
package enum SQLiteLibrary {
    /// As reported by the loaded library.
    package static var version: String { String(cString: sqlite3_libversion()) }
}
