import Foundation

/// What one socket has been sent and has not acknowledged. A value: no I/O, no clock.
struct DeliveryWindow {
    private let limit: Int
    private var unacknowledged: [UUID: ContinuousClock.Instant] = [:]
    /// The sequence of the last message sent; what comes after it has not been.
    private(set) var lastSequence: Int64 = 0

    init(limit: Int) { self.limit = limit }

    /// How many more may be sent now.
    var free: Int { max(0, limit - unacknowledged.count) }

    mutating func sent(_ id: UUID, sequence: Int64, at moment: ContinuousClock.Instant) {
        unacknowledged[id] = moment
        lastSequence = max(lastSequence, sequence)
    }

    /// Takes an acknowledged message out and says how long it took; absent for one that is not in flight.
    mutating func acknowledged(_ id: UUID, at moment: ContinuousClock.Instant) -> Duration? {
        unacknowledged.removeValue(forKey: id)?.duration(to: moment)
    }
}
