import Synchronization

/// Whether a socket is open, and whether one was since the last call.
final class ConnectionState: Sendable {
    private struct State {
        var isOpen = false
        var wasOpen = false
    }

    private let state = Mutex(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() { state.withLock { $0 = State(isOpen: true, wasOpen: true) } }

    func close() { state.withLock { $0.isOpen = false } }

    func takeWasOpen() -> Bool {
        state.withLock { state in
            defer { state.wasOpen = false }
            return state.wasOpen
        }
    }
}
