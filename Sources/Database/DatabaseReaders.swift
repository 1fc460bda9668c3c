import Dispatch
import Synchronization

/// A few connections that only read, beside the writer: each read sees one state of the database, whatever is written
/// meanwhile.
package final class DatabaseReaders: Sendable {
    /// A connection in the hands of whoever holds the lease, and of nobody else.
    private struct Lease: @unchecked Sendable {
        let connection: Connection
    }

    private struct State {
        var idle: [Lease] = []
        var waiting: [@Sendable (Lease?) -> Void] = []
        var isClosed = false
    }

    private let path: String
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "database readers", attributes: .concurrent)

    /// Opens a database that is there, in WAL mode.
    package init(_ path: String, count: Int = 4, busyTimeout: Duration = .seconds(5)) throws {
        var options = Connection.Options()
        (options.isReadOnly, options.busyTimeout) = (true, busyTimeout)
        self.path = path
        var leases: [Lease] = []
        for _ in 0..<count { leases.append(Lease(connection: try Connection(path, options))) }
        state = Mutex(State(idle: leases))
    }

    /// Lends a connection to `body`, on another thread. A task that is cancelled stops reading and throws
    /// `CancellationError`.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                take { lease in
                    guard let lease else { return continuation.resume(throwing: self.closed) }
                    self.queue.async {
                        let result = Result {
                            try cancellation.guarding(lease.connection) {
                                try Self.snapshot(lease.connection, body)
                            }
                        }
                        // First, so that whoever was answered finds it free.
                        self.giveBack(lease)
                        continuation.resume(with: result)
                    }
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// Lends a connection to `body` on this thread, once there is a free one.
    package func readAndWait<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        let received = Box<Lease?>()
        let arrival = DispatchSemaphore(value: 0)
        take {
            received.set($0)
            arrival.signal()
        }
        arrival.wait()
        guard let lease = received.value ?? nil else { throw closed }
        defer { giveBack(lease) }
        return try Self.snapshot(lease.connection, body)
    }

    /// Closes the connections, each when nobody reads with it any more. What comes later fails with `.closed`.
    package func close() {
        let (idle, waiting) = state.withLock { state in
            defer { (state.idle, state.waiting, state.isClosed) = ([], [], true) }
            return (state.idle, state.waiting)
        }
        for lease in idle { lease.connection.close() }
        for receive in waiting { receive(nil) }
    }

    private var closed: DatabaseError { DatabaseError(.closed, "closed", path: path) }

    private static func snapshot<Value>(
        _ connection: Connection, _ body: (Connection) throws -> Value
    ) throws -> Value {
        try connection.transaction(.deferred) { try body(connection) }
    }

    /// Calls `receive` with a connection, at once or when one is given back; with none when all are closed.
    private func take(_ receive: @escaping @Sendable (Lease?) -> Void) {
        let (isReady, lease) = state.withLock { state -> (Bool, Lease?) in
            if let lease = state.idle.popLast() { return (true, lease) }
            if !state.isClosed { state.waiting.append(receive) }
            return (state.isClosed, nil)
        }
        if isReady { receive(lease) }
    }

    private func giveBack(_ lease: Lease) {
        let (next, isClosed) = state.withLock { state in
            let next = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
            if next == nil, !state.isClosed { state.idle.append(lease) }
            return (next, state.isClosed)
        }
        if let next { next(lease) } else if isClosed { lease.connection.close() }
    }
}

/// Whether the task that waits for a read has been cancelled.
private final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var reading: Interrupter?
    }

    private let state = Mutex(State())

    func cancel() {
        let reading = state.withLock { state in
            state.isCancelled = true
            return state.reading
        }
        reading?.interrupt()
    }

    /// Runs `body`, whose statements stop when the task is cancelled; the next one's never do.
    func guarding<Value>(_ connection: Connection, _ body: () throws -> Value) throws -> Value {
        let interrupter = try connection.interrupter()
        defer { interrupter.end() }
        try state.withLock { state in
            guard !state.isCancelled else { throw CancellationError() }
            state.reading = interrupter
        }
        do { return try body() } catch let error as DatabaseError where error.kind == .interrupted {
            throw CancellationError()
        }
    }
}
