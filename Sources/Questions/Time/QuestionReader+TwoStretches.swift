import MaintenanceAPI
import Values

/// One stretch of time against the one before it.
extension QuestionReader {
    private static let twoStretchesPattern = Pattern(
        #/\b(?:in|over|during|of|compare|comparing) the last (\d+) (minutes?|hours?) (?:or|than|vs|versus|and|with|to|compared (?:to|with)|against) (?:in |over |during )?the (?:same|(\d+)|few|minutes|hours|time)?(?: \d+)?(?: (?:minutes?|hours?))? ?before\b/#
    )

    /// "Was it busier in the last five minutes or in the five before that?"
    mutating func readTwoStretches() -> Bool {
        if readHalves() { return true }
        guard words.plain.contains("before"),
            !gauges.isEmpty || says("busier", "quieter", "higher", "lower", "it", "compare", "comparing"),
            let match = textInFigures.firstMatch(of: Self.twoStretchesPattern), let count = Int(match.1)
        else { return false }
        let unit = match.2.hasPrefix("h") ? 60 : 1
        // Both have to lie in the time that readings are asked for.
        let most = TimeWindow.maxMinutes / 2 / unit
        guard count <= most else { return false }
        set(.compare, .gauges([gauges.first ?? .cpuBusy]))
        stretches = (count * unit, match.3.flatMap { Int($0) }.map { min(most, $0) * unit } ?? count * unit)
        (question.statistic, question.direction, question.isYesNo) = (.mean, direction, false)
        saysForm = true
        return true
    }

    /// "Was the first half of the last ten minutes busier than the second?"
    private mutating func readHalves() -> Bool {
        guard says("first half", "second half", "1st half", "2nd half", "one half"), !namesHostNames,
            question.threshold == nil, !has("relay", "probe", "process")
        else { return false }
        let whole = question.window.flatMap { $0.isMoment || $0.minutes > 1440 ? nil : $0.minutes } ?? 10
        set(.compare, .gauges([gauges.first { $0 != .diskUsed } ?? .cpuBusy]))
        let half = max(1, whole / 2)
        stretches = (half, half)
        (question.statistic, saysForm) = (.mean, true)
        // "Busier in the second half": of the later one it is asked.
        let first = words.plain.firstIndex(of: "first") ?? .max
        let isOfFirst = first < (words.plain.firstIndex(of: "second") ?? .max)
        let isReversed = isOfFirst && says("than")
        question.direction = direction.map { ($0 == .up) == isReversed ? .down : .up }
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
