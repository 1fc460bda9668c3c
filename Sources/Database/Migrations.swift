/// The schema changes that this program requires, each applied once and in order.
/// ```swift
/// var migrations = Migrations()
/// migrations.add("v1 users", sql: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
/// migrations.add("v2 age", sql: "ALTER TABLE users ADD COLUMN age INTEGER")
/// try migrations.migrate(connection)
/// ```
/// Applied migrations are recorded by name in the table `grdb_migrations`. The name is historical: the first versions
/// of the program used another library, and their files must still open.
package struct Migrations: Sendable {
    private struct Migration: Sendable {
        let name: String
        let body: @Sendable (Connection) throws -> Void
    }

    private var migrations: [Migration] = []

    package init() {}

    /// Adds a migration. Once released, a migration is never changed or removed.
    package mutating func add(_ name: String, _ body: @escaping @Sendable (Connection) throws -> Void) {
        precondition(!names.contains(name), "two migrations are named \(name)")
        migrations.append(Migration(name: name, body: body))
    }

    package mutating func add(_ name: String, sql: String) { add(name) { try $0.execute(sql) } }

    package var names: [String] { migrations.map(\.name) }

    /// Whether all migrations are applied.
    package func isComplete(_ connection: Connection) throws -> Bool {
        try applied(connection).isSuperset(of: names)
    }

    /// - Throws: `LaterVersion` if the database has an unknown migration.
    package func rejectLaterVersion(_ connection: Connection) throws {
        guard try applied(connection).isSubset(of: names) else { throw LaterVersion() }
    }

    /// Applies the missing migrations in one transaction: if any of them fails, the database is unchanged, and the
    /// version of the program that wrote it can still use it.
    ///
    /// - Throws: `LaterVersion`, `DatabaseError`, and the errors of migrations. Nothing is changed then.
    package func migrate(_ connection: Connection) throws {
        try rejectLaterVersion(connection)
        guard try !isComplete(connection) else { return }
        // A migration may replace a table that others refer to. All references are checked at the end.
        try connection.set("foreign_keys", to: 0)
        let result = Result { try connection.transaction { try migrateInTransaction(connection) } }
        try connection.set("foreign_keys", to: 1)
        try result.get()
    }

    private func migrateInTransaction(_ connection: Connection) throws {
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        // Checked again, now that no other process can be migrating.
        try rejectLaterVersion(connection)
        let applied = try applied(connection)
        for migration in migrations where !applied.contains(migration.name) {
            try migration.body(connection)
            if let table: String = try connection.value("PRAGMA foreign_key_check") {
                throw connection.handle.error(
                    .constraint(.foreignKey),
                    "the migration \(migration.name) leaves a row in \(table) that refers to a missing one")
            }
            try connection.run("INSERT INTO grdb_migrations (identifier) VALUES (?)", migration.name)
        }
    }

    private func applied(_ connection: Connection) throws -> Set<String> {
        guard try connection.hasTable("grdb_migrations") else { return [] }
        return Set(try connection.values("SELECT identifier FROM grdb_migrations"))
    }
}

extension Connection {
    package func hasTable(_ name: String) throws -> Bool {
        try exists("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name)
    }
}
