import Database
import Foundation
import TestSupport
import Testing

@Suite struct MigrationTests {
    private static func migrations(_ count: Int = 3) -> Migrations {
        var migrations = Migrations()
        let all = [
            "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER NOT NULL REFERENCES a)",
            "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)",
            "ALTER TABLE a ADD COLUMN note TEXT",
        ]
        for (number, sql) in all.prefix(count).enumerated() { migrations.add("v\(number + 1)", sql: sql) }
        return migrations
    }

    private func identifiers(_ database: Connection) throws -> [String] {
        try database.values("SELECT identifier FROM grdb_migrations ORDER BY 1")
    }

    /// Everything that the file holds.
    private func contents(_ database: Connection) throws -> [String] {
        try database.values("SELECT name || coalesce(sql, '') FROM sqlite_schema ORDER BY name")
    }

    @Test(arguments: 0...3) func eachVersionBecomesTheLast(version: Int) throws {
        let database = try Connection(Connection.memory)
        try Self.migrations(version).migrate(database)
        let migrations = Self.migrations()
        #expect(try migrations.isComplete(database) == (version == 3))
        try migrations.migrate(database)
        #expect(try migrations.isComplete(database))
        #expect(try identifiers(database) == ["v1", "v2", "v3"])
        #expect(try database.value("SELECT COUNT(*) FROM b") == 1)
        #expect(try database.exists("SELECT note FROM a"))
        #expect(try database.value("PRAGMA foreign_keys") == 1)
        // Once is enough.
        try migrations.migrate(database)
        #expect(try database.value("SELECT COUNT(*) FROM b") == 1)
    }

    @Test func theTableIsTheOneOfEarlierVersions() throws {
        let database = try Connection(Connection.memory)
        try Self.migrations(1).migrate(database)
        #expect(
            try database.value("SELECT sql FROM sqlite_schema WHERE name = 'grdb_migrations'")
                == "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
    }

    @Test func oneThatFailsLeavesTheFileAsItWas() throws {
        struct Refusal: Error {}
        let database = try Connection(Connection.memory)
        try Self.migrations(1).migrate(database)
        let before = try contents(database)
        var throwing = Self.migrations()
        throwing.add("v4") { connection in
            try connection.execute("DROP TABLE b")
            throw Refusal()
        }
        #expect(throws: Refusal.self) { try throwing.migrate(database) }
        var broken = Self.migrations()
        broken.add("v4", sql: "DELETE FROM a")
        #expect(kind { try broken.migrate(database) } == .constraint(.foreignKey))
        var wrong = Self.migrations()
        wrong.add("v4", sql: "CREATE TABLE c (id INTEGER); NO SQL")
        #expect(kind { try wrong.migrate(database) } == .other)
        #expect(try contents(database) == before)
        #expect(try identifiers(database) == ["v1"])
        #expect(try database.value("PRAGMA foreign_keys") == 1)
        // The program that made it goes on with it.
        try Self.migrations(1).migrate(database)
    }

    @Test func aTableThatOthersReferToIsReplaced() throws {
        let database = try Connection(Connection.memory)
        try Self.migrations().migrate(database)
        var migrations = Self.migrations()
        migrations.add(
            "v4",
            sql:
                "CREATE TABLE new (id INTEGER PRIMARY KEY); INSERT INTO new SELECT id FROM a; DROP TABLE a; ALTER TABLE new RENAME TO a"
        )
        try migrations.migrate(database)
        #expect(try database.value("SELECT a.id FROM b JOIN a ON a.id = b.a") == 1)
        #expect(kind { try database.run("DELETE FROM a") } == .constraint(.foreignKey))
    }

    @Test func aLaterVersionIsLeftAlone() throws {
        let database = try Connection(Connection.memory)
        try Self.migrations(2).migrate(database)
        try database.run("INSERT INTO grdb_migrations VALUES ('v99 of a later version')")
        let before = try contents(database)
        #expect(throws: LaterVersion()) { try Self.migrations().migrate(database) }
        #expect(throws: LaterVersion()) { try Self.migrations().rejectLaterVersion(database) }
        #expect(try contents(database) == before)
        #expect(try identifiers(database) == ["v1", "v2", "v99 of a later version"])
    }

    @Test func twoThatMigrateAtOnceDoItOnce() async throws {
        let scratch = try ScratchDirectory()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    _ = try DatabaseWriter(scratch.file("a.db"), prepare: Self.migrations().migrate)
                }
            }
            try await group.waitForAll()
        }
        #expect(try Connection(scratch.file("a.db")).value("SELECT COUNT(*) FROM b") == 1)
    }
}
