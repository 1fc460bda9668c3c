import Synchronization

/// The shutdown of one service: begins once, and calls those who wait for it.
final class Shutdown: Sendable {
    /// That of the service which the current task belongs to.
    @TaskLocal static var current: Shutdown?

    private struct State {
        var hasBegun = false
        var lastID = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    var hasBegun: Bool { state.withLock(\.hasBegun) }

    func begin() {
        let handlers = state.withLock { state in
            state.hasBegun = true
            defer { state.handlers = [:] }
            return state.handlers.sorted { $0.key < $1.key }.map(\.value)
        }
        for handler in handlers { handler() }
    }

    /// Calls the handler at once where the shutdown has begun.
    ///
    /// - Returns: What `remove` takes.
    func add(_ handler: @escaping @Sendable () -> Void) -> Int {
        let (id, hasBegun) = state.withLock { state in
            state.lastID += 1
            if !state.hasBegun { state.handlers[state.lastID] = handler }
            return (state.lastID, state.hasBegun)
        }
        if hasBegun { handler() }
        return id
    }

    func remove(_ id: Int) { state.withLock { _ = $0.handlers.removeValue(forKey: id) } }
}
