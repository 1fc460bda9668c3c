import Foundation

/// Watches one series, a reading at a time, and says how unusual each is and why.
///
/// It needs no training and no settings: each kind of surprise is ranked among those that the same series gave before,
/// so a nervous series must be more surprising than a calm one, and one that is watched for long must show what is
/// rarer. A pure value of bounded size; it knows the time from the readings alone, and goes on where it stopped when it
/// is stored and read back.
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

    /// - Parameter smallestChange: what a reading must differ by from what was expected, in its own unit, to matter at
    ///   all; 0 where every change may matter.
    package init(smallestChange: Double = 0) { self.smallestChange = smallestChange }

    /// What is to be thought of the next reading.
    ///
    /// - Parameters:
    ///   - value: finite.
    ///   - seconds: when it was taken, since 1970; not before the reading that was given last.
    /// - Returns: a verdict from what was known before this reading.
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

    /// The longer one watches, the rarer is the rarest of what means nothing: the evidence that chance gives beyond what
    /// it gives in a thousand readings; below 0 for fewer.
    private var expectedByChance: Double {
        let count = min(max(readingCount, Self.leastCount), TailRank.maxCount)
        return Self.chancePerTenfold * log10(Double(count) / 1000)
    }

    private static let chancePerTenfold = 1.5
    private static let leastCount = 300
    /// How far outside all that was seen, in widths of that range, leaves no doubt.
    private static let clearExcess = 0.05
    /// The evidence that gives the score 0.5.
    private static let evenEvidence = 3.5
}
