/// A part of the program that runs until shutdown, as a member of a ``ServiceGroup``.
package protocol Service: Sendable {
    /// Returns soon after `gracefulShutdown()` has returned; throws if it cannot continue.
    func run() async throws
}

extension Task where Success == Never, Failure == Never {
    /// Whether the current task's service is shutting down. Detached tasks belong to no service.
    package static var isShuttingDownGracefully: Bool { Shutdown.current?.hasBegun ?? false }
}

/// Waits for the shutdown of the current task's service, or for the task's cancellation.
package func gracefulShutdown() async {
    let (shutdown, begun) = AsyncStream.makeStream(of: Never.self)
    await withGracefulShutdownHandler {
        for await _ in shutdown {}
    } onGracefulShutdown: {
        begun.finish()
    }
}

/// Calls `handler` once if shutdown begins while `operation` runs, or has already begun.
///
/// The handler runs on the thread that begins the shutdown, and must not block it.
package func withGracefulShutdownHandler<Value>(
    operation: () async throws -> Value, onGracefulShutdown handler: @escaping @Sendable () -> Void
) async rethrows -> Value {
    guard let shutdown = Shutdown.current else { return try await operation() }
    let id = shutdown.add(handler)
    defer { shutdown.remove(id) }
    return try await operation()
}

/// Runs `operation` in a child task that is cancelled on shutdown.
package func cancelWhenGracefulShutdown<Value: Sendable, Failure: Error>(
    _ operation: @escaping @Sendable () async throws(Failure) -> Value
) async throws(Failure) -> Value {
    let result = await withTaskGroup(of: Result<Value, Failure>?.self) { group in
        group.addTask {
            do throws(Failure) { return .success(try await operation()) } catch { return .failure(error) }
        }
        group.addTask {
            await gracefulShutdown()
            return nil
        }
        // Whichever ends first cancels the other; the operation's result counts even if it ends second.
        let first = await group.next() ?? nil
        group.cancelAll()
        let second = await group.next() ?? nil
        return first ?? second
    }
    guard let result else { preconditionFailure("the operation's task always has a result") }
    return try result.get()
}
