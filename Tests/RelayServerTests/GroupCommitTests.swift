import Database
import Foundation
import RelayAPI
import Synchronization
import Testing
import TestSupport

@testable import RelayServer

struct GroupCommitTests {
    private static func commits(in folder: ScratchDirectory) throws -> (DatabaseReaders, GroupCommit) {
        let path = folder.file("commits.db")
        let writer = try DatabaseWriter(path) {
            try $0.execute("CREATE TABLE number (value INTEGER NOT NULL UNIQUE)")
        }
        return (try DatabaseReaders(path), GroupCommit(writer: writer))
    }

    private static func count(_ readers: DatabaseReaders) async throws -> Int? {
        try await readers.read { try $0.value("SELECT COUNT(*) FROM number") }
    }

    private static func insert(_ value: Int) -> @Sendable (WriteBatch) throws -> Int {
        { batch in
            try batch.database.run("INSERT INTO number (value) VALUES (?)", value)
            return value
        }
    }

    @Test func everyFlushIsFull() throws {
        let folder = try ScratchDirectory()
        let store = try SQLiteRelayStore(path: folder.file("relay.db"))
        let pragmas = try store.writer.performAndWait { database in
            try ["synchronous", "journal_size_limit", "wal_autocheckpoint"].map {
                try database.value("PRAGMA \($0)", as: Int.self)
            }
        }
        // 2 is FULL: the write-ahead log is flushed at every commit.
        #expect(pragmas == [2, SQLiteRelayStore.maxLogByteCount, SQLiteRelayStore.maxLogPageCount])
        let mode = try store.writer.performAndWait { try $0.value("PRAGMA journal_mode", as: String.self) }
        #expect(mode == "wal")
    }

    @Test func writesThatWaitTogetherShareACommit() async throws {
        let folder = try ScratchDirectory()
        let (readers, commits) = try Self.commits(in: folder)
        let first = Gate()
        let order = Mutex<[Int]>([])
        async let blocked: Void = commits.write { _ in first.pass() }
        try await waitUntil { first.isReached }
        for value in 1...100 {
            commits.submit(.now, Self.insert(value)) { result in
                order.withLock { $0.append((try? result.get()) ?? -1) }
            }
        }
        first.open()
        try await blocked
        try await waitUntil { order.withLock { $0.count } == 100 }
        #expect(order.withLock { $0 } == Array(1...100))
        #expect(commits.figures.batches == 2)
        #expect(commits.figures.writes == 101)
        #expect(try await Self.count(readers) == 100)
    }

    @Test func aRefusedWriteLeavesTheOthersAlone() async throws {
        let folder = try ScratchDirectory()
        let (readers, commits) = try Self.commits(in: folder)
        async let kept = commits.write(Self.insert(1))
        await #expect(throws: StoreError.queueFull) {
            try await commits.write { _ in throw StoreError.queueFull }
        }
        #expect(try await kept == 1)
        #expect(try await Self.count(readers) == 1)
    }

    @Test func aFailedCommitIsEverybodysAnswer() async throws {
        let folder = try ScratchDirectory()
        let (readers, commits) = try Self.commits(in: folder)
        let first = Gate()
        let failures = Mutex(0)
        async let blocked: Void = commits.write { _ in first.pass() }
        try await waitUntil { first.isReached }
        // The last one breaks the table's rule, which undoes the whole transaction.
        for value in [1, 2, 3, 3] {
            commits.submit(.now, Self.insert(value)) { result in
                guard case .failure(StoreError.unavailable) = result else { return }
                failures.withLock { $0 += 1 }
            }
        }
        first.open()
        try await blocked
        try await waitUntil { failures.withLock { $0 } == 4 }
        #expect(commits.figures.failedBatches == 1)
        #expect(try await Self.count(readers) == 0)
        #expect(try await commits.write(Self.insert(3)) == 3)
    }

    @Test func answersComeAfterTheCommit() async throws {
        let folder = try ScratchDirectory()
        let (readers, commits) = try Self.commits(in: folder)
        for value in 1...20 {
            _ = try await commits.write(Self.insert(value))
            // Another connection sees a row only once it is committed.
            #expect(try await Self.count(readers) == value)
        }
    }

    @Test func whatIsNotUrgentComesWithTheNextBatchOrSoon() async throws {
        let folder = try ScratchDirectory()
        let (_, commits) = try Self.commits(in: folder)
        let isDone = Mutex(false)
        commits.submit(.soon, Self.insert(1)) { _ in isDone.withLock { $0 = true } }
        try await waitUntil { isDone.withLock { $0 } }
        #expect(commits.figures.batches == 1)

        let first = Gate()
        async let blocked: Void = commits.write { _ in first.pass() }
        try await waitUntil { first.isReached }
        let order = Mutex<[Int]>([])
        commits.submit(.soon, Self.insert(2)) { _ in order.withLock { $0.append(2) } }
        commits.submit(.now, Self.insert(3)) { _ in order.withLock { $0.append(3) } }
        first.open()
        try await blocked
        try await waitUntil { order.withLock { $0.count } == 2 }
        #expect(order.withLock { $0 } == [2, 3])
        #expect(commits.figures.writes == 4)
        #expect(commits.figures.batches == 3)
    }
}

/// Holds a commit up until a test lets it go on.
private final class Gate: Sendable {
    private let reached = Mutex(false)
    private let lock = DispatchSemaphore(value: 0)

    var isReached: Bool { reached.withLock { $0 } }

    func pass() {
        reached.withLock { $0 = true }
        lock.wait()
    }

    func open() { lock.signal() }
}
