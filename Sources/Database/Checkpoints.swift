import Synchronization

/// Checkpoints the write-ahead log in the background, so that no commit waits for it.
///
/// A separate connection does most of the work while commits continue. Little is left of what they wrote meanwhile: the
/// writer checkpoints that between two commits, after which the log restarts from the beginning. SQLite's own
/// checkpoint, which delays the commit that triggers it (`Connection.Options.checkpointPageCount`), remains as a
/// fallback for logs that grow too large.
///
/// A failed checkpoint loses nothing: the log stays, and the next checkpoint has more to do.
final class Checkpoints: Sendable {
    private struct State {
        var writeCount = 0
        var phase = Phase.idle
    }

    private enum Phase {
        case idle
        /// The separate connection is checkpointing.
        case running
        /// The writer has to do the rest.
        case nearlyDone
    }

    private let queue: ConnectionQueue
    private let interval: Int
    private let state = Mutex(State())

    /// Starts a checkpoint after every `interval` writes.
    ///
    /// - Throws: `DatabaseError`.
    init(_ path: String, every interval: Int) throws(DatabaseError) {
        var options = Connection.Options()
        options.busyTimeout = .zero
        queue = ConnectionQueue("checkpoints", try Connection(path, options))
        self.interval = interval
    }

    /// Call after writes are on disk; starts a checkpoint if there were enough.
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

    /// Call between two commits, on the committing thread.
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
