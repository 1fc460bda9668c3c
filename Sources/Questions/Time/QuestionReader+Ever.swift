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
        "then", "now", "present", "when", "was",
    ]
    private static let mostEver = [
        "most ever", "highest ever", "max ever", "maximum ever", "the most it", "most it was", "highest it",
        "worst it", "lowest it", "max so far", "most so far", "highest so far", "maximum so far",
        "the most they", "most there were", "high did it get", "high did it go", "high was it at most",
        "get at most", "go at most", "was it at most", "much at most", "at any time",
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
        if Self.mostEver.contains(where: { says($0) }), saysOnly(Self.everWords) { return true }
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
        let isWorst = says("worst", "highest", "lowest", "maximum", "max", "most")
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
        guard isCheck, says("ever", "at any time") || isOfAnything && says("a lot", "heavily", "much"),
            !gauges.isEmpty,
            question.threshold == nil, question.judged == nil,
            direction != nil || says("any", "a lot", "much", "heavy", "heavily", "at any time"),
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

    /// "Is the disk 100 % busy sometimes?", "was there a time with much system time?", "did memory jump at some point?"
    mutating func readSometimes() -> Bool {
        let isSometimes = says(
            "sometimes", "at times", "from time to time", "now and then", "occasionally", "once in a while")
        let isOnce =
            says(
                "at some point", "a time with", "a time when", "a moment with", "a moment when",
                "a phase with", "a phase when", "a period with", "a period when", "times with", "phases with")
            && begins("was", "were", "did", "has", "have", "had", "is there")
            || begins("was there", "were there", "has there been", "did you see", "have there been")
                && says("burst", "bursts", "surge", "surges", "rush", "wave", "flood of traffic")
        guard isCheck, isSometimes || isOnce, !says("same time", "both", "together"),
            let gauge = gauges.first, !namesHostNames, !isComparison,
            !has("full", "oom", "boot", "relay", "probe", "reading")
        else { return false }
        let window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        if question.threshold == nil, let judged = question.judged {
            question.threshold = Query.Threshold(isAbove: true, value: judged)
            question.judged = nil
        }
        saysForm = true
        guard question.threshold == nil else {
            set(.check, .gauges([gauge]))
            (question.window, question.statistic) = (window, .now)
            return true
        }
        set(.value, .gauges(gauges))
        question.statistic = direction == .down || says("low", "little", "few") ? .low : .peak
        (question.window, question.isYesNo, question.asksEver) = (window, true, true)
        question.judgesAmount = true
        (saysStatistic, saidStatistic) = (true, question.statistic)
        return true
    }
}
