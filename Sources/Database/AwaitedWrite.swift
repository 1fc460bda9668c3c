import Synchronization

/// A write whose caller waits for the result. It is not affected by the failure of other writes in the same
/// transaction.
///
/// `Context` is shared by the writes of one transaction: the connection, or a wrapper around it.
package struct AwaitedWrite<Context>: Sendable {
    /// Runs inside the transaction and stores its result.
    fileprivate let run: @Sendable (inout Context) throws -> Void
    /// Answers the caller: with the result, or with the reason why it was not written.
    fileprivate let finish: @Sendable (_ failure: (any Error)?) -> Void
}

extension SharedCommits {
    /// Creates commits for writes awaited in `write`. `begin` creates the context of a transaction; `end` writes what
    /// the context has deferred, before the commit.
    package convenience init<Context>(
        _ writer: DatabaseWriter, maxCount: Int = 512,
        begin: @escaping @Sendable (Connection) -> Context,
        end: @escaping @Sendable (inout Context) throws -> Void = { _ in }
    ) where Write == AwaitedWrite<Context> {
        self.init(writer, maxCount: maxCount) { writes, connection in
            // One transaction for all writes. If it fails as a whole, one for each.
            if writes.count == 1 || !connection.commit(writes, begin: begin, end: end) {
                for write in writes {
                    do {
                        try connection.transaction {
                            var context = begin(connection)
                            try write.run(&context)
                            try end(&context)
                        }
                        write.finish(nil)
                    } catch {
                        write.finish(error)
                    }
                }
            }
            return []
        }
    }

    /// Runs `body` in a transaction, possibly shared, and returns once it is on disk.
    ///
    /// If `body` throws, its own writes are undone. If a shared transaction fails as a whole, other than for a lock
    /// held elsewhere, each write is retried alone: `body` may run twice. Cancelling the task does not undo the write.
    package func write<Context, Value: Sendable>(
        _ body: @escaping @Sendable (inout Context) throws -> Value
    ) async throws -> Value where Write == AwaitedWrite<Context> {
        try await withCheckedThrowingContinuation { continuation in
            let value = Mutex<Value?>(nil)
            append(
                AwaitedWrite { context in
                    let result = try body(&context)
                    value.withLock { $0 = result }
                } finish: { failure in
                    if let failure { return continuation.resume(throwing: failure) }
                    // Without a failure, `body` has run.
                    if let value = value.withLock({ $0 }) { continuation.resume(returning: value) }
                })
        }
    }
}

extension Connection {
    /// False if the transaction failed as a whole; then nothing is written, and no caller is answered.
    fileprivate func commit<Context>(
        _ writes: [AwaitedWrite<Context>], begin: (Connection) -> Context, end: (inout Context) throws -> Void
    ) -> Bool {
        var failures: [(any Error)?] = []
        do {
            try transaction {
                var context = begin(self)
                for write in writes {
                    do {
                        try savepoint { try write.run(&context) }
                        failures.append(nil)
                    } catch {
                        // SQLite has rolled back everything, for example because the disk is full.
                        guard isInTransaction else { throw error }
                        failures.append(error)
                    }
                }
                try end(&context)
            }
        } catch let error as DatabaseError where error.kind == .busy {
            // Another process holds the lock: each write alone would wait for it just as long.
            for write in writes { write.finish(error) }
            return true
        } catch {
            return false
        }
        for (write, failure) in zip(writes, failures) { write.finish(failure) }
        return true
    }
}
