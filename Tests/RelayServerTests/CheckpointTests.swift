import Foundation
import Testing
import TestSupport

@testable import Database

struct CheckpointTests {
    private struct Log {
        let path: String
        let connection: Connection

        init(in folder: ScratchDirectory) throws {
            path = folder.file("log.db")
            var options = Connection.Options()
            options.checkpointPageCount = 0
            connection = try Connection(path, options)
            try connection.execute("CREATE TABLE number (value INTEGER NOT NULL)")
        }

        func write(_ count: Int) throws {
            try connection.transaction {
                for value in 0..<count { try connection.run("INSERT INTO number (value) VALUES (?)", value) }
            }
        }

        /// How often the log began anew (SQLite's file format, "WAL Header Format").
        func generation() throws -> UInt32 {
            let header = try Data(contentsOf: URL(filePath: path + "-wal")).prefix(16)
            return header.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    @Test func theLogBeginsAnewBesideTheCommits() async throws {
        let folder = try ScratchDirectory()
        let log = try Log(in: folder)
        let checkpoints = try Checkpoints(log.path, every: 100)
        try log.write(100)
        let generation = try log.generation()

        checkpoints.committed(99)
        checkpoints.finish(on: log.connection)
        try log.write(1)
        #expect(try log.generation() == generation)

        checkpoints.committed(1)
        try await waitUntil {
            checkpoints.finish(on: log.connection)
            try log.write(1)
            return try log.generation() > generation
        }
        let rows: Int? = try log.connection.value("SELECT COUNT(*) FROM number")
        #expect(try #require(rows) > 100)
    }

    @Test func aReaderThatStaysDoesNotStopTheWriter() async throws {
        let folder = try ScratchDirectory()
        let log = try Log(in: folder)
        let checkpoints = try Checkpoints(log.path, every: 100)
        try log.write(100)
        let reader = try Connection(log.path)
        let query = "SELECT COUNT(*) FROM number"
        try reader.execute("BEGIN")
        #expect(try reader.value(query, as: Int.self) == 100)
        checkpoints.committed(100)
        for _ in 0..<50 {
            checkpoints.finish(on: log.connection)
            try log.write(1)
        }
        #expect(try reader.value(query, as: Int.self) == 100)
        #expect(try log.connection.value(query, as: Int.self) == 150)
    }
}
