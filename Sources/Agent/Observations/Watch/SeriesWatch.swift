import Anomaly
import MaintenanceAPI
import Values

/// A reading worth reporting, with what it is compared with.
struct UnusualReading: Hashable, Sendable {
    let value: Double
    /// Nil if too little is known.
    let usual: ClosedRange<Double>?
    /// Whether `usual` is that of this hour on the days before.
    let isOfHour: Bool
    let reason: Reason?
    /// Whether it has reached a limit that matters whatever is usual.
    let isCritical: Bool
}

/// Tells for one series which readings are unusual enough for a person to know of.
///
/// Something unusual begins with an alarm of the detector, or when the readings of a minute are all far from the usual.
/// It goes on until they are as usual again, but for 1,080 readings at most, three hours of them: by then that is the
/// new level. A limit reached is unusual whatever was usual before. A pure value of bounded size.
struct SeriesWatch: Hashable, Sendable, Codable {
    private static let leastScore = 0.5
    /// This many unusual readings in a row are not a blip.
    private static let farEnough = 6
    /// A reading is unusual if it is further from the usual than this many spreads.
    private static let farSpreads = 6.0
    private static let maxLength = 1080

    private struct Ongoing: Hashable, Sendable, Codable {
        let reason: Reason?
        let usualBefore: ClosedRange<Double>
        /// Within this distance readings are as usual again.
        let margin: Double
        var length = 0

        var longer: Self {
            var longer = self
            longer.length += 1
            return longer
        }
    }

    /// Nothing is called unusual before half an hour and this many readings have passed.
    private static let least = (milliseconds: Int64(1_800_000), count: 30)

    private let metric: Metric
    private var detector: SeriesDetector
    private var beganAt: Int64?
    private var seenCount = 0
    private var farCount = 0
    private var ongoing: Ongoing?

    init(_ metric: Metric) {
        self.metric = metric
        detector = SeriesDetector(smallestChange: metric.traits.smallestChange)
    }

    /// Adds a reading that is not older than the previous one.
    mutating func observe(_ value: Double, at milliseconds: Int64) -> UnusualReading? {
        let verdict = detector.observe(value, at: milliseconds / 1000)
        beganAt = beganAt ?? milliseconds
        seenCount = min(seenCount + 1, Self.least.count)
        let hasSeenEnough =
            seenCount >= Self.least.count
            && milliseconds - (beganAt ?? milliseconds) >= Self.least.milliseconds
        if hasSeenEnough { update(value, verdict) }
        let limit = metric.isCritical(value)
        guard ongoing != nil || limit else { return nil }
        return UnusualReading(
            value: value, usual: verdict.usual?.range, isOfHour: verdict.usual?.ofHour != nil,
            reason: ongoing?.reason, isCritical: limit)
    }

    private mutating func update(_ value: Double, _ verdict: Verdict) {
        guard let usual = verdict.usual else { return }
        let fromRecent = usual.recent.distance(to: value)
        let fromUsual = usual.range.distance(to: value)
        let far = max(Self.farSpreads * usual.spread, metric.traits.smallestChange)
        farCount = min(fromRecent, fromUsual) > far ? farCount + 1 : 0
        let isSurprising = verdict.score >= Self.leastScore && fromUsual > 0
        if let now = ongoing {
            let fromHour = usual.ofHour?.distance(to: value) ?? .infinity
            let isOutside = min(now.usualBefore.distance(to: value), fromHour) > now.margin
            ongoing = (isSurprising || isOutside) && now.length < Self.maxLength ? now.longer : nil
        } else if isSurprising && verdict.isAlarm || farCount >= Self.farEnough {
            ongoing = Ongoing(reason: verdict.reasons.first, usualBefore: usual.range, margin: far / 2)
        }
    }
}

extension Metric {
    func isCritical(_ value: Double) -> Bool { traits.criticalAt.map { value >= $0 } ?? false }
}
