import Dispatch
import Synchronization

/// A few connections that only read, concurrently with the writer: each read sees a consistent snapshot of the
/// database.
package final class DatabaseReaders: Sendable {
    private struct State {
        var idle: [ConnectionQueue] = []
        var waiting: [@Sendable (ConnectionQueue?) -> Void] = []
        var isClosed = false
    }

    private let path: String
    private let state: Mutex<State>

    /// Opens an existing database, in WAL mode.
    package init(_ path: String, count: Int = 4, busyTimeout: Duration = .seconds(5)) throws {
        var options = Connection.Options()
        (options.isReadOnly, options.busyTimeout) = (true, busyTimeout)
        self.path = path
        var idle: [ConnectionQueue] = []
        for number in 1...count {
            idle.append(ConnectionQueue("reader \(number)", try Connection(path, options)))
        }
        state = Mutex(State(idle: idle))
    }

    /// Calls `body` with a connection, on that connection's thread. A cancelled task stops reading and throws
    /// `CancellationError`.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        let cancellation = Interrupter()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                take { [self] reader in
                    guard let reader else { return continuation.resume(throwing: DatabaseError.closed(path)) }
                    reader.async { connection in
                        let result = Result {
                            try Self.read(connection, until: cancellation, body)
                        }
                        // First, so that the caller finds it free.
                        self.giveBack(reader)
                        continuation.resume(with: result)
                    }
                }
            }
        } onCancel: {
            cancellation.interrupt()
        }
    }

    private static func read<Value>(
        _ connection: Connection, until cancellation: Interrupter, _ body: (Connection) throws -> Value
    ) throws -> Value {
        do {
            return try connection.handle.interruptible(by: cancellation) {
                guard !cancellation.isInterrupted else { throw CancellationError() }
                return try connection.transaction(.deferred) { try body(connection) }
            }
        } catch let error as DatabaseError where error.kind == .interrupted {
            throw CancellationError()
        }
    }

    /// Calls `body` with a connection on this thread, once one is free.
    package func readAndWait<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        let received = Mutex<ConnectionQueue?>(nil)
        let arrival = DispatchSemaphore(value: 0)
        take { reader in
            received.withLock { $0 = reader }
            arrival.signal()
        }
        arrival.wait()
        guard let reader = received.withLock({ $0 }) else { throw DatabaseError.closed(path) }
        defer { giveBack(reader) }
        return try reader.sync { connection in try connection.transaction(.deferred) { try body(connection) }
        }
    }

    /// Closes the connections, each once it is no longer in use. Later calls fail with `.closed`.
    package func close() {
        let (idle, waiting) = state.withLock { state in
            defer { (state.idle, state.waiting, state.isClosed) = ([], [], true) }
            return (state.idle, state.waiting)
        }
        for reader in idle { reader.sync { $0.close() } }
        for receive in waiting { receive(nil) }
    }

    /// Calls `receive` with a connection, immediately or when one is returned; with nil if all are closed.
    private func take(_ receive: @escaping @Sendable (ConnectionQueue?) -> Void) {
        let (isReady, reader) = state.withLock { state -> (Bool, ConnectionQueue?) in
            if let reader = state.idle.popLast() { return (true, reader) }
            if !state.isClosed { state.waiting.append(receive) }
            return (state.isClosed, nil)
        }
        if isReady { receive(reader) }
    }

    private func giveBack(_ reader: ConnectionQueue) {
        let (next, isClosed) = state.withLock { state in
            let next = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
            if next == nil, !state.isClosed { state.idle.append(reader) }
            return (next, state.isClosed)
        }
        if let next { next(reader) } else if isClosed { reader.async { $0.close() } }
    }
}
