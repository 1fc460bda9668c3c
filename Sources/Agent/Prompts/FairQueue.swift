/// Prompts that wait for a place, and those that have one, shared fairly among askers.
///
/// Askers take turns: an asker with many prompts waits behind their own, not in front of those of others. One asker has at
/// most half the places at a time, so that a place soon becomes free for others. Names cost nobody much, so that is not
/// enough: one place is kept for the owners, however many others there are, and where there is no room left, whoever has
/// the most waiting gives up their last.
struct FairQueue<Asker: Hashable & Sendable, Item: Sendable>: Sendable {
    struct Limits: Hashable, Sendable {
        /// Prompts that are worked on at the same time.
        var places = 8
        /// Prompts of one asker that may wait. The web lets this many wait too.
        var waitingPerAsker = 32
        /// Of all but the owners.
        var waitingInAll = 256

        var placesPerAsker: Int { max(1, (places + 1) / 2) }
    }

    enum Addition {
        /// `displaced` was waiting and waits no longer.
        case added(displaced: Item?)
        /// There is no room; nothing was added.
        case full
    }

    private let limits: Limits
    private let owners: Set<Asker>
    private var waiting: [Asker: [Item]] = [:]
    /// Whose turn it is, among those with something waiting.
    private var turns: [Asker] = []
    private var working: [Asker: Int] = [:]

    init(_ limits: Limits, owners: Set<Asker> = []) { (self.limits, self.owners) = (limits, owners) }

    /// Adds an item at the end of its asker's.
    mutating func add(_ item: Item, of asker: Asker) -> Addition {
        guard count(asker) < limits.waitingPerAsker else { return .full }
        var displaced: Item?
        if !owners.contains(asker), waitingOfOthers >= limits.waitingInAll {
            displaced = takeLast(ofMoreThan: count(asker) + 1)
            guard displaced != nil else { return .full }
        }
        if count(asker) == 0 { turns.append(asker) }
        waiting[asker, default: []].append(item)
        return .added(displaced: displaced)
    }

    private func count(_ asker: Asker) -> Int { waiting[asker]?.count ?? 0 }

    private var waitingOfOthers: Int {
        waiting.reduce(0) { owners.contains($1.key) ? $0 : $0 + $1.value.count }
    }

    /// The last item of the asker with the most, if those are more than `least`.
    private mutating func takeLast(ofMoreThan least: Int) -> Item? {
        let others = turns.filter { !owners.contains($0) }
        guard let greedy = others.max(by: { count($0) < count($1) }), count(greedy) > least else {
            return nil
        }
        return waiting[greedy]?.popLast()
    }

    /// Gives the next item a place; nil where no place is free or nothing may have one.
    mutating func next() -> Item? {
        let others = working.reduce(0) { owners.contains($1.key) ? $0 : $0 + $1.value }
        let isFree = working.values.reduce(0, +) < limits.places
        let isFreeForOthers = others < (owners.isEmpty ? limits.places : max(1, limits.places - 1))
        guard isFree,
            let turn = turns.firstIndex(where: {
                working[$0, default: 0] < limits.placesPerAsker && (isFreeForOthers || owners.contains($0))
            })
        else { return nil }
        let asker = turns.remove(at: turn)
        guard var items = waiting.removeValue(forKey: asker), !items.isEmpty else { return nil }
        let item = items.removeFirst()
        if !items.isEmpty {
            waiting[asker] = items
            turns.append(asker)
        }
        working[asker, default: 0] += 1
        return item
    }

    /// Frees the place of one of an asker's items.
    mutating func finish(of asker: Asker) {
        guard let count = working[asker] else { return }
        working[asker] = count > 1 ? count - 1 : nil
    }
}
