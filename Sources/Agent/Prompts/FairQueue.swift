/// Prompts that wait for a place, and those that have one, shared fairly among askers.
///
/// Askers take turns: an asker with many prompts waits behind their own, not in front of those of others. One asker has at
/// most half the places at a time, so that a place soon becomes free for others.
struct FairQueue<Asker: Hashable & Sendable, Item: Sendable>: Sendable {
    struct Limits: Hashable, Sendable {
        /// Prompts that are worked on at the same time.
        var places = 8
        /// Prompts of one asker that may wait. The web lets this many wait too.
        var waitingPerAsker = 32
        var waitingInAll = 256

        var placesPerAsker: Int { max(1, (places + 1) / 2) }
    }

    private let limits: Limits
    private var waiting: [Asker: [Item]] = [:]
    /// Whose turn it is, among those with something waiting.
    private var turns: [Asker] = []
    private var working: [Asker: Int] = [:]
    private var waitingCount = 0
    private var workingCount = 0

    init(_ limits: Limits) { self.limits = limits }

    /// Adds an item at the end of its asker's.
    ///
    /// - Returns: False if there is no room; nothing was added then.
    mutating func add(_ item: Item, of asker: Asker) -> Bool {
        let own = waiting[asker]?.count ?? 0
        guard own < limits.waitingPerAsker, waitingCount < limits.waitingInAll else { return false }
        if own == 0 { turns.append(asker) }
        waiting[asker, default: []].append(item)
        waitingCount += 1
        return true
    }

    /// Gives the next item a place; nil where no place is free or nothing may have one.
    mutating func next() -> Item? {
        guard workingCount < limits.places,
            let turn = turns.firstIndex(where: { working[$0, default: 0] < limits.placesPerAsker })
        else { return nil }
        let asker = turns.remove(at: turn)
        guard var items = waiting.removeValue(forKey: asker), !items.isEmpty else { return nil }
        let item = items.removeFirst()
        if !items.isEmpty {
            waiting[asker] = items
            turns.append(asker)
        }
        waitingCount -= 1
        workingCount += 1
        working[asker, default: 0] += 1
        return item
    }

    /// Frees the place of one of an asker's items.
    mutating func finish(of asker: Asker) {
        guard let count = working[asker] else { return }
        working[asker] = count > 1 ? count - 1 : nil
        workingCount -= 1
    }
}
