import Dispatch
import Synchronization

/// Gathers the writes that wait at the same time, so that they can share a transaction: a commit costs a flush of the
/// disk however much it holds.
///
/// What a write is, the user says: a closure, or a value that costs nothing to hand over. `commit` gets the writes in
/// the order in which they were appended, on the writer's thread; it runs them in a transaction and tells whoever waits,
/// once for all of them. While it is at work the next ones gather; nobody waits for others to come.
/// ```swift
/// let commits = SharedCommits<Deposit>(writer) { deposits, connection in
///     let result = Result { try connection.transaction { for deposit in deposits { try deposit.run(connection) } } }
///     loop.execute { for deposit in deposits { deposit.finish(result) } }
///     return []
/// }
/// commits.append(deposit)
/// ```
/// It does not undo one write of many: that is for `commit` to do, by a savepoint or by failing before it has changed
/// anything.
package final class SharedCommits<Write: Sendable>: Sendable {
    /// - Returns: What could not be written and is to be tried again, before anything later.
    package typealias Commit = @Sendable (_ writes: [Write], _ connection: Connection) -> [Write]

    private struct State {
        var waiting: [Write] = []
        /// How many of them, from the first on, do not wait for company.
        var urgentCount = 0
        var unwritten: [Write] = []
        /// Whether the writer's thread has been called, and will take all that waits.
        var isRunning = false
        var isScheduled = false
    }

    /// How long a write waits for company if it can.
    private static var maxDelay: DispatchTimeInterval { .milliseconds(20) }
    /// How often what could not be written is tried again while nothing else is to be written.
    private static var retryInterval: DispatchTimeInterval { .seconds(1) }

    private let queue: ConnectionQueue
    private let checkpoints: Checkpoints?
    private let maxCount: Int
    private let commit: Commit
    private let state = Mutex(State())

    /// `maxCount` bounds how long the first of a batch waits for the last, and what a failed commit takes with it.
    package convenience init(_ writer: DatabaseWriter, maxCount: Int = 512, commit: @escaping Commit) {
        self.init(writer.queue, writer.checkpoints, maxCount: maxCount, commit: commit)
    }

    init(_ queue: ConnectionQueue, _ checkpoints: Checkpoints?, maxCount: Int, commit: @escaping Commit) {
        (self.queue, self.checkpoints, self.maxCount, self.commit) = (queue, checkpoints, maxCount, commit)
    }

    package func append(_ write: Write, _ urgency: CommitUrgency = .now) {
        append(CollectionOfOne(write), urgency)
    }

    /// Appends writes, from any thread. They wake the writer's thread once, if it does not run already.
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

    /// - Returns: False where there was nothing to write.
    @discardableResult
    private func run(_ batch: [Write], _ connection: Connection) -> Bool {
        guard !batch.isEmpty else { return false }
        checkpoints?.finish(on: connection)
        let unwritten = commit(batch, connection)
        checkpoints?.committed(batch.count - unwritten.count)
        // What a closed file could not take it will not take later.
        if !connection.isClosed { state.withLock { $0.unwritten += unwritten } }
        return true
    }

    private func takeUnwritten() -> [Write] {
        state.withLock { state in
            defer { state.unwritten = [] }
            return state.unwritten
        }
    }

    /// Empty where nothing waits that does not wait for company; then nobody is at work.
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

/// How long writes may wait for others to share their commit with.
package enum CommitUrgency: Sendable {
    /// Not at all: somebody waits for the answer.
    case now
    /// Until the next ones, for 20 ms at most.
    case soon
}
