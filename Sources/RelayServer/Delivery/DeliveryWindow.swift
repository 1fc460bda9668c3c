import Foundation

/// What one socket has been sent and has not acknowledged. A value: no I/O, no clock.
struct DeliveryWindow {
    struct Acknowledged: Equatable {
        let sequence: Int64
        let latency: Duration
    }

    private struct Entry {
        let id: UUID
        let sequence: Int64
        let sentAt: ContinuousClock.Instant
    }

    private let limit: Int
    /// In the order of sending, from `head` on; absent once acknowledged.
    private var entries: [Entry?] = []
    private var head = 0
    /// How many entries were cut off the front, so that positions stay as they were given out.
    private var cutCount = 0
    private var positions: [UUID: Int] = [:]
    /// The highest sequence sent; what comes after it has not been.
    private(set) var lastSequence: Int64 = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { positions.count }

    /// How many more may be sent now.
    var free: Int { max(0, limit - count) }

    /// The message that has been waiting longest for its acknowledgement.
    var oldestSequence: Int64? { head < entries.count ? entries[head]?.sequence : nil }

    /// Notes what is being sent; an id that is in flight already is not counted twice.
    mutating func sent(_ id: UUID, sequence: Int64, at moment: ContinuousClock.Instant) {
        lastSequence = max(lastSequence, sequence)
        guard positions[id] == nil else { return }
        positions[id] = cutCount + entries.count
        entries.append(Entry(id: id, sequence: sequence, sentAt: moment))
    }

    /// Takes an acknowledged message out; absent for one that is not in flight.
    mutating func acknowledge(_ id: UUID, at moment: ContinuousClock.Instant) -> Acknowledged? {
        guard let position = positions[id] else { return nil }
        defer { advance() }
        return takeOut(position - cutCount, at: moment)
    }

    /// Takes out everything sent from `first` to `last`; absent when either is not in flight or they stand the other way.
    mutating func acknowledge(
        from first: UUID, through last: UUID, at moment: ContinuousClock.Instant
    ) -> [Acknowledged]? {
        guard let start = positions[first], let end = positions[last], start <= end else { return nil }
        defer { advance() }
        return (start...end).compactMap { takeOut($0 - cutCount, at: moment) }
    }

    private mutating func takeOut(_ index: Int, at moment: ContinuousClock.Instant) -> Acknowledged? {
        guard let entry = entries[index] else { return nil }
        entries[index] = nil
        positions[entry.id] = nil
        return Acknowledged(sequence: entry.sequence, latency: entry.sentAt.duration(to: moment))
    }

    private mutating func advance() {
        while head < entries.count, entries[head] == nil { head += 1 }
        guard head == entries.count || head >= limit else { return }
        entries.removeFirst(head)
        cutCount += head
        head = 0
    }
}
