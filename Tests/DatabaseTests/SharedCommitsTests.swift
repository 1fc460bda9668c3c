import Database
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct SharedCommitsTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    /// What each commit was given.
    private final class Batches: Sendable {
        private let state = Mutex<(batches: [[Int]], failures: Int)>(([], 0))

        init(failures: Int = 0) { state.withLock { $0.failures = failures } }

        var all: [[Int]] { state.withLock { $0.batches } }

        /// Says whether this one fails.
        func add(_ batch: [Int]) -> Bool {
            state.withLock { state in
                state.batches.append(batch)
                state.failures -= 1
                return state.failures >= 0
            }
        }
    }

    /// Keeps the writer busy while `body` runs, and returns when all is done that was submitted.
    private func gathering(_ writer: DatabaseWriter, _ body: () -> Void) async throws {
        let gate = Gate()
        writer.performLater { _ in gate.wait() }
        body()
        gate.open()
        try await writer.perform { _ in }
    }

    @Test(arguments: [1, 511, 512, 513, 1025]) func batchesHaveAnUpperLimit(count: Int) async throws {
        let writer = try scratch.writer()
        let batches = Batches()
        let commits = SharedCommits<Int>(writer) { numbers, _ in
            _ = batches.add(numbers)
            return []
        }
        commits.append([])
        try await gathering(writer) { commits.append(Array(0..<count)) }
        #expect(batches.all.flatMap(\.self) == Array(0..<count))
        #expect(
            batches.all.map(\.count) == Array(repeating: 512, count: count / 512)
                + [count % 512].filter { $0 > 0 })
    }

    @Test func whatNobodyWaitsForGoesWithTheNext() async throws {
        let writer = try scratch.writer()
        let batches = Batches()
        let commits = SharedCommits<Int>(writer) { numbers, _ in
            _ = batches.add(numbers)
            return []
        }
        try await gathering(writer) {
            commits.append(1, .soon)
            commits.append(2)
            commits.append(3, .soon)
        }
        #expect(batches.all == [[1, 2, 3]])
    }

    @Test func whatNobodyWaitsForGoesSoonAlone() async throws {
        let writer = try scratch.writer()
        let (stream, told) = AsyncStream<[Int]>.makeStream()
        let commits = SharedCommits<Int>(writer) { numbers, _ in
            told.yield(numbers)
            return []
        }
        commits.append(1, .soon)
        var seen = stream.makeAsyncIterator()
        #expect(await seen.next() == [1])
        commits.append(2, .soon)
        #expect(await seen.next() == [2])
    }

    /// A flush of its own for each would cost as much as that of the batch before it.
    @Test func whatNobodyWaitsForDoesNotFollowABatchAtOnce() async throws {
        let writer = try scratch.writer()
        let batches = Batches()
        let (begun, go) = (Gate(), Gate())
        let (stream, told) = AsyncStream<[Int]>.makeStream()
        let commits = SharedCommits<Int>(writer) { numbers, _ in
            if numbers == [1] {
                begun.open()
                go.wait()
            }
            _ = batches.add(numbers)
            told.yield(numbers)
            return []
        }
        commits.append(1)
        begun.wait()
        commits.append(2, .soon)
        let behind = Mutex<[[Int]]>([])
        writer.performLater { _ in behind.withLock { $0 = batches.all } }
        go.open()
        var seen = stream.makeAsyncIterator()
        #expect(await seen.next() == [1])
        #expect(await seen.next() == [2])
        #expect(behind.withLock(\.self) == [[1]])
    }

    @Test func whatFailedIsTriedAgainBeforeAnythingLater() async throws {
        let writer = try scratch.writer()
        let batches = Batches(failures: 2)
        let commits = SharedCommits<Int>(writer) { numbers, _ in
            // Even numbers are waited for: their callers are told of the failure.
            batches.add(numbers) ? numbers.filter { $0 % 2 == 1 } : []
        }
        try await gathering(writer) { commits.append([1, 2, 3]) }
        try await gathering(writer) { commits.append([4]) }
        try await gathering(writer) { commits.append([5]) }
        #expect(batches.all == [[1, 2, 3], [1, 3], [1, 3], [4], [5]])
    }

    @Test func whatFailedIsTriedAgainWithoutCompany() async throws {
        let writer = try scratch.writer()
        let batches = Batches(failures: 1)
        let (stream, told) = AsyncStream<[Int]>.makeStream()
        let commits = SharedCommits<Int>(writer) { numbers, _ in
            told.yield(numbers)
            return batches.add(numbers) ? numbers : []
        }
        commits.append(1)
        var seen = stream.makeAsyncIterator()
        #expect(await seen.next() == [1])
        #expect(await seen.next() == [1])
    }

    @Test func aClosedFileIsNotTriedAgain() async throws {
        let writer = try scratch.writer()
        let batches = Batches(failures: .max)
        let commits = SharedCommits<Int>(writer) { numbers, _ in batches.add(numbers) ? numbers : [] }
        writer.close()
        commits.append(1)
        try await writer.perform { _ in }
        commits.append(2)
        try await writer.perform { _ in }
        #expect(batches.all == [[1], [2]])
    }

    @Test func writesThatWaitShareATransactionAndFailAlone() async throws {
        let database = try scratch.database()
        let gate = Gate()
        database.writer.performLater { _ in gate.wait() }
        // The one that comes twice fails; the first of its name and all others are written.
        async let answers = withTaskGroup(of: Int?.self) { group in
            for owner in [1, 2, 2] + Array(3...100) {
                group.addTask {
                    try? await database.write { connection in
                        try connection.insert(owner)
                        return owner
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        gate.open()
        let owners = await answers.compactMap(\.self).sorted()
        #expect(owners == Array(1...100))
        #expect(try await database.read { try $0.owners } == Array(1...100))
    }

    @Test func oneThatUndoesTheTransactionTakesNobodyAlong() async throws {
        struct Refusal: Error {}
        let database = try scratch.database()
        let gate = Gate()
        database.writer.performLater { _ in gate.wait() }
        async let first: Void = database.write { try $0.insert(1) }
        let breaker = Task {
            try await database.write { connection in
                try connection.insert(2)
                try connection.execute("ROLLBACK")
                throw Refusal()
            }
        }
        async let last: Void = database.write { try $0.insert(3) }
        gate.open()
        try await first
        await #expect(throws: Refusal.self) { try await breaker.value }
        try await last
        #expect(try await database.read { try $0.owners } == [1, 3])
    }

    @Test func allOfABatchWaitOnceForALockThatOthersHold() async throws {
        var options = Connection.Options()
        options.busyTimeout = .seconds(1)
        let writer = try DatabaseWriter(scratch.file("a.db"), options) { try $0.execute(itemSchema) }
        let commits = SharedCommits<AwaitedWrite<Connection>>(writer, begin: { $0 })
        let other = try Connection(scratch.file("a.db"))
        try other.execute("BEGIN IMMEDIATE")
        let gate = Gate()
        writer.performLater { _ in gate.wait() }
        async let kinds = withTaskGroup(of: DatabaseError.Kind?.self) { group in
            for owner in 0..<30 {
                group.addTask { await kind { try await commits.write { try $0.insert(owner) } } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let start = ContinuousClock.now
        gate.open()
        #expect(await kinds == Array(repeating: .busy, count: 30))
        // One after the other they would take 30 s; a few may come too late for the batch.
        #expect(start.duration(to: .now) < .seconds(15))
        try other.execute("ROLLBACK")
        try await commits.write { try $0.insert(1) }
    }

    @Test func aCancelledTaskHasWritten() async throws {
        let database = try scratch.database()
        let gate = Gate()
        database.writer.performLater { _ in gate.wait() }
        let task = Task { try await database.write { try $0.insert(1) } }
        task.cancel()
        gate.open()
        try await task.value
        #expect(try await database.read { try $0.owners } == [1])
    }

    @Test func theLogIsFoldedBackBesideTheCommits() async throws {
        let writer = try DatabaseWriter(scratch.file("a.db"), checkpointsEvery: 64) { connection in
            try connection.execute(itemSchema)
            // The commits do not do it themselves.
            try connection.set("wal_autocheckpoint", to: 0)
        }
        let commits = SharedCommits<AwaitedWrite<Connection>>(writer, begin: { $0 })
        for owner in 0..<1000 { try await commits.write { try $0.insert(owner, 4000) } }
        let log = try FileManager.default.attributesOfItem(atPath: scratch.file("a.db-wal"))[.size] as? Int
        // Without it there are 8 MiB.
        #expect(try #require(log) < 4 << 20)
        writer.close()
        #expect(try Connection(scratch.file("a.db")).itemCount == 1000)
    }
}
