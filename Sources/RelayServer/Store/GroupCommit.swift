import Dispatch
import GRDB
import Synchronization

/// Runs the writes that wait at the same time in one transaction, because a commit costs a disk flush however much it
/// holds.
///
/// Writes take effect in the order in which they were submitted. While one batch is being flushed the next one gathers;
/// nobody waits for others to come. A write throws `StoreError` before it has changed anything, and then fails alone;
/// any other error, as of a full disk, undoes the whole batch. It is the answer of all in it who wait for one; what may
/// wait is tried again until it succeeds, before anything later.
final class GroupCommit: Sendable {
    enum Urgency: Sendable {
        /// Somebody waits for the answer.
        case now
        /// May wait for the next batch, at most `maxDelay`; and where that fails, until one can be written.
        case soon
    }

    private struct Job: Sendable {
        let urgency: Urgency
        /// Does its part inside the transaction and keeps what came of it.
        let run: @Sendable (WriteBatch) throws -> Void
        /// Answers the caller: with what came of it, or with the failure of the whole batch.
        let finish: @Sendable (_ failure: (any Error)?) -> Void
    }

    /// Who takes a new job along.
    private enum Start { case now, later, running }

    private struct State {
        var waiting: [Job] = []
        /// Of a batch that could not be written, those that may wait.
        var unwritten: [Job] = []
        var isRunning = false
        var isScheduled = false
        var figures = Figures()
    }

    /// What was committed since the start.
    struct Figures: Sendable {
        var batches = 0
        var writes = 0
        var failedBatches = 0
        /// How many batches had at most 1, 2, 4, … 512 writes.
        var batchSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
    }

    /// Bounds how long the first of a batch waits for the last, and what a failed commit takes with it.
    static let maxBatchCount = 512
    static let maxDelay = DispatchTimeInterval.milliseconds(20)
    /// How often what could not be written is tried again while nothing else is to be written.
    static let retryInterval = DispatchTimeInterval.seconds(1)

    private let writer: any DatabaseWriter
    private let checkpoints: Checkpoints
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sysmaint.relay.commit")

    /// - Parameter writer: of a database in WAL mode.
    /// - Throws: `DatabaseError`.
    init(writer: any DatabaseWriter) throws {
        self.writer = writer
        checkpoints = try Checkpoints(path: writer.path)
    }

    var figures: Figures { state.withLock { $0.figures } }

    /// Runs `body` in a transaction shared with others and returns once it is on disk.
    func write<Value: Sendable>(_ body: @escaping @Sendable (WriteBatch) throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            submit(.now, body) { continuation.resume(with: $0) }
        }
    }

    /// Runs `body` in a transaction shared with others, then `done`, which must be quick: the next batch waits for it.
    func submit<Value: Sendable>(
        _ urgency: Urgency, _ body: @escaping @Sendable (WriteBatch) throws -> Value,
        done: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        let outcome = Outcome<Value>()
        let job = Job(
            urgency: urgency,
            run: { batch in
                do {
                    outcome.set(.success(try body(batch)))
                } catch let error as StoreError {
                    outcome.set(.failure(error))
                }
            },
            finish: { failure in done(outcome.result(failure)) })
        let start = state.withLock { state -> Start in
            state.waiting.append(job)
            if state.isRunning { return .running }
            switch urgency {
            case .now:
                state.isRunning = true
                return .now
            case .soon:
                defer { state.isScheduled = true }
                return state.isScheduled ? .running : .later
            }
        }
        switch start {
        case .now: queue.async { self.drain() }
        case .later: queue.asyncAfter(deadline: .now() + Self.maxDelay) { self.drainLate() }
        case .running: break
        }
    }

    private func drainLate() {
        let starts = state.withLock { state in
            state.isScheduled = false
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { drain() }
    }

    private func drain() {
        repeat { commit(takeUnwritten()) } while commit(nextBatch())
        let triesAgain = state.withLock { state in
            guard !state.unwritten.isEmpty, !state.isScheduled else { return false }
            state.isScheduled = true
            return true
        }
        if triesAgain { queue.asyncAfter(deadline: .now() + Self.retryInterval) { self.drainLate() } }
    }

    /// - Returns: False where there was nothing to write.
    @discardableResult
    private func commit(_ jobs: [Job]) -> Bool {
        guard !jobs.isEmpty else { return false }
        checkpoints.finish(on: writer)
        var failure: (any Error)?
        do {
            try writer.write { database in
                let batch = WriteBatch(database)
                for job in jobs { try job.run(batch) }
                try batch.finish()
            }
        } catch {
            failure = error
        }
        let unwritten = failure == nil ? [] : jobs.filter { $0.urgency == .soon }
        state.withLock { state in
            state.figures.batches += 1
            state.figures.writes += jobs.count
            state.figures.failedBatches += failure == nil ? 0 : 1
            state.figures.batchSizes.add(Double(jobs.count))
            state.unwritten += unwritten
        }
        for job in jobs where failure == nil || job.urgency == .now { job.finish(failure) }
        if failure == nil { checkpoints.committed(writeCount: jobs.count) }
        return true
    }

    private func takeUnwritten() -> [Job] {
        state.withLock { state in
            defer { state.unwritten = [] }
            return state.unwritten
        }
    }

    /// Empty where nothing waits any more; then nobody is at work.
    private func nextBatch() -> [Job] {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return []
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
        if let failure { return .failure(StoreError.unavailable("\(failure)")) }
        return stored.withLock { $0 } ?? .failure(StoreError.unavailable("the write did not run"))
    }
}
