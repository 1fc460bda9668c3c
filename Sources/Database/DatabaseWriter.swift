/// The one connection that writes, used by one thread at a time that is none of Swift's cooperative pool.
///
/// Here each piece of work is alone with the connection. Writes that may share a transaction go through `SharedCommits`.
package final class DatabaseWriter: Sendable {
    let queue: ConnectionQueue
    let checkpoints: Checkpoints?

    /// Opens a database. `prepare` runs first, as to migrate it; if it throws, the file is closed again.
    ///
    /// After every `writeCount` writes of `SharedCommits` another connection folds the log back beside the commits. Nil
    /// leaves that to the commits themselves.
    /// - Throws: `DatabaseError`; what `prepare` throws, as `LaterVersion`.
    package init(
        _ path: String, _ options: Connection.Options = .init(), checkpointsEvery writeCount: Int? = nil,
        prepare: (Connection) throws -> Void = { _ in }
    ) throws {
        let connection = try Connection(path, options)
        do {
            try prepare(connection)
            checkpoints = try writeCount.map { try Checkpoints(path, every: $0) }
        } catch {
            connection.close()
            throw error
        }
        queue = ConnectionQueue("writer", connection)
    }

    /// Runs `body` in a transaction of its own, for threads that may wait.
    @discardableResult
    package func writeAndWait<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        try performAndWait { connection in try connection.transaction { try body(connection) } }
    }

    /// Runs `body` alone and without a transaction, behind what was submitted before: for settings and checkpoints, or
    /// for a transaction that is shared with nobody.
    @discardableResult
    package func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            performLater { connection in continuation.resume(with: Result { try body(connection) }) }
        }
    }

    /// As `perform`, for those who do not wait for it.
    package func performLater(_ body: @escaping @Sendable (Connection) -> Void) { queue.async(body) }

    /// As `perform`, for threads that may wait.
    @discardableResult
    package func performAndWait<Value>(_ body: (Connection) throws -> Value) rethrows -> Value {
        try queue.sync(body)
    }

    /// Waits until all is done that was submitted, and closes the file. What comes later fails with `.closed`.
    package func close() {
        checkpoints?.close()
        queue.sync { $0.close() }
    }
}
