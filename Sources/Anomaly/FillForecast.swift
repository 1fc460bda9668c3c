/// How fast something fills, and when it will be full.
///
/// The rate is the middle of the slopes between all pairs of readings (Theil and Sen), so that a clean-up or a burst
/// that is soon over does not turn it round. Readings are thinned as they come: at most 64 are kept, evenly spread over
/// all the time that is watched.
package struct FillForecast: Hashable, Sendable, Codable {
    private static let maxKept = 64
    /// Fewer tell nothing about a rate.
    private static let minKept = 8

    private struct Reading: Hashable, Sendable, Codable {
        let seconds: Int64
        let value: Double
    }

    private var kept: [Reading] = []
    /// One reading in so many is kept.
    private var stride = 1
    private var untilNext = 0
    private var last: Reading?

    package init() {}

    /// - Parameters:
    ///   - value: how full it is, in a unit of the caller's.
    ///   - seconds: when it was read, since 1970; readings not after the last one are left out.
    package mutating func add(_ value: Double, at seconds: Int64) {
        guard seconds > last?.seconds ?? .min else { return }
        let reading = Reading(seconds: seconds, value: value)
        last = reading
        guard untilNext == 0 else {
            untilNext -= 1
            return
        }
        kept.append(reading)
        if kept.count == Self.maxKept {
            kept = kept.enumerated().compactMap { $0.offset.isMultiple(of: 2) ? $0.element : nil }
            stride *= 2
        }
        untilNext = stride - 1
    }

    /// Units per second; negative where it empties, absent while there are too few readings.
    package var rate: Double? {
        guard kept.count >= Self.minKept else { return nil }
        var slopes: [Double] = []
        slopes.reserveCapacity(kept.count * (kept.count - 1) / 2)
        for (index, earlier) in kept.enumerated() {
            for later in kept[(index + 1)...] {
                slopes.append((later.value - earlier.value) / Double(later.seconds - earlier.seconds))
            }
        }
        slopes.sort()
        return slopes[slopes.count / 2]
    }

    /// Seconds from the last reading until `capacity` is reached; 0 where it already is, absent where it does not fill.
    package func secondsUntilFull(capacity: Double) -> Double? {
        guard let last else { return nil }
        if last.value >= capacity { return 0 }
        guard let rate, rate > 0 else { return nil }
        return (capacity - last.value) / rate
    }
}
