/// The changes that make a database what this program expects, each done once and in order.
///
/// Their names stand in the table that GRDB makes, so that files which it has migrated go on here.
package struct Migrations: Sendable {
    private struct Migration: Sendable {
        let name: String
        let body: @Sendable (Connection) throws -> Void
    }

    private var migrations: [Migration] = []

    package init() {}

    /// Adds one; none is ever changed or taken away once a database may have it.
    package mutating func add(_ name: String, _ body: @escaping @Sendable (Connection) throws -> Void) {
        precondition(!names.contains(name), "two migrations are named \(name)")
        migrations.append(Migration(name: name, body: body))
    }

    package mutating func add(_ name: String, sql: String) { add(name) { try $0.execute(sql) } }

    package var names: [String] { migrations.map(\.name) }

    /// Whether a later version of the program has changed the database.
    package func isSuperseded(_ connection: Connection) throws -> Bool {
        try !applied(connection).isSubset(of: names)
    }

    package func isComplete(_ connection: Connection) throws -> Bool {
        try applied(connection).isSuperset(of: names)
    }

    /// Does what is still to be done, each migration in a transaction of its own.
    package func migrate(_ connection: Connection) throws {
        guard try !isComplete(connection) else { return }
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        // Tables may be replaced that others refer to; whether all is right again is checked at the end of each.
        try connection.set("foreign_keys", to: 0)
        defer { try? connection.set("foreign_keys", to: 1) }
        for migration in migrations {
            try connection.transaction {
                // Asked here, where nobody else can be migrating.
                guard try !applied(connection).contains(migration.name) else { return }
                try migration.body(connection)
                if let table: String = try connection.value("PRAGMA foreign_key_check") {
                    throw connection.handle.error(
                        .constraint(.foreignKey),
                        "\(migration.name) leaves a row of \(table) that refers to none")
                }
                try connection.run("INSERT INTO grdb_migrations (identifier) VALUES (?)", migration.name)
            }
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
