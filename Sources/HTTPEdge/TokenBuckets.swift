import Synchronization
import Values

/// A rate limit: `burst` at once, then `perSecond`.
package struct Rate: Hashable, Sendable {
    package var perSecond: Double
    package var burst: Double

    package init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
    }
}

/// A token bucket per key; a full bucket takes no memory.
///
/// If more than `maxCount` keys are in use at once, new ones are rejected rather than let through unmeasured.
package final class TokenBuckets<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant

        func level(_ rate: Rate, at moment: ContinuousClock.Instant) -> Double {
            min(rate.burst, tokens + max(0, at.duration(to: moment).seconds) * rate.perSecond)
        }

        mutating func take(_ cost: Double, _ rate: Rate, at moment: ContinuousClock.Instant) -> Duration? {
            let level = level(rate, at: moment)
            // A cost above a bucket's capacity is taken from a full one, which then has a negative balance.
            let needed = min(cost, rate.burst)
            guard level >= needed else { return .seconds((needed - level) / rate.perSecond) }
            (tokens, at) = (level - cost, moment)
            return nil
        }
    }

    package static var maxCount: Int { 100_000 }

    private let rate: Rate
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[Key: Bucket]>([:])

    package init(
        _ rate: Rate, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.rate = rate
        self.now = now
    }

    /// Takes tokens; if there are not enough, returns the time to wait.
    package func take(_ cost: Double = 1, for key: Key) -> Duration? {
        let moment = now()
        return buckets.withLock { buckets in
            if buckets.count >= Self.maxCount, buckets[key] == nil {
                buckets = buckets.filter { $0.value.level(rate, at: moment) < rate.burst }
                guard buckets.count < Self.maxCount else { return .seconds(60) }
            }
            return buckets[key, default: Bucket(tokens: rate.burst, at: moment)].take(cost, rate, at: moment)
        }
    }

    /// Returns the tokens of an operation that should not count.
    package func putBack(_ cost: Double = 1, for key: Key) {
        buckets.withLock { $0[key]?.tokens += cost }
    }
}
