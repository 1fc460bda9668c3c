import CSQLite
import Synchronization

/// Stops the statements of a connection from another thread; they fail with `.interrupted`.
///
/// The connection asks it now and then. `sqlite3_interrupt` would not do: it says nothing to a statement that begins a
/// moment later, and needs a connection that is not being closed.
final class Interrupter: Sendable {
    /// How many steps of SQLite's machine lie between two questions: some ten microseconds.
    fileprivate static let stepCount: Int32 = 1000

    private let isSet = Atomic(false)

    var isInterrupted: Bool { isSet.load(ordering: .relaxed) }

    func interrupt() { isSet.store(true, ordering: .relaxed) }
}

extension Handle {
    /// Runs `body`, whose statements `interrupter` can stop. Those that come after it are not concerned.
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
