import Synchronization

/// How often something may happen: `burst` at once, then `perSecond`.
package struct Rate: Hashable, Sendable {
    package var perSecond: Double
    package var burst: Double

    package init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
    }
}

/// The rates of a relay.
package struct RateLimits: Hashable, Sendable {
    /// Registrations and nonces, per address.
    package var registrations = Rate(perSecond: 2, burst: 60)
    /// Requests with a token, per account.
    package var requests = Rate(perSecond: 50, burst: 500)
    /// Messages, per sending account.
    package var messages = Rate(perSecond: 2_000, burst: 10_000)
    /// Bundles, per asking account: the strictest, because each takes prekeys.
    package var bundles = Rate(perSecond: 0.5, burst: 30)
    /// Bundles, per identity asked for, whoever asks.
    package var bundlesOfTarget = Rate(perSecond: 1, burst: 60)

    package init() {}
}

/// One bucket of tokens per key; a full bucket needs no memory.
///
/// When more than `maxCount` keys are in use at once, new ones are refused rather than let through unmeasured.
final class TokenBuckets<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    static var maxCount: Int { 100_000 }

    private let rate: Rate
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[Key: Bucket]>([:])

    init(_ rate: Rate, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.rate = rate
        self.now = now
    }

    /// Takes one token, or says how long to wait for it.
    func take(for key: Key) -> Duration? {
        let moment = now()
        return buckets.withLock { buckets in
            if buckets.count >= Self.maxCount, buckets[key] == nil {
                buckets = buckets.filter { level(of: $0.value, at: moment) < rate.burst }
                guard buckets.count < Self.maxCount else { return .seconds(60) }
            }
            let tokens = buckets[key].map { level(of: $0, at: moment) } ?? rate.burst
            guard tokens >= 1 else {
                return .seconds((1 - tokens) / rate.perSecond)
            }
            buckets[key] = Bucket(tokens: tokens - 1, at: moment)
            return nil
        }
    }

    private func level(of bucket: Bucket, at moment: ContinuousClock.Instant) -> Double {
        let elapsed = bucket.at.duration(to: moment)
        return min(rate.burst, bucket.tokens + max(0, elapsed / .seconds(1)) * rate.perSecond)
    }
}
