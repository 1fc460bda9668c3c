import Foundation
import Synchronization

/// Hands values on to all who listen at the time.
package final class Broadcast<Value: Sendable>: Sendable {
    private typealias Listener = AsyncStream<Value>.Continuation

    private let listeners = Mutex<[UUID: Listener]>([:])
    private let bufferingPolicy: Listener.BufferingPolicy

    package init(bufferingPolicy: AsyncStream<Value>.Continuation.BufferingPolicy = .unbounded) {
        self.bufferingPolicy = bufferingPolicy
    }

    package func send(_ value: Value) {
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield(value) }
    }

    /// A stream for one task, which begins with `first`.
    package func stream(first: Value? = nil) -> AsyncStream<Value> {
        let (stream, listener) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: bufferingPolicy)
        let id = UUID()
        listeners.withLock { $0[id] = listener }
        listener.onTermination = { [weak self] _ in self?.listeners.withLock { $0[id] = nil } }
        if let first { listener.yield(first) }
        return stream
    }
}
