/// The rate at which something fills, and the time when it will be full.
///
/// The rate is the median of the slopes between all pairs of readings (Theil–Sen), so that a clean-up or a short burst
/// does not change its sign. Readings are thinned out as they arrive: at most 64 are kept, evenly spread over the whole
/// period.
package struct FillForecast: Hashable, Sendable, Codable {
    private static let maxKept = 64
    /// With fewer readings there is no meaningful rate.
    private static let minKept = 8

    private struct Reading: Hashable, Sendable, Codable {
        let seconds: Int64
        let value: Double
    }

    private var kept: [Reading] = []
    /// One in this many readings is kept.
    private var stride = 1
    private var untilNext = 0
    private var last: Reading?

    package init() {}

    /// - Parameters:
    ///   - value: The fill level, in any unit.
    ///   - seconds: The time of the reading, since 1970; readings not after the last one are ignored.
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

    /// Units per second; negative if it empties, 0 where it rose and no longer does, nil while there are too few readings.
    package var rate: Double? {
        guard kept.count >= Self.minKept else { return nil }
        let rate = medianSlope
        return rate > 0 && recentRise < Self.leastOfRate * rate ? 0 : rate
    }

    /// A rise of which less goes on in the last quarter was a step: one file, not a trend.
    private static let leastOfRate = 0.1

    /// How fast it rose in the last quarter of the readings, but for its largest fall, which may be a clean-up.
    private var recentRise: Double {
        let recent = kept.suffix(max(3, kept.count / 4))
        guard let first = recent.first, let last = recent.last, last.seconds > first.seconds else { return 0 }
        let steps = zip(recent, recent.dropFirst()).map { $1.value - $0.value }
        let fall = min(0, steps.min() ?? 0)
        return (steps.reduce(0, +) - fall) / Double(last.seconds - first.seconds)
    }

    private var medianSlope: Double {
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

    /// Seconds from the last reading until `capacity` is reached; 0 if it already is, nil if the level does not rise.
    package func secondsUntilFull(capacity: Double) -> Double? {
        guard let last else { return nil }
        if last.value >= capacity { return 0 }
        guard let rate, rate > 0 else { return nil }
        return (capacity - last.value) / rate
    }
}
