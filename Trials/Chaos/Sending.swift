import Synchronization

/// Whether new messages may still be started.
final class Sending: Sendable {
    private let isStopped = Mutex(false)

    var goesOn: Bool { isStopped.withLock { !$0 } }
    func stop() { isStopped.withLock { $0 = true } }
}
