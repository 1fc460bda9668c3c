import Database
import Foundation

/// A database whose bytes the input alters, in the file or in the log beside it: what is wrong is thrown, and never traps.
///
/// An input is read by threes: a place in two bytes, and which bits of it change.
enum DamagedDatabase {
    private static let path =
        NSTemporaryDirectory() + "/fuzz-\(ProcessInfo.processInfo.processIdentifier).sqlite"
    private static let sound = try? make()

    private static let schema = """
        CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size REAL, bytes BLOB,
            parent INTEGER REFERENCES items (id) ON DELETE CASCADE) STRICT;
        CREATE TABLE pairs (a TEXT, b ANY, PRIMARY KEY (a, b)) WITHOUT ROWID;
        """

    /// Small pages, so that there are trees, overflow chains and a free list in few bytes.
    private static func make() throws -> (file: [UInt8], log: [UInt8]) {
        let connection = try Connection(path)
        try connection.setJournalMode("delete")
        try connection.execute("PRAGMA page_size = 512; VACUUM")
        try connection.setJournalMode("wal")
        try migrate(connection)
        for id in 1...40 {
            let bytes = [UInt8](repeating: UInt8(id), count: id * id)
            try connection.run(
                "INSERT INTO items VALUES (?, ?, ?, ?, ?)", id, "item \(id)", Double(id) / 2, bytes,
                id > 1 ? id / 2 : nil)
            try connection.run("INSERT INTO pairs VALUES (?, ?)", "pair \(id)", id)
        }
        try connection.run("DELETE FROM items WHERE id > 30")
        try connection.checkpoint(.truncate)
        try connection.run("INSERT INTO pairs VALUES ('logged', 3.5)")
        return (
            [UInt8](try Data(contentsOf: URL(filePath: path))),
            [UInt8](try Data(contentsOf: URL(filePath: path + "-wal")))
        )
    }

    private static func migrate(_ connection: Connection) throws {
        var migrations = Migrations()
        migrations.add("v1", sql: schema)
        try migrations.migrate(connection)
    }

    static func run(_ input: [UInt8]) {
        guard let sound else { preconditionFailure("no database can be made") }
        var bytes = sound.file + sound.log
        for start in stride(from: 0, to: input.count - 2, by: 3) {
            bytes[(Int(input[start]) << 8 | Int(input[start + 1])) % bytes.count] ^= input[start + 2]
        }
        let manager = FileManager.default
        guard manager.createFile(atPath: path, contents: Data(bytes.prefix(sound.file.count))),
            manager.createFile(atPath: path + "-wal", contents: Data(bytes.dropFirst(sound.file.count)))
        else { preconditionFailure("\(path) cannot be written") }
        try? manager.removeItem(atPath: path + "-shm")
        do {
            let file = try DatabaseFile(path, readerCount: 1, prepare: migrate)
            defer { file.close() }
            // All of them, whichever fails.
            let results = [
                Result { try file.readAndWait(read) }, Result { try file.writeAndWait(write) },
                Result { try file.readAndWait(read) },
                Result {
                    try file.writer.performAndWait { try $0.backUp(to: Connection(Connection.memory)) }
                },
            ]
            for result in results { try result.get() }
        } catch {
            precondition(error is DatabaseError || error is LaterVersion, "it throws \(type(of: error))")
            precondition(bytes != sound.file + sound.log, "a sound database is rejected: \(error)")
        }
    }

    private static func read(_ connection: Connection) throws {
        let problems = try connection.problems(limit: 5)
        precondition(problems.count <= 5, "more problems than were asked for")
        for sql in ["SELECT * FROM items", "SELECT b, a FROM pairs ORDER BY b"] {
            try connection.each(sql) { row in
                for column in 0..<5 {
                    let _: UInt8? = try? row[column]
                    let _: Double? = try? row[column]
                    let _: String? = try? row[column]
                    let _: Data? = try? row[column]
                    _ = try? row.bytes(column) { $0.byteCount }
                }
                let _: [UInt8]? = try? row["bytes"]
                return true
            }
        }
    }

    private static func write(_ connection: Connection) throws {
        let bytes = [UInt8](repeating: 1, count: 900)
        try connection.run("UPDATE items SET bytes = ?, size = 1 WHERE id % 3 = 0", bytes)
        try connection.run("DELETE FROM items WHERE id = 5")
        try connection.run("INSERT INTO pairs VALUES ('new', ?)", bytes)
    }

    static let seeds: [(name: String, bytes: [UInt8])] = [
        ("version", [0, 18, 3, 0, 19, 3]), ("schema", [0, 200, 1]), ("log", [255, 0, 1]),
        ("pages", (2..<40).flatMap { [$0, 0, 15] }),
    ]
}
