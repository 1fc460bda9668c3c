import Foundation
import GRDB
import Testing
import TestSupport

@testable import RelayServer

struct CheckpointTests {
    private struct Log {
        let path: String
        let pool: DatabasePool

        init(in folder: ScratchDirectory) throws {
            path = folder.file("log.db")
            pool = try DatabasePool(path: path)
            try pool.writeWithoutTransaction { database in
                try database.execute(
                    sql: "PRAGMA wal_autocheckpoint = 0; CREATE TABLE number (value INTEGER NOT NULL)")
            }
        }

        func write(_ count: Int) throws {
            try pool.write { database in
                for value in 0..<count {
                    try database.execute(sql: "INSERT INTO number (value) VALUES (?)", arguments: [value])
                }
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
        let checkpoints = try Checkpoints(path: log.path)
        try log.write(100)
        let generation = try log.generation()

        checkpoints.committed(writeCount: Checkpoints.writeCount - 1)
        checkpoints.finish(on: log.pool)
        try log.write(1)
        #expect(try log.generation() == generation)

        checkpoints.committed(writeCount: 1)
        try await waitUntil {
            checkpoints.finish(on: log.pool)
            try log.write(1)
            return try log.generation() > generation
        }
        let rows = try await log.pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM number") ?? 0 }
        #expect(rows > 100)
    }

    @Test func aReaderThatStaysDoesNotStopTheWriter() async throws {
        let folder = try ScratchDirectory()
        let log = try Log(in: folder)
        let checkpoints = try Checkpoints(path: log.path)
        try log.write(100)
        let reading = try log.pool.makeSnapshot()
        checkpoints.committed(writeCount: Checkpoints.writeCount)
        for _ in 0..<50 {
            checkpoints.finish(on: log.pool)
            try log.write(1)
        }
        #expect(try await reading.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM number") } == 100)
        #expect(try await log.pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM number") } == 150)
    }
}
