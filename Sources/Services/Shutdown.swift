import Synchronization

/// The shutdown of one service: begins only once, and calls its handlers.
final class Shutdown: Sendable {
    /// The shutdown of the current task's service.
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

    /// Adds a handler, which is called at once if the shutdown has already begun.
    ///
    /// - Returns: The argument for `remove`.
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
