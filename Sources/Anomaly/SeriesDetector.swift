import Foundation

/// Watches one series, a reading at a time, and reports how unusual each one is and why.
///
/// It needs no training and no settings: each kind of surprise is ranked among the earlier ones of the same series, so
/// a noisy series must be more surprising than a calm one, and the longer a series is watched, the rarer an event must
/// be. A pure value of bounded size; it knows the time only from the readings, and continues where it stopped after it
/// is stored and loaded.
package struct SeriesDetector: Hashable, Sendable, Codable {
    private let smallestChange: Double
    private var readingCount = 0
    private var range = ValueRange()
    private var day = HourlyLevel.ofDay
    private var week = HourlyLevel.ofWeek
    private var recent = RecentSpread(stride: 8)
    private var shapes = Shapes()
    private var roughness = Roughness()
    private var shift = LevelShift()
    private var ranks: [Reason: TailRank] = [:]
    private var alarm = Alarm()

    /// - Parameter smallestChange: The minimum difference between a reading and its expectation, in the unit of the
    ///   series, for it to matter; 0 if every change may matter.
    package init(smallestChange: Double = 0) { self.smallestChange = smallestChange }

    /// Assesses the next reading.
    ///
    /// - Parameters:
    ///   - value: Must be finite.
    ///   - seconds: The time of the reading, since 1970; not before that of the previous one.
    /// - Returns: A verdict based on what was known before this reading.
    package mutating func observe(_ value: Double, at seconds: Int64) -> Verdict {
        let level = recent.level ?? value
        let hour = week.expected(at: seconds) ?? day.expected(at: seconds)
        let usual = usual(ofHour: hour)
        let distances = shapes.distances(adding: value)
        let surprises: [Reason: Double] = [
            .unusualForHour: hour?.surprise(of: value) ?? 0,
            .unusualRoughness: roughness.surprise(adding: value),
            .unfamiliarShape: distances.stretch,
            .unfamiliarValue: distances.value,
            .levelShift: shift.surprise(adding: value, range: range.width),
        ]
        let excess = readingCount < TailRank.minCount ? 0 : range.excess(of: value)
        range.add(value)
        day.add(value, at: seconds)
        week.add(value, at: seconds)
        recent.add(value)
        readingCount += 1

        var evidence = [(Reason.outOfRange, Reason.outOfRange.weight * min(1, excess / Self.clearExcess))]
        for (reason, surprise) in surprises.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            evidence.append((reason, reason.weight * ranks[reason, default: TailRank()].rarity(of: surprise)))
        }
        let expected = hour?.mean ?? level
        let matters = max(abs(value - expected), abs(value - level)) >= smallestChange
        let sum = evidence.reduce(0) { $0 + $1.1 }
        let total = matters && sum > 0 ? max(0, sum - expectedByChance) : 0
        let score = total / (total + Self.evenEvidence)
        return Verdict(
            score: score, isAlarm: alarm.isRaised(by: score, readingCount: readingCount),
            reasons: evidence.filter { matters && $0.1 >= 0.5 }.sorted { $0.1 > $1.1 }.map(\.0),
            expected: expected, usual: usual)
    }

    private func usual(ofHour hour: HourlyLevel.Hour?) -> Usual? {
        guard readingCount >= TailRank.minCount, let range = recent.usualRange else { return nil }
        return Usual(recent: range, ofHour: hour.map { $0.least...$0.greatest }, spread: recent.spread)
    }

    /// The longer a series is watched, the rarer its rarest meaningless event: the evidence that chance produces beyond
    /// that in a thousand readings; below 0 for fewer.
    private var expectedByChance: Double {
        let count = min(max(readingCount, Self.leastCount), TailRank.maxCount)
        return Self.chancePerTenfold * log10(Double(count) / 1000)
    }

    private static let chancePerTenfold = 1.5
    private static let leastCount = 300
    /// The distance outside everything seen, in widths of that range, that leaves no doubt.
    private static let clearExcess = 0.05
    /// The evidence that corresponds to a score of 0.5.
    private static let evenEvidence = 3.5
}
