import MaintenanceAPI

/// Whether it ever was more, or less, than it is, and how it was at its worst.
extension QuestionReader {
    private static let everWords: Set<String> = [
        "ever", "before", "earlier", "at", "any", "time", "today", "so", "far", "happen", "happened", "there",
        "all", "once", "some", "point", "in", "past", "higher", "that", "high", "above", "over", "way",
        "much",
        "far", "get", "got", "go", "went", "than", "it", "how", "what", "worst", "highest", "lowest", "most",
        "least", "always", "whole", "not", "so", "full", "busy", "like", "peak", "max", "maximum", "last",
        "minutes", "even", "else", "many", "been", "bad", "good",
        "then", "now", "present",
    ]

    private var isOfAnyTime: Bool {
        says("ever", "before", "earlier", "at any time", "at some point", "once")
    }

    /// "Was it ever?", after whether something is above a limit; "was it ever higher?", "what was it at its worst?"
    var asksWhetherEver: Bool {
        guard question.threshold == nil, words.plain.count <= 12, !namesHostNames else { return false }
        if says(
            "at its worst", "at worst", "at its highest", "at its lowest", "at the worst", "at its maximum",
            "at its max")
        {
            return saysOnly(Self.everWords)
        }
        guard isCheck, isOfAnyTime || says("always", "all the time", "the whole time"),
            question.window == nil || isOfWholeTime
        else { return false }
        let ways = Self.up.union(Self.down)
        return content.allSatisfy { Self.everWords.contains($0) || ways.contains($0) || Self.number(of: $0) }
    }

    /// What stands for "since you were installed".
    private static func number(of word: String) -> Bool { word.allSatisfy(\.isNumber) }

    func ever(_ previous: Query) -> Query? {
        guard asksWhetherEver, let gauge = previous.figures.first, gauge != .uptime else { return nil }
        let isWorst = says("worst", "highest", "lowest", "maximum", "max")
        if previous.threshold != nil, !previous.gauges.isEmpty, direction == nil, !isWorst {
            var next = same(previous)
            (next.form, next.isYesNo, next.threshold) = (.check, true, previous.threshold)
            next.window = TimeWindow(minutes: 1440)
            return next
        }
        if says("always", "all the time", "the whole time"), direction == nil {
            var next = ofNow(previous, gauge)
            (next.form, next.threshold, next.also) = (.value, nil, [])
            (next.statistic, next.isYesNo, next.direction) = (.low, true, nil)
            (next.asksEver, next.wantsSteady) = (true, true)
            next.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
            return next
        }
        guard direction != nil || isWorst else { return nil }
        var next = ofNow(previous, gauge)
        (next.form, next.threshold, next.also) = (.value, nil, [])
        next.statistic = direction == .down || says("lowest") ? .low : .peak
        next.asksEver = !isWorst
        (next.isYesNo, next.direction) = (!isWorst, isWorst ? nil : direction)
        next.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        return next
    }

    /// "Was there ever any pressure?", "was the load ever higher?"
    mutating func readEver() -> Bool {
        let isOfAnything = begins(
            "was anything", "did anything", "has anything", "was something", "did something", "was anybody",
            "were there")
        guard isCheck, says("ever") || isOfAnything && says("a lot", "heavily", "much"), !gauges.isEmpty,
            question.threshold == nil, question.judged == nil,
            direction != nil || says("any", "a lot", "much", "heavy", "heavily"),
            begins("was", "were", "has", "have", "did", "had"),
            !has("full", "oom", "boot", "anomaly", "error", "drop", "loss"), !namesHostNames
        else { return false }
        set(.value, .gauges(gauges))
        question.statistic = direction == .down ? .low : .peak
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.isYesNo, question.direction, question.asksEver) = (true, direction, true)
        question.judgesAmount = says("a lot", "much", "heavy", "heavily")
        (saysForm, saysStatistic, saidStatistic) = (true, true, question.statistic)
        return true
    }
}
