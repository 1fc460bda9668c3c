import Synchronization

/// Whether new messages are still to be begun.
final class Sending: Sendable {
    private let isStopped = Mutex(false)

    var goesOn: Bool { isStopped.withLock { !$0 } }
    func stop() { isStopped.withLock { $0 = true } }
}
