import Dispatch
import GRDB
import Synchronization

/// Runs the writes that wait at the same time in one transaction, because a commit costs a flush of the disk however
/// much it holds.
final class CommitQueue: Sendable {
    typealias Work = @Sendable (inout StoreTransaction) throws -> Void

    private struct Job: Sendable {
        let work: Work
        /// Answers the waiting caller: with what came of its work, or with why that was not written.
        let finish: @Sendable (_ failure: (any Error)?) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isRunning = false
    }

    /// Bounds how long the first of a batch waits for the last.
    static let maxBatchCount = 256

    /// Runs its argument in one transaction.
    private let transaction: @Sendable (_ body: (inout StoreTransaction) throws -> Void) throws -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sysmaint.keystore.commit")

    init(transaction: @escaping @Sendable (_ body: (inout StoreTransaction) throws -> Void) throws -> Void) {
        self.transaction = transaction
    }

    /// Runs `work` in a transaction, maybe with that of others, and returns once it is on disk.
    ///
    /// If it throws, only what it wrote itself is undone. It may run twice: where a shared transaction fails, each part
    /// is tried again alone, so that nobody suffers for another.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (inout StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let value = Outcome<Value>()
            let job = Job(
                work: { value.set(try work(&$0)) },
                finish: { failure in continuation.resume(with: value.result(failure)) })
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
            if batch.count > 1, commitTogether(batch) { continue }
            for job in batch { commitAlone(job) }
        }
    }

    /// - Returns: False where the transaction failed as a whole; nothing is written then, and nobody answered.
    private func commitTogether(_ jobs: [Job]) -> Bool {
        var results: [Result<Void, any Error>] = []
        do {
            try transaction { store in
                for job in jobs { results.append(try store.attempt { try job.work(&$0) }) }
            }
        } catch {
            return false
        }
        for (job, result) in zip(jobs, results) {
            switch result {
            case .success: job.finish(nil)
            case .failure(let error): job.finish(error)
            }
        }
        return true
    }

    private func commitAlone(_ job: Job) {
        do {
            try transaction { try job.work(&$0) }
            job.finish(nil)
        } catch {
            job.finish(error)
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

/// What a write came to, set on the database's thread and read after the commit.
private final class Outcome<Value: Sendable>: Sendable {
    private let stored = Mutex<Value?>(nil)

    func set(_ value: Value) { stored.withLock { $0 = value } }

    func result(_ failure: (any Error)?) -> Result<Value, any Error> {
        if let failure { return .failure(failure) }
        return stored.withLock { $0 }.map(Result.success) ?? .failure(CancellationError())
    }
}
