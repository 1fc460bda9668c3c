import Dispatch

/// A connection, and the serial queue that confines it.
///
/// A serial Dispatch queue uses a thread of its own while it works, so no thread of Swift's cooperative pool waits for
/// the disk.
final class ConnectionQueue: Sendable {
    private let queue: DispatchQueue
    // Accessed only on the queue: every access below is in a block of it.
    nonisolated(unsafe) private let connection: Connection

    init(_ label: String, _ connection: sending Connection) {
        queue = DispatchQueue(label: "database \(label)")
        self.connection = connection
    }

    func async(_ body: @escaping @Sendable (Connection) -> Void) {
        queue.async { body(self.connection) }
    }

    func async(after delay: DispatchTimeInterval, _ body: @escaping @Sendable (Connection) -> Void) {
        queue.asyncAfter(deadline: .now() + delay) { body(self.connection) }
    }

    /// For threads that may block; never call it from within the queue.
    func sync<Value>(_ body: (Connection) throws -> Value) rethrows -> Value {
        dispatchPrecondition(condition: .notOnQueue(queue))
        return try queue.sync { try body(connection) }
    }
}
