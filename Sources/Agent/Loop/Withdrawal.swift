/// Ends when the asker of a question no longer wants the answer; yields nothing.
typealias Withdrawal = AsyncStream<Never>

struct Withdrawn: Error {}

/// Runs `work` unless, or until, it is withdrawn.
///
/// - Throws: `Withdrawn`; what `work` throws.
func unlessWithdrawn<Value: Sendable>(
    _ withdrawal: Withdrawal, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            for await _ in withdrawal {}
            // Cancellation ends the stream as well.
            try Task.checkCancellation()
            throw Withdrawn()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
