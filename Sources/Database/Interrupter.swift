import CSQLite
import Synchronization

/// Stops the statements of a connection from another thread; they fail with `.interrupted`.
///
/// The connection polls it regularly. `sqlite3_interrupt` is not enough: it has no effect on a statement that starts a
/// moment later, and requires a connection that is not being closed.
final class Interrupter: Sendable {
    /// The number of SQLite's virtual machine steps between two polls: some ten microseconds.
    fileprivate static let stepCount: Int32 = 1000

    private let isSet = Atomic(false)

    var isInterrupted: Bool { isSet.load(ordering: .relaxed) }

    func interrupt() { isSet.store(true, ordering: .relaxed) }
}

extension Handle {
    /// Runs `body`, whose statements `interrupter` can stop. Later statements are not affected.
    func interruptible<Value>(by interrupter: Interrupter, _ body: () throws -> Value) throws -> Value {
        sqlite3_progress_handler(
            try open, Interrupter.stepCount,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Interrupter>.fromOpaque(context).takeUnretainedValue().isInterrupted ? 1 : 0
            }, Unmanaged.passUnretained(interrupter).toOpaque())
        defer { if let connection = try? open { sqlite3_progress_handler(connection, 0, nil, nil) } }
        return try withExtendedLifetime(interrupter, body)
    }
}
