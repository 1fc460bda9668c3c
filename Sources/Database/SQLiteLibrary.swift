import CSQLite

/// The library behind `Database`, for people who ask what they run on.
package enum SQLiteLibrary {
    /// As the loaded library reports itself.
    package static var version: String { String(cString: sqlite3_libversion()) }
}
