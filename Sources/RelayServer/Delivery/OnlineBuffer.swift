import RelayAPI

/// Messages of class `online` for a device that reads slowly: few, small in total, and short-lived.
struct OnlineBuffer {
    static let maxCount = 64
    static let maxByteCount = 1024 * 1024
    static let lifetime = Duration.seconds(10)

    private var waiting: [(envelope: Envelope, until: ContinuousClock.Instant)] = []
    private var byteCount = 0

    /// Adds a message; false if there is no room.
    mutating func add(_ envelope: Envelope, at moment: ContinuousClock.Instant) -> Bool {
        let size = envelope.body.bytes.count
        guard waiting.count < Self.maxCount, byteCount + size <= Self.maxByteCount else { return false }
        waiting.append((envelope, moment.advanced(by: Self.lifetime)))
        byteCount += size
        return true
    }

    /// Takes all messages that have not expired.
    mutating func take(at moment: ContinuousClock.Instant) -> [Envelope] {
        defer { self = OnlineBuffer() }
        return waiting.filter { moment < $0.until }.map(\.envelope)
    }
}
