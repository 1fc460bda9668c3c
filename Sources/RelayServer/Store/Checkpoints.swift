import Dispatch
import GRDB
import Synchronization

/// Folds the write-ahead log back into the database's file beside the commits, so that none of them waits for it.
///
/// A connection of its own does most of the work while commits go on. What they wrote meanwhile is little: the writer
/// folds that in between two commits, after which the log begins anew. SQLite's own checkpoint, which holds up the
/// commit that comes to it, is left for logs that grew past all this.
///
/// A checkpoint that fails loses nothing: the log stays, and the next one has more to do.
final class Checkpoints: Sendable {
    /// Writes between two checkpoints: about 10 MiB of log with messages of 1 KiB.
    static let writeCount = 4_096

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

    private let connection: DatabaseQueue
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sysmaint.relay.checkpoint")

    /// - Parameter path: of the database, which is open in WAL mode.
    /// - Throws: `DatabaseError`.
    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "relay.checkpoint"
        configuration.busyMode = .immediateError
        connection = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// To be told of writes that are on disk; begins a checkpoint when there were enough.
    func committed(writeCount: Int) {
        let begins = state.withLock { state in
            state.writeCount += writeCount
            guard state.writeCount >= Self.writeCount, state.phase == .idle else { return false }
            (state.writeCount, state.phase) = (0, .running)
            return true
        }
        guard begins else { return }
        queue.async {
            let isDone = (try? self.connection.writeWithoutTransaction { try $0.checkpoint(.passive) }) != nil
            self.state.withLock { $0.phase = isDone ? .nearlyDone : .idle }
        }
    }

    /// To be called between two commits, by the thread that commits.
    func finish(on writer: any DatabaseWriter) {
        let isNearlyDone = state.withLock { state in
            guard state.phase == .nearlyDone else { return false }
            state.phase = .idle
            return true
        }
        guard isNearlyDone else { return }
        _ = try? writer.writeWithoutTransaction { try $0.checkpoint(.restart) }
    }
}
