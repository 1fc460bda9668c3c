/// What a reading looks like beside those before it.
package struct Verdict: Hashable, Sendable, Codable {
    /// From 0, as usual, to 1; 0.5 is where a person may want to know.
    package let score: Double
    /// Whether this reading begins something that a person has not been told of yet.
    package let isAlarm: Bool
    /// What speaks for it, strongest first.
    package let reasons: [Reason]
    /// What was expected of this reading.
    package let expected: Double
    /// What was usual before it; absent while too little is known.
    package let usual: Usual?
}

/// What a series usually shows: nine readings of ten lie within these ranges.
package struct Usual: Hashable, Sendable, Codable {
    /// Over the last readings.
    package let recent: ClosedRange<Double>
    /// At this hour of the week or, in the first week, of the day; absent where that hour has not been seen to its end.
    package let ofHour: ClosedRange<Double>?
    /// How far the last readings are usually from their level, comparable to a standard deviation.
    package let spread: Double

    /// What a reading is best held against.
    package var range: ClosedRange<Double> { ofHour ?? recent }

    package init(recent: ClosedRange<Double>, ofHour: ClosedRange<Double>?, spread: Double) {
        self.recent = recent
        self.ofHour = ofHour
        self.spread = spread
    }
}

extension ClosedRange<Double> {
    /// How far outside a value lies; 0 inside.
    package func distance(to value: Double) -> Double { Swift.max(value - upperBound, lowerBound - value, 0) }
}

/// Why a reading is unusual.
package enum Reason: String, Hashable, Sendable, Codable, CodingKeyRepresentable {
    /// Far from the level of this hour in the weeks before, or on the days before while no week is known.
    case unusualForHour
    /// The readings jump about more, or less, than they did.
    case unusualRoughness
    /// The last readings look like no stretch before them.
    case unfamiliarShape
    /// Far from every one of the last readings, be it within their range.
    case unfamiliarValue
    /// The mean of the last readings has left its level: a change point.
    case levelShift
    /// Above or below everything seen so far.
    case outOfRange

    /// How much a tenfold rarer surprise of this kind tells; of `outOfRange`, how much it tells at most.
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
