import Synchronization

/// Whether the asker of a question no longer wants the answer.
final class Withdrawal: Sendable {
    private let isDone = Atomic(false)
    private let (moment, end) = AsyncStream.makeStream(of: Never.self)

    func withdraw() {
        isDone.store(true, ordering: .releasing)
        end.finish()
    }

    fileprivate func check() throws { if isDone.load(ordering: .acquiring) { throw Withdrawn() } }

    /// Returns when it is withdrawn, or when the task is cancelled.
    fileprivate func wait() async { for await _ in moment {} }
}

struct Withdrawn: Error {}

/// Runs `work` unless, or until, it is withdrawn.
///
/// - Throws: `Withdrawn`; what `work` throws.
func unlessWithdrawn<Value: Sendable>(
    _ withdrawal: Withdrawal, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    // Before anything is spent on it: the task that waits below may come second.
    try withdrawal.check()
    return try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            await withdrawal.wait()
            try Task.checkCancellation()
            throw Withdrawn()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
