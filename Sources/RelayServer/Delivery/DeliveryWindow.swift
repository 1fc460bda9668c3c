import Foundation

/// The messages sent on one socket and not yet acknowledged. A value: no I/O, no clock.
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
    /// In sending order, starting at `head`; nil once acknowledged.
    private var entries: [Entry?] = []
    private var head = 0
    /// The number of entries removed from the front, so that earlier positions stay valid.
    private var cutCount = 0
    private var positions: [UUID: Int] = [:]
    /// The highest sequence sent; later ones have not been sent.
    private(set) var lastSequence: Int64 = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { positions.count }

    /// The number of messages that may be sent now.
    var free: Int { max(0, limit - count) }

    /// The sequence of the message that has been unacknowledged longest.
    var oldestSequence: Int64? { head < entries.count ? entries[head]?.sequence : nil }

    /// Records a message as sent; an id already in flight is not counted twice.
    mutating func sent(_ id: UUID, sequence: Int64, at moment: ContinuousClock.Instant) {
        lastSequence = max(lastSequence, sequence)
        guard positions[id] == nil else { return }
        positions[id] = cutCount + entries.count
        entries.append(Entry(id: id, sequence: sequence, sentAt: moment))
    }

    /// Removes an acknowledged message; nil if it is not in flight.
    mutating func acknowledge(_ id: UUID, at moment: ContinuousClock.Instant) -> Acknowledged? {
        guard let position = positions[id] else { return nil }
        defer { advance() }
        return takeOut(position - cutCount, at: moment)
    }

    /// Removes everything sent from `first` to `last`; nil if either is not in flight or they are in reverse order.
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
