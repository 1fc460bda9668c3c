import Database
import Foundation
import TestSupport
import Testing

@Suite struct ConnectionTests {
    private func memory() throws -> Connection {
        let connection = try Connection(Connection.memory)
        try connection.execute(itemSchema)
        return connection
    }

    @Test func valuesComeBackAsTheyWere() throws {
        let database = try memory()
        try database.execute("CREATE TABLE v (i INTEGER, r REAL, t TEXT, b BLOB, d BLOB, n TEXT) STRICT")
        try database.run(
            "INSERT INTO v VALUES (?, ?, ?, ?, ?, ?)", Int64.min, 0.1, "grün\0x", [UInt8](), Data([0, 255]),
            String?.none)
        let texts = try database.first("SELECT * FROM v") { row in
            let (number, real, text): (Int64, Double, String) = try (row["i"], row["r"], row["t"])
            let none: String? = try row["n"]
            return "\(number) \(real) \(text) \(none ?? "nil")"
        }
        #expect(texts == "\(Int64.min) 0.1 grün\0x nil")
        let bytes = try database.first("SELECT b, d FROM v") { row in
            (try row[0] as [UInt8], try row["d"] as Data?, try row.bytes(1) { $0.byteCount })
        }
        #expect(try #require(bytes) == ([], Data([0, 255]), 2))
        #expect(try database.value("SELECT ?1 + ?1", 21) == 42)
        #expect(try database.value("SELECT length(?)", "") == 0)
        #expect(try database.value("SELECT ?", Int?.none, as: Int?.self) == .some(nil))
        #expect(try database.value("SELECT owner FROM item", as: Int.self) == nil)
    }

    @Test func numbersAreReadWhereTheyFit() throws {
        let database = try memory()
        #expect(try database.value("SELECT 255") == UInt8.max)
        #expect(kind { _ = try database.value("SELECT 256", as: UInt8.self) } == .mismatch)
        #expect(kind { _ = try database.value("SELECT -1", as: UInt8.self) } == .mismatch)
        #expect(try database.value("SELECT ?", Int64.max) == Int64.max)
        #expect(try database.value("SELECT 1", as: Double.self) == 1)
        #expect(kind { _ = try database.value("SELECT 1.0", as: Int.self) } == .mismatch)
        #expect(try database.value("SELECT ?", Double.nan, as: Double?.self) == .some(nil))
    }

    @Test func wrongUseIsAnErrorThatSaysWhere() throws {
        let database = try memory()
        try database.insert(1)
        #expect(kind { _ = try database.value("SELECT owner FROM item", as: String.self) } == .mismatch)
        #expect(kind { _ = try database.value("SELECT NULL", as: Int.self) } == .mismatch)
        #expect(kind { _ = try database.first("SELECT 1") { try $0[1] as Int } } == .mismatch)
        #expect(kind { _ = try database.first("SELECT 1") { try $0[-1] as Int } } == .mismatch)
        #expect(kind { _ = try database.first("SELECT 1") { try $0["none"] as Int } } == .mismatch)
        #expect(kind { try database.run("DELETE FROM item WHERE id = ?") } == .other)
        #expect(kind { try database.run("DELETE FROM item WHERE id = ?", 1, 2) } == .other)
        #expect(kind { try database.run("") } == .other)
        #expect(kind { try database.run("SELEC 1") } == .other)
        let unique = kind { try database.run("INSERT INTO item (owner, body) VALUES (1, x'')") }
        #expect(unique == .constraint(.unique))
        let text = kind { try database.run("INSERT INTO item (owner, body) VALUES (2, 'text')") }
        #expect(text == .constraint(.dataType))
        let null = kind { try database.run("INSERT INTO item (owner, body) VALUES (2, NULL)") }
        #expect(null == .constraint(.notNull))
        // SQLite would take "x" for a text where there is no such column.
        #expect(kind { _ = try database.exists("SELECT 1 FROM item WHERE owner = \"x\"") } == .other)
        #expect(try database.itemCount == 1)
    }

    @Test func errorsHoldTheStatementAndNoArgument() throws {
        let database = try memory()
        do {
            try database.run("INSERT INTO item (owner, body) VALUES (?, ?)", 1, "secret")
            Issue.record("a text was accepted as a blob")
        } catch {
            #expect(error.sql == "INSERT INTO item (owner, body) VALUES (?, ?)")
            #expect(!"\(error)".contains("secret"))
            #expect("\(error)".hasPrefix(":memory: rejects a value (SQLite 3091: "))
        }
    }

    @Test func whatThrowsLeavesNothing() throws {
        struct Refusal: Error {}
        let database = try memory()
        #expect(throws: Refusal.self) {
            try database.transaction {
                try database.insert(1)
                throw Refusal()
            }
        }
        #expect(!database.isInTransaction)
        #expect(try database.itemCount == 0)
        try database.transaction {
            try database.insert(1)
            #expect(throws: Refusal.self) {
                try database.savepoint {
                    try database.insert(2)
                    throw Refusal()
                }
            }
            #expect(kind { try database.savepoint { try database.insert(1) } } == .constraint(.unique))
            try database.insert(3)
        }
        #expect(try database.owners == [1, 3])
    }

    @Test func aStatementRunsWithinItself() throws {
        let database = try memory()
        for owner in 1...3 { try database.insert(owner) }
        let sql = "SELECT owner FROM item ORDER BY owner"
        let pairs = try database.all(sql) { row in
            let outer: Int = try row[0]
            return try database.all(sql) { inner in [outer, try inner[0] as Int] }
        }
        #expect(pairs.flatMap(\.self).count == 9)
        #expect(pairs[2][1] == [3, 2])
        let statement = try database.statement(sql)
        #expect(kind { try statement.each { _ in try statement.run() > 0 } } == .other)
    }

    @Test func readingEndsWhereItIsToldTo() throws {
        let database = try memory()
        for owner in 1...3 { try database.insert(owner) }
        var seen: [Int] = []
        try database.each("SELECT owner FROM item ORDER BY owner") { row in
            seen.append(try row[0])
            return seen.count < 2
        }
        #expect(seen == [1, 2])
        // Nothing is left running that would hold a lock.
        try database.execute("DROP TABLE item")
    }

    @Test func changesAreCounted() throws {
        let database = try memory()
        for owner in 1...3 { try database.insert(owner) }
        #expect(try database.run("DELETE FROM item WHERE owner < ?", 3) == 2)
        #expect(try database.run("INSERT OR IGNORE INTO item (owner, body) VALUES (3, x'')") == 0)
        // A statement that writes runs to its end, however few of its rows are read.
        #expect(
            try database.value("INSERT INTO item (owner, body) VALUES (4, x''), (5, x'') RETURNING owner")
                == 4)
        #expect(try database.owners == [3, 4, 5])
    }

    @Test func columnsAreThoseOfTheTableAsItIsNow() throws {
        let database = try memory()
        try database.insert(1)
        let sql = "SELECT * FROM item"
        #expect(try database.first(sql) { try $0["owner"] } == 1)
        try database.execute(
            "ALTER TABLE item DROP COLUMN body; ALTER TABLE item ADD COLUMN note TEXT DEFAULT 'new'")
        #expect(try database.first(sql) { try $0["note"] } == "new")
    }

    @Test func manyStatementsAreMoreThanAreKept() throws {
        let database = try memory()
        for number in 0..<600 { #expect(try database.value("SELECT \(number)") == number) }
        #expect(try database.value("SELECT 0") == 0)
    }

    @Test func settingsAreWhatWasAskedFor() throws {
        let scratch = try ScratchDirectory()
        var options = Connection.Options()
        (options.synchronous, options.maxLogByteCount, options.checkpointPageCount) = (.normal, 1 << 20, 50)
        options.deletesSecurely = false
        let database = try Connection(scratch.file("a.db"), options)
        func pragmas(_ database: Connection) throws -> [Int] {
            try ["synchronous", "foreign_keys", "secure_delete", "journal_size_limit", "wal_autocheckpoint"]
                .map {
                    try database.value("PRAGMA \($0)") ?? -1
                }
        }
        #expect(try database.value("PRAGMA journal_mode") == "wal")
        #expect(try pragmas(database) == [1, 1, 0, 1 << 20, 50])
        #expect(kind { try database.set("no_such_pragma", to: 1) } == .other)
        #expect(kind { try database.setJournalMode("no_such_mode") } == .other)
        let plain = try Connection(scratch.file("b.db"))
        #expect(try pragmas(plain) == [2, 1, 1, -1, 1000])
    }

    @Test func afterCloseEverythingFails() throws {
        let scratch = try ScratchDirectory()
        let database = try Connection(scratch.file("a.db"))
        try database.execute(itemSchema)
        try database.transaction { for owner in 1...3 { try database.insert(owner) } }
        let statement = try database.statement("SELECT COUNT(*) FROM item")
        // In the middle of reading too.
        let reading = kind {
            try database.each("SELECT owner FROM item") { _ in
                database.close()
                return true
            }
        }
        #expect(reading == .closed)
        database.close()
        #expect(database.isClosed)
        #expect(kind { try statement.run() } == .closed)
        #expect(kind { try database.insert(1) } == .closed)
        #expect(kind { try database.transaction {} } == .closed)
        #expect(kind { try database.checkpoint(.passive) } == .closed)
        #expect(kind { _ = try database.problems() } == .closed)
        #expect(kind { try database.backUp(to: Connection(Connection.memory)) } == .closed)
        let open = try Connection(Connection.memory)
        #expect(kind { try open.backUp(to: database) } == .closed)
    }

    @Test func closedInATransaction() throws {
        let scratch = try ScratchDirectory()
        let database = try Connection(scratch.file("a.db"))
        try database.execute(itemSchema)
        let error = kind {
            try database.transaction {
                try database.insert(1)
                database.close()
            }
        }
        #expect(error == .closed)
        #expect(try Connection(scratch.file("a.db")).itemCount == 0)
    }
}
