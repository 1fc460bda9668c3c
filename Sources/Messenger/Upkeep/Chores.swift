import RelayAPI
import Synchronization

/// What needs the relay's HTTP side and may take its time. One that is not finished is not added again.
final class Chores: Sendable {
    enum Chore: Hashable, Sendable {
        case upkeep
        case repair(DeviceAddress)
        case renewDevices(IdentityID)
    }

    /// For one reader, who says of each when it is finished.
    let all: AsyncStream<Chore>
    private let added: AsyncStream<Chore>.Continuation
    private let unfinished = Mutex<Set<Chore>>([])

    init() { (all, added) = AsyncStream.makeStream() }

    func add(_ chore: Chore) {
        if unfinished.withLock({ $0.insert(chore).inserted }) { added.yield(chore) }
    }

    func finished(_ chore: Chore) { _ = unfinished.withLock { $0.remove(chore) } }
}
