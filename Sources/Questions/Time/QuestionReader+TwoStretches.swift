import MaintenanceAPI
import Values

/// One stretch of time against the one before it.
extension QuestionReader {
    private static let twoStretchesPattern = Pattern(
        #/\b(?:in|over|during|of) the last (\d+) (minutes?|hours?) (?:or|than|vs|versus|and|with|to|compared (?:to|with)|against) (?:in |over |during )?the (?:same|(\d+)|few|minutes|hours|time)?(?: \d+)?(?: (?:minutes?|hours?))? ?before\b/#
    )

    /// "Was it busier in the last five minutes or in the five before that?"
    mutating func readTwoStretches() -> Bool {
        guard words.plain.contains("before"),
            !gauges.isEmpty || says("busier", "quieter", "higher", "lower", "it"),
            let match = textInFigures.firstMatch(of: Self.twoStretchesPattern), let count = Int(match.1),
            count < 1000
        else { return false }
        let unit = match.2.hasPrefix("h") ? 60 : 1
        set(.compare, .gauges([gauges.first ?? .cpuBusy]))
        stretches = (count * unit, match.3.flatMap { Int($0) }.map { min(1000, $0) * unit } ?? count * unit)
        (question.statistic, question.direction, question.isYesNo) = (.mean, direction, false)
        saysForm = true
        return true
    }

    /// As it was read, whatever else its words could mean. Stretches of other lengths are told one by one.
    mutating func finishTwoStretches() {
        guard let (minutes, before) = stretches else { return }
        question.window = TimeWindow(minutes: minutes)
        guard minutes != before else {
            question.comparison = .before(minutes)
            return
        }
        (question.form, question.comparison, question.statistic) = (.value, nil, .mean)
        var other = question
        other.window = TimeWindow(minutes: before, endsMinutesAgo: minutes)
        question.also = [other]
    }
}
