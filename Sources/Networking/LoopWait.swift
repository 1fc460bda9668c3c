/// A task that waits for an event on a loop. It is resumed once: by the event, or by cancellation.
///
/// `@unchecked`: everything is used only on the loop's thread.
final class LoopWait<Value: Sendable>: @unchecked Sendable {
    private var continuation: CheckedContinuation<Value, any Error>?
    private var isCancelled = false

    /// Calls `begin` on the loop, unless the task has been cancelled. `begin` resumes the wait it is passed, now or
    /// later.
    static func value(
        on loop: EventLoop, _ begin: @escaping @Sendable (LoopWait) -> Void
    ) async throws -> Value {
        let wait = LoopWait()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.perform {
                    // The task may have been cancelled already.
                    if wait.isCancelled { return continuation.resume(throwing: CancellationError()) }
                    wait.continuation = continuation
                    begin(wait)
                }
            }
        } onCancel: {
            loop.execute {
                wait.isCancelled = true
                wait.resume(with: .failure(CancellationError()))
            }
        }
    }

    var isWaiting: Bool { continuation != nil }

    /// Does nothing if already resumed.
    func resume(with result: Result<Value, any Error>) {
        continuation?.resume(with: result)
        continuation = nil
    }
}
