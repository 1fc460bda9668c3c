import Database
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct DatabaseFileTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test func whatCannotBeOpenedThrowsAtOnceAndClosedIsClosed() async throws {
        #expect(kind { _ = try DatabaseWriter(scratch.file("none/a.db")) } == .cannotOpen)
        #expect(kind { _ = try DatabaseReaders(scratch.file("none.db")) } == .cannotOpen)
        let database = try scratch.database()
        try await database.write { try $0.insert(1) }
        database.close()
        database.close()
        #expect(kind { _ = try database.readAndWait { try $0.itemCount } } == .closed)
        #expect(await kind { _ = try await database.read { try $0.itemCount } } == .closed)
        #expect(kind { try database.writeAndWait { try $0.insert(2) } } == .closed)
        #expect(await kind { try await database.write { try $0.insert(2) } } == .closed)
        // The last connection has taken the log with it.
        #expect(try scratch.contents == ["a.db"])
    }

    @Test func whatPreparationThrowsClosesTheFile() throws {
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try DatabaseFile(scratch.file("a.db")) { connection in
                try connection.execute(itemSchema)
                throw Refusal()
            }
        }
        #expect(try scratch.contents == ["a.db"])
    }

    @Test func closingWaitsForWhatWasSubmitted() async throws {
        let database = try scratch.database()
        let gate = Gate()
        database.writer.performLater { _ in gate.wait() }
        let done = Mutex(0)
        let commits = SharedCommits<Int>(database.writer) { owners, connection in
            try? connection.transaction { for owner in owners { try connection.insert(owner) } }
            done.withLock { $0 += owners.count }
            return []
        }
        commits.append(0..<2000)
        gate.open()
        database.close()
        #expect(done.withLock { $0 } == 2000)
        #expect(try Connection(scratch.file("a.db")).itemCount == 2000)
    }

    @Test func aReadSeesOneState() async throws {
        let database = try scratch.database()
        try await database.write { try $0.insert(1) }
        let counts = try database.readAndWait { connection in
            let before = try connection.itemCount
            try database.writeAndWait { try $0.insert(2) }
            return [before, try connection.itemCount]
        }
        #expect(counts == [1, 1])
        #expect(try await database.read { try $0.itemCount } == 2)
        #expect(kind { try database.readAndWait { try $0.insert(3) } } == .readOnly)
        #expect(await kind { try await database.read { try $0.execute("DROP TABLE item") } } == .readOnly)
    }

    @Test func readsGoOnDuringWrites() async throws {
        let database = try scratch.database()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for owner in 0..<200 {
                    // Always two at once.
                    try await database.write { connection in
                        try connection.insert(2 * owner)
                        try connection.insert(2 * owner + 1)
                    }
                }
            }
            // More than there are connections.
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 {
                        let count = try await database.read { try $0.itemCount }
                        #expect(count % 2 == 0)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.read { try $0.itemCount } == 400)
    }

    @Test func aLongReadEndsWithItsTask() async throws {
        let database = try scratch.database(readerCount: 1)
        let (begun, tell) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await database.read { connection in
                tell.finish()
                return try connection.value(endlessQuery, as: Int.self)
            }
        }
        for await _ in begun {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // The connection is free again, and nothing of it sticks.
        #expect(try await database.read { try $0.itemCount } == 0)
    }

    @Test func aReadThatWasCancelledBeforeDoesNotBegin() async throws {
        let database = try scratch.database(readerCount: 1)
        let gate = Gate()
        async let first = database.read { connection in
            gate.wait()
            return try connection.itemCount
        }
        let hasRun = Mutex(false)
        let second = Task { try await database.read { _ in hasRun.withLock { $0 = true } } }
        second.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(!hasRun.withLock { $0 })
        let count = try await first
        #expect(count == 0)
    }

    @Test func closingEndsTheWaitForAReader() async throws {
        let database = try scratch.database(readerCount: 1)
        let gate = Gate()
        let (begun, tell) = AsyncStream<Void>.makeStream()
        async let first = database.read { connection in
            tell.finish()
            gate.wait()
            return try connection.itemCount
        }
        for await _ in begun {}
        let second = Task { try await database.read { try $0.itemCount } }
        database.readers.close()
        #expect(await kind { _ = try await second.value } == .closed)
        gate.open()
        // The one that had begun reads to its end.
        let count = try await first
        #expect(count == 0)
    }

    /// With more threads waiting than the cooperative pool has.
    @Test func noTaskWaitsForTheDisk() async throws {
        let database = try scratch.database(readerCount: 16)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { try await database.read { _ in gate.wait() } } }
            group.addTask { try await database.write { _ in gate.wait() } }
            // Runs although all of them wait.
            group.addTask { for _ in 0..<17 { gate.open() } }
            try await group.waitForAll()
        }
    }
}
