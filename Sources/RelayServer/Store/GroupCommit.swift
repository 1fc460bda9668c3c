import Dispatch
import GRDB
import Synchronization

/// Runs the writes that wait at the same time in one transaction, because a commit costs a disk flush however much it
/// holds.
final class GroupCommit: Sendable {
    private struct Job: Sendable {
        /// Does its part inside the transaction and keeps what came of it.
        let run: @Sendable (Database) -> Void
        /// Answers the waiting caller: with what came of it, or with the failure of the whole transaction.
        let finish: @Sendable (_ failure: (any Error)?) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isRunning = false
    }

    /// Bounds how long the first of a batch waits for the last.
    static let maxBatchCount = 512

    private let writer: any DatabaseWriter
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sysmaint.relay.commit")
    let batches = Mutex((count: 0, writes: 0))

    init(writer: any DatabaseWriter) { self.writer = writer }

    /// Runs `body` in a transaction shared with others and returns once it is on disk. If `body` throws, only its own
    /// changes are undone.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = Outcome<Value>()
            let job = Job(
                run: { database in outcome.set(Result { try database.undoingOnError(body) }) },
                finish: { failure in continuation.resume(with: outcome.result(failure)) })
            let starts = state.withLock { state in
                state.waiting.append(job)
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if starts { queue.async { self.drain() } }
        }
    }

    private func drain() {
        while let batch = nextBatch() {
            var failure: (any Error)?
            do {
                try writer.write { database in batch.forEach { $0.run(database) } }
            } catch {
                failure = error
            }
            batches.withLock { $0 = ($0.count + 1, $0.writes + batch.count) }
            batch.forEach { $0.finish(failure) }
        }
    }

    private func nextBatch() -> [Job]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.maxBatchCount))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }
}

/// What one write in a batch came to, set on the database's thread and read after the commit.
private final class Outcome<Value: Sendable>: Sendable {
    private let stored = Mutex<Result<Value, any Error>?>(nil)

    func set(_ result: Result<Value, any Error>) { stored.withLock { $0 = result } }

    func result(_ failure: (any Error)?) -> Result<Value, any Error> {
        if let failure { return .failure(failure) }
        return stored.withLock { $0 } ?? .failure(StoreError.unavailable("the write did not run"))
    }
}

extension Database {
    fileprivate func undoingOnError<Value>(_ body: (Database) throws -> Value) throws -> Value {
        var value: Result<Value, any Error>?
        try inSavepoint {
            do {
                value = .success(try body(self))
                return .commit
            } catch {
                value = .failure(error)
                return .rollback
            }
        }
        guard let value else { throw StoreError.unavailable("the write did not run") }
        return try value.get()
    }
}
