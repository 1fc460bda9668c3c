import Synchronization

/// A write that somebody waits for, who suffers for no other one that shares its transaction.
///
/// `Context` is what the writes of one transaction have in common: the connection, or what stands for it.
package struct AwaitedWrite<Context>: Sendable {
    /// Does its part inside the transaction and keeps what came of it.
    fileprivate let run: @Sendable (inout Context) throws -> Void
    /// Answers the caller: with what came of it, or with why that was not written.
    fileprivate let finish: @Sendable (_ failure: (any Error)?) -> Void
}

extension SharedCommits {
    /// For writes that `write` waits for. `begin` makes the context of a transaction; `end` writes what it has kept back,
    /// before the commit.
    package convenience init<Context>(
        _ writer: DatabaseWriter, maxCount: Int = 512,
        begin: @escaping @Sendable (Connection) -> Context,
        end: @escaping @Sendable (inout Context) throws -> Void = { _ in }
    ) where Write == AwaitedWrite<Context> {
        self.init(writer, maxCount: maxCount) { writes, connection in
            // A transaction for all. Where that fails as a whole, one for each.
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

    /// Runs `body` in a transaction, maybe with others, and returns once that is on disk.
    ///
    /// If it throws, what it wrote itself is undone. Where a shared transaction fails as a whole, but for a lock that others
    /// hold, each part is tried again alone: `body` may run twice. A task that is cancelled meanwhile has written all the same.
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
                    // Without a failure it has run.
                    if let value = value.withLock({ $0 }) { continuation.resume(returning: value) }
                })
        }
    }
}

extension Connection {
    /// False where the transaction failed as a whole; nothing is written then, and nobody answered.
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
                        // SQLite has undone everything, as where the disk is full.
                        guard isInTransaction else { throw error }
                        failures.append(error)
                    }
                }
                try end(&context)
            }
        } catch let error as DatabaseError where error.kind == .busy {
            // Another process holds the file: each alone would wait for it as long again.
            for write in writes { write.finish(error) }
            return true
        } catch {
            return false
        }
        for (write, failure) in zip(writes, failures) { write.finish(failure) }
        return true
    }
}
