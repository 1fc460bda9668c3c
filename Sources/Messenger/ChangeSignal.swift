import KeyStore

/// Tells waiting tasks that something may have changed. Raised twice before a task looks, it is seen once.
final class ChangeSignal: Sendable {
    private let broadcast = Broadcast<Void>(bufferingPolicy: .bufferingNewest(1))

    func raise() { broadcast.send(()) }

    /// A stream for one task. It begins with an element, so that nothing from before is missed.
    func changes() -> AsyncStream<Void> { broadcast.stream(first: ()) }
}
