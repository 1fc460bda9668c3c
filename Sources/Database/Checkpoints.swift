import Synchronization

/// Folds the write-ahead log back into the database's file beside the commits, so that none of them waits for it.
///
/// A connection of its own does most of the work while commits go on. What they wrote meanwhile is little: the writer
/// folds that in between two commits, after which the log begins anew. SQLite's own checkpoint, which holds up the
/// commit that comes to it (`Connection.Options.checkpointPageCount`), is left for logs that grew past all this.
///
/// A checkpoint that fails loses nothing: the log stays, and the next one has more to do.
final class Checkpoints: Sendable {
    private struct State {
        var writeCount = 0
        var phase = Phase.idle
    }

    private enum Phase {
        case idle
        /// The connection of its own is at it.
        case running
        /// The rest is the writer's.
        case nearlyDone
    }

    private let queue: ConnectionQueue
    private let interval: Int
    private let state = Mutex(State())

    /// Begins a checkpoint after every `interval` writes.
    ///
    /// - Throws: `DatabaseError`.
    init(_ path: String, every interval: Int) throws(DatabaseError) {
        var options = Connection.Options()
        options.busyTimeout = .zero
        queue = ConnectionQueue("checkpoints", try Connection(path, options))
        self.interval = interval
    }

    /// To be told of writes that are on disk; begins a checkpoint when there were enough.
    func committed(_ writeCount: Int) {
        let begins = state.withLock { state in
            state.writeCount += writeCount
            guard state.writeCount >= interval, state.phase == .idle else { return false }
            (state.writeCount, state.phase) = (0, .running)
            return true
        }
        guard begins else { return }
        queue.async { [self] connection in
            let isDone = (try? connection.checkpoint(.passive)) != nil
            state.withLock { $0.phase = isDone ? .nearlyDone : .idle }
        }
    }

    /// To be called between two commits, by the thread that commits.
    func finish(on connection: Connection) {
        let isNearlyDone = state.withLock { state in
            guard state.phase == .nearlyDone else { return false }
            state.phase = .idle
            return true
        }
        if isNearlyDone { _ = try? connection.checkpoint(.restart) }
    }

    func close() { queue.sync { $0.close() } }
}
