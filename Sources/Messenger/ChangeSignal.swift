import KeyStore

/// Wakes waiting tasks when something may have changed. Signals raised before a task looks are merged into one.
final class ChangeSignal: Sendable {
    private let broadcast = Broadcast<Void>(bufferingPolicy: .bufferingNewest(1))

    func raise() { broadcast.send(()) }

    /// A stream for one task. It starts with an element, so that no earlier change is missed.
    func changes() -> AsyncStream<Void> { broadcast.stream(first: ()) }
}
