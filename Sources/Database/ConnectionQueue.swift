import Dispatch

/// A connection and the serial queue on which alone it is used.
///
/// A serial queue of Dispatch has a thread of its own while it works: whatever the disk does, no thread of Swift's
/// cooperative pool waits for it.
final class ConnectionQueue: Sendable {
    private let queue: DispatchQueue
    // Touched on the queue alone: every access below is a block of it.
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

    /// For threads that may wait; never from within the queue.
    func sync<Value>(_ body: (Connection) throws -> Value) rethrows -> Value {
        dispatchPrecondition(condition: .notOnQueue(queue))
        return try queue.sync { try body(connection) }
    }
}
