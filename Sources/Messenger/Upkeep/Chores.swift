import RelayAPI
import Synchronization

/// Tasks that need the relay's HTTP API and are not urgent. A waiting one is not queued again.
///
/// A running chore may be queued again: its input may have changed.
final class Chores: Sendable {
    enum Chore: Hashable, Sendable {
        case upkeep
        case repair(DeviceAddress)
        case renewDevices(IdentityID)
    }

    /// For a single reader, which reports the start of each.
    let all: AsyncStream<Chore>
    private let added: AsyncStream<Chore>.Continuation
    private let waiting = Mutex<Set<Chore>>([])

    init() { (all, added) = AsyncStream.makeStream() }

    func add(_ chore: Chore) {
        if waiting.withLock({ $0.insert(chore).inserted }) { added.yield(chore) }
    }

    func begin(_ chore: Chore) { _ = waiting.withLock { $0.remove(chore) } }
}
