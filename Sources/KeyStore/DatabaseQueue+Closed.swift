import GRDB

/// The store was closed while somebody still used it.
struct ClosedDatabase: Error {}

/// Accesses that a closed database fails with an error. GRDB hands SQLite a connection that is no more, which ends the
/// process.
extension DatabaseQueue {
    func readWhileOpen<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try unsafeRead { try $0.snapshotWhileOpen(body) }
    }

    func readWhileOpen<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
        try await unsafeRead { try $0.snapshotWhileOpen(body) }
    }

    func writeWhileOpen(_ body: (Database) throws -> Void) throws {
        try writeWithoutTransaction { database in
            guard database.sqliteConnection != nil else { throw ClosedDatabase() }
            try database.inTransaction {
                try body(database)
                return .commit
            }
        }
    }
}

extension Database {
    /// Reads from one state of the database.
    fileprivate func snapshotWhileOpen<Value>(_ body: (Database) throws -> Value) throws -> Value {
        guard sqliteConnection != nil else { throw ClosedDatabase() }
        return try readOnly {
            try beginTransaction(.deferred)
            defer { try? rollback() }
            return try body(self)
        }
    }
}
