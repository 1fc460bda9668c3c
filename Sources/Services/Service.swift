import Synchronization

/// Something that runs until it is told to stop.
package protocol Service: Sendable {
    func run() async throws
}

/// Whether a service is to stop, and who wants to know at once. Each service of a group has its own.
final class Shutdown: Sendable {
    @TaskLocal static var ofTask: Shutdown?

    private struct State {
        var isUnderWay = false
        var nextNumber = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    var isUnderWay: Bool { state.withLock(\.isUnderWay) }

    func begin() {
        let handlers = state.withLock { state in
            state.isUnderWay = true
            defer { state.handlers = [:] }
            return state.handlers.sorted { $0.key < $1.key }.map(\.value)
        }
        for handler in handlers { handler() }
    }

    /// - Returns: What `remove` takes; nil where the shutdown has begun, and the handler was called.
    func add(_ handler: @escaping @Sendable () -> Void) -> Int? {
        let number = state.withLock { state -> Int? in
            guard !state.isUnderWay else { return nil }
            defer { state.nextNumber += 1 }
            state.handlers[state.nextNumber] = handler
            return state.nextNumber
        }
        if number == nil { handler() }
        return number
    }

    func remove(_ number: Int) { state.withLock { _ = $0.handlers.removeValue(forKey: number) } }
}

extension Task where Success == Never, Failure == Never {
    /// Whether the service that this task belongs to is to stop.
    package static var isShuttingDownGracefully: Bool { Shutdown.ofTask?.isUnderWay ?? false }
}

/// Runs `operation`; `handler` is called, once, when the service is to stop meanwhile, or is stopping already.
package func withGracefulShutdownHandler<Value>(
    operation: () async throws -> Value, onGracefulShutdown handler: @escaping @Sendable () -> Void
) async rethrows -> Value {
    guard let shutdown = Shutdown.ofTask else { return try await operation() }
    let number = shutdown.add(handler)
    defer { if let number { shutdown.remove(number) } }
    return try await operation()
}

/// Runs `operation` as a task that is cancelled when the service is to stop.
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
        var result: Result<Value, Failure>?
        // Whichever ends first, the other is cancelled.
        while let ended = await group.next() {
            result = result ?? ended
            group.cancelAll()
        }
        return result
    }
    guard let result else { preconditionFailure("the operation has always a result") }
    return try result.get()
}

/// Waits until the service is to stop.
package func gracefulShutdown() async {
    let (stream, end) = AsyncStream.makeStream(of: Never.self)
    await withGracefulShutdownHandler {
        for await _ in stream {}
    } onGracefulShutdown: {
        end.finish()
    }
}
