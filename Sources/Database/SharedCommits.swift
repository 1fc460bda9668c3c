import Dispatch
import Synchronization

/// Batches concurrent writes into shared transactions: a commit costs one disk flush regardless of its size.
///
/// The caller chooses the type of a write: a closure, or a value that is cheap to pass. `commit` receives the writes in
/// the order they were appended, on the writer's thread; it runs them in a transaction and notifies the callers once
/// for all of them. Writes that arrive meanwhile form the next batch; no batch waits for more writes.
/// ```swift
/// let commits = SharedCommits<Deposit>(writer) { deposits, connection in
///     let result = Result { try connection.transaction { for deposit in deposits { try deposit.run(connection) } } }
///     loop.execute { for deposit in deposits { deposit.finish(result) } }
///     return []
/// }
/// commits.append(deposit)
/// ```
/// It does not undo a single write of a batch: `commit` must do that, with a savepoint or by failing before it changes
/// anything.
package final class SharedCommits<Write: Sendable>: Sendable {
    /// - Returns: The failed writes to retry, before any later ones.
    package typealias Commit = @Sendable (_ writes: [Write], _ connection: Connection) -> [Write]

    private struct State {
        var waiting: [Write] = []
        /// The number of writes up to and including the last urgent one.
        var urgentCount = 0
        var unwritten: [Write] = []
        /// Whether the writer's thread has been woken, and will take all waiting writes.
        var isRunning = false
        var isScheduled = false
    }

    /// Maximum delay of a write that may wait for others.
    private static var maxDelay: DispatchTimeInterval { .milliseconds(20) }
    /// Retry interval for failed writes while there are no new ones.
    private static var retryInterval: DispatchTimeInterval { .seconds(1) }

    private let queue: ConnectionQueue
    private let checkpoints: Checkpoints?
    private let erasure: LogErasure?
    private let maxCount: Int
    private let commit: Commit
    private let state = Mutex(State())

    /// `maxCount` limits how long the first write of a batch waits for the last, and how many writes a failed commit
    /// affects.
    package convenience init(_ writer: DatabaseWriter, maxCount: Int = 512, commit: @escaping Commit) {
        self.init(writer.queue, writer.checkpoints, writer.erasure, maxCount: maxCount, commit: commit)
    }

    init(
        _ queue: ConnectionQueue, _ checkpoints: Checkpoints?, _ erasure: LogErasure? = nil, maxCount: Int,
        commit: @escaping Commit
    ) {
        (self.queue, self.checkpoints, self.erasure) = (queue, checkpoints, erasure)
        (self.maxCount, self.commit) = (maxCount, commit)
    }

    package func append(_ write: Write, _ urgency: CommitUrgency = .now) {
        append(CollectionOfOne(write), urgency)
    }

    /// Appends writes, from any thread. Wakes the writer's thread once, unless it is running.
    package func append(_ writes: some Collection<Write>, _ urgency: CommitUrgency = .now) {
        guard !writes.isEmpty else { return }
        let start = state.withLock { state -> CommitUrgency? in
            state.waiting += writes
            if urgency == .now { state.urgentCount = state.waiting.count }
            if state.isRunning { return nil }
            switch urgency {
            case .now:
                state.isRunning = true
                return .now
            case .soon:
                defer { state.isScheduled = true }
                return state.isScheduled ? nil : .soon
            }
        }
        switch start {
        case .now: queue.async(drain)
        case .soon: queue.async(after: Self.maxDelay, drainLate)
        case nil: break
        }
    }

    private func drainLate(_ connection: Connection) {
        let starts = state.withLock { state in
            state.isScheduled = false
            state.urgentCount = state.waiting.count
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { drain(connection) }
    }

    private func drain(_ connection: Connection) {
        repeat { run(takeUnwritten(), connection) } while run(nextBatch(), connection)
        let delay = state.withLock { state -> DispatchTimeInterval? in
            guard !state.isRunning, !state.isScheduled, !state.waiting.isEmpty || !state.unwritten.isEmpty
            else { return nil }
            state.isScheduled = true
            return state.waiting.isEmpty ? Self.retryInterval : Self.maxDelay
        }
        if let delay { queue.async(after: delay, drainLate) }
    }

    /// - Returns: False if there was nothing to write.
    @discardableResult
    private func run(_ batch: [Write], _ connection: Connection) -> Bool {
        guard !batch.isEmpty else { return false }
        checkpoints?.finish(on: connection)
        let unwritten = commit(batch, connection)
        checkpoints?.committed(batch.count - unwritten.count)
        erasure?.committed()
        // A write that failed because the file is closed will not succeed later.
        if !connection.isClosed { state.withLock { $0.unwritten += unwritten } }
        return true
    }

    private func takeUnwritten() -> [Write] {
        state.withLock { state in
            defer { state.unwritten = [] }
            return state.unwritten
        }
    }

    /// The next batch; empty if no urgent writes are waiting, in which case the thread stops.
    private func nextBatch() -> [Write] {
        state.withLock { state in
            guard state.urgentCount > 0 else {
                state.isRunning = false
                return []
            }
            let batch = Array(state.waiting.prefix(maxCount))
            state.waiting.removeFirst(batch.count)
            state.urgentCount = max(0, state.urgentCount - batch.count)
            return batch
        }
    }
}

/// How long a write may wait for others to share its commit.
package enum CommitUrgency: Sendable {
    /// Not at all: the caller is waiting for the answer.
    case now
    /// Until the next urgent write, for 20 ms at most.
    case soon
}
