import Cryptography

/// Keys of messages that were skipped and may still arrive.
///
/// Removing a key moves the last one into its place: the order is part of the stored form.
struct KeyHistory: Equatable, Sendable {
    struct Entry: Equatable {
        let index: UInt32
        let key: SecretBytes
    }

    private(set) var entries: [Entry] = []

    init(entries: [Entry] = []) { self.entries = entries }

    mutating func add(_ key: SecretBytes, at index: UInt32) {
        entries.append(Entry(index: index, key: key))
    }

    mutating func take(at index: UInt32) -> SecretBytes? {
        guard let position = entries.firstIndex(where: { $0.index == index }) else { return nil }
        return remove(at: position).key
    }

    mutating func removeAll() { entries = [] }

    /// Drops keys that are too old, once a tenth more than the limit is held; `counter` is the newest index of the
    /// chain.
    mutating func trim(counter: UInt32, limits: ChainLimits) {
        let limit = UInt64(limits.maxOutOfOrderKeys)
        guard entries.count >= limit * 11 / 10 + 1 else { return }
        var position = 0
        while position < entries.count {
            if UInt64(entries[position].index) + limit < counter {
                remove(at: position)
            } else {
                position += 1
            }
        }
    }

    @discardableResult
    private mutating func remove(at position: Int) -> Entry {
        entries.swapAt(position, entries.count - 1)
        return entries.removeLast()
    }
}
