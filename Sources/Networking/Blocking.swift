import Glibc

/// Runs blocking work on a thread of its own: the threads of Dispatch and of the cooperative pool may all be blocked.
func blocking<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let result = await withCheckedContinuation { continuation in
        onOwnThread { continuation.resume(returning: Result(catching: body)) }
    }
    return try result.get()
}

func onOwnThread(_ body: @escaping @Sendable () -> Void) {
    var id = pthread_t()
    let failure = pthread_create(
        &id, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, Unmanaged.passRetained(ThreadBody(run: body)).toOpaque())
    precondition(failure == 0, "no thread: \(failure)")
    pthread_detach(id)
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) { self.run = run }
}
