/// The assessment of a reading compared with earlier ones.
package struct Verdict: Hashable, Sendable, Codable {
    /// From 0 for a usual reading to 1; from 0.5 on a person may want to know.
    package let score: Double
    /// Whether this reading begins something that has not yet been reported.
    package let isAlarm: Bool
    /// The reasons for the score, strongest first.
    package let reasons: [Reason]
    /// The expected value of this reading.
    package let expected: Double
    /// The usual values before it; nil while too little is known.
    package let usual: Usual?
}

/// The usual values of a series: nine readings in ten are within these ranges.
package struct Usual: Hashable, Sendable, Codable {
    /// The range of the last readings.
    package let recent: ClosedRange<Double>
    /// The range at this hour of the week or, in the first week, of the day; nil until that hour has been observed
    /// completely.
    package let ofHour: ClosedRange<Double>?
    /// The usual distance of the last readings from their level, comparable to a standard deviation.
    package let spread: Double

    /// The best range for comparing a reading.
    package var range: ClosedRange<Double> { ofHour ?? recent }

    package init(recent: ClosedRange<Double>, ofHour: ClosedRange<Double>?, spread: Double) {
        self.recent = recent
        self.ofHour = ofHour
        self.spread = spread
    }
}

extension ClosedRange<Double> {
    /// The distance of a value outside the range; 0 inside.
    package func distance(to value: Double) -> Double { Swift.max(value - upperBound, lowerBound - value, 0) }
}

/// Why a reading is unusual.
package enum Reason: String, Hashable, Sendable, Codable, CodingKeyRepresentable {
    /// Far from the level of this hour in earlier weeks, or on earlier days while no week is known.
    case unusualForHour
    /// The readings vary more, or less, than before.
    case unusualRoughness
    /// The last readings resemble no earlier sequence.
    case unfamiliarShape
    /// Far from each of the last readings, even if within their range.
    case unfamiliarValue
    /// The mean of the last readings has left its level: a change point.
    case levelShift
    /// Above or below everything seen so far.
    case outOfRange

    /// How much a tenfold rarer surprise of this kind adds; for `outOfRange`, the maximum it adds.
    var weight: Double {
        switch self {
        case .unusualForHour: 1
        case .unfamiliarShape: 0.75
        case .unusualRoughness, .levelShift: 0.5
        case .unfamiliarValue: 0.25
        case .outOfRange: 6
        }
    }
}
