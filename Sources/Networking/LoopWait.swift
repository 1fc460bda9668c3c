/// A task that waits for what happens on a loop. It is resumed once: by that, or by its cancellation.
///
/// `@unchecked`: everything is touched on the loop's thread only.
final class LoopWait<Value: Sendable>: @unchecked Sendable {
    private var continuation: CheckedContinuation<Value, any Error>?
    private var isCancelled = false

    /// `begin` is called on the loop, unless the task is cancelled by then, and resumes what it is given, now or later.
    static func value(
        on loop: EventLoop, _ begin: @escaping @Sendable (LoopWait) -> Void
    ) async throws -> Value {
        let wait = LoopWait()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.perform {
                    // The cancellation may have come first.
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

    /// Does nothing where it was resumed before.
    func resume(with result: Result<Value, any Error>) {
        continuation?.resume(with: result)
        continuation = nil
    }
}
