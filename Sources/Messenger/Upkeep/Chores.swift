import RelayAPI
import Synchronization

/// What needs the relay's HTTP side and may take its time. One that waits is not added again.
///
/// A running chore may be queued again: its input may have changed.
final class Chores: Sendable {
    enum Chore: Hashable, Sendable {
        case upkeep
        case repair(DeviceAddress)
        case renewDevices(IdentityID)
    }

    /// For one reader, who says of each when it begins.
    let all: AsyncStream<Chore>
    private let added: AsyncStream<Chore>.Continuation
    private let waiting = Mutex<Set<Chore>>([])

    init() { (all, added) = AsyncStream.makeStream() }

    func add(_ chore: Chore) {
        if waiting.withLock({ $0.insert(chore).inserted }) { added.yield(chore) }
    }

    func begin(_ chore: Chore) { _ = waiting.withLock { $0.remove(chore) } }
}
