/// The only writing connection, used by one thread at a time, never from Swift's cooperative pool.
///
/// Each piece of work has exclusive use of the connection. Writes that may share a transaction go through
/// `SharedCommits`.
package final class DatabaseWriter: Sendable {
    let queue: ConnectionQueue
    let checkpoints: Checkpoints?
    let erasure: LogErasure?

    /// Opens a database. `prepare` runs first, for example to migrate it; if it throws, the file is closed again.
    ///
    /// After every `writeCount` writes of `SharedCommits`, another connection checkpoints the log in the background. If
    /// nil, the commits themselves do so. With `delay`, the log is erased that long after a write of `SharedCommits`.
    /// - Throws: `DatabaseError`; the errors of `prepare`, such as `LaterVersion`.
    package init(
        _ path: String, _ options: Connection.Options = .init(), checkpointsEvery writeCount: Int? = nil,
        erasesLogAfter delay: Duration? = nil, prepare: (Connection) throws -> Void = { _ in }
    ) throws {
        let connection = try Connection(path, options)
        do {
            try prepare(connection)
            checkpoints = try writeCount.map { try Checkpoints(path, every: $0) }
        } catch {
            connection.close()
            throw error
        }
        let queue = ConnectionQueue("writer", connection)
        self.queue = queue
        erasure = delay.map { LogErasure(queue, after: $0) }
    }

    /// Runs `body` in a transaction of its own, for threads that may block.
    @discardableResult
    package func writeAndWait<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        try performAndWait { connection in try connection.transaction { try body(connection) } }
    }

    /// Runs `body` alone and without a transaction, after everything submitted earlier: for settings and checkpoints,
    /// or for a transaction that must not be shared.
    @discardableResult
    package func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            performLater { connection in continuation.resume(with: Result { try body(connection) }) }
        }
    }

    /// Like `perform`, without waiting for the result.
    package func performLater(_ body: @escaping @Sendable (Connection) -> Void) { queue.async(body) }

    /// Like `perform`, for threads that may block.
    @discardableResult
    package func performAndWait<Value>(_ body: (Connection) throws -> Value) rethrows -> Value {
        try queue.sync(body)
    }

    /// Waits until all submitted work is done, and closes the file. Later calls fail with `.closed`.
    package func close() {
        checkpoints?.close()
        queue.sync { $0.close() }
    }
}
