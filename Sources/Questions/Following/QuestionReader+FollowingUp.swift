import MaintenanceAPI

/// What a question changes of the one before it, where it names nothing of its own.
///
/// Each of these reads only whether the words, beside those that point and link, are of one kind: another time, another unit,
/// whether it still is so, what to do about it. All else is taken from the question before.
extension QuestionReader {
    /// Whether it says one of the things by which a question goes on from another.
    var followsUp: Bool {
        guard !namesHostNames, words.plain.count <= 14 else { return false }
        return askedUnit != nil || saysOtherTime || asksWhetherStill || asksAdvice || asksComparison
            || asksOfBefore || saysSinceBootOnly || asksHowOften || asksWho || pick != nil || judgesThat
            || judgesState || asksOfLimit || asksTotal || asksForOther || asksToRepeat || asksWhatIsLeft
            || asksWhatIsUsed || judgesNumber || asksByHowMuch || asksOtherLoad || asksNumberOfProcess
            || asksSameStart || asksOtherLevel || asksHowHigh || asksHowManyAnswer || asksExactTime
            || asksTheLimit || asksErrorOfClock
            || asksWhetherOne || asksOfThePeak || asksOtherNeed || asksWhetherEver || asksWhetherRunning
            || asksToEnd || asksTheInterval
            || asksWhenBad
            || asksOtherPercentile || asksToAdd || asksInOrOut || asksHowBusy || asksUntilFull
            || judgesNamedNumber || asksHowLongItRan || asksHowManyRun || asksWhatTheyAre || asksToReclaim
            || asksWhoReads || asksWhichGoesOn || asksWhetherBack || asksWhyNot
            || asksCoreOverTime || asksOfReadings || asksFullWhen || asksWhetherItMoved
            || isCheck && comesBack && gauges.isEmpty && words.plain.count <= 8 || asksWhatThen
            || asksLater || asksIfUnchanged || cause != nil || asksExtremeOne || asksHowManyWait
            || asksBusyCores || asksShareOfAll || asksForMore || asksAnythingSerious || saysWithoutCache
            || asksForRest || asksSomeOrFull || asksOnWhich || asksForNeed || asksHowManyAlone
            || asksWhatItWas
            || asksWhatWouldBe
            || judgesSlowness
    }

    /// The question before with what this one changes; nil where that makes no sense of it.
    func followingUp(_ previous: Query) -> Query? {
        guard previous.canBeFollowed else { return nil }
        for change in Self.changes {
            if let next = change(self)(previous) { return next }
        }
        return nil
    }

    /// The first that applies is taken.
    private static var changes: [(QuestionReader) -> (Query) -> Query?] {
        [
            later, unchanged, caused, extremeOne, howManyWait, busyCores, shareOfAll, more, anythingSerious,
            withoutCache, whatWouldBe, restOfAll, onWhich, someOrFull, need, howManyAlone,
            coreOverTime, moved, fullWhen, ofReadings, whatThen, stillOngoing, whetherBack, howLongItRan,
            whetherDone,
            allOfThem, reclaimed, readers,
            ever,
            runningOfAll, judgedNumber,
            adding, inOrOut, howBusy, untilFull,
            stillRunning, ending, interval,
            otherNeed, ofThePeak,
            howHigh, howManyAnswer, exactTime,
            errorOfClock, limit, otherLevel, otherPercentile, whenBad,
            difference, otherLoad,
            numberOfProcess,
            sameStart,
            inOtherUnit, atOtherTime,
            whetherStill, advice,
            picked, compared, ofBefore, sinceBoot, howOften,
            who, judged, total, left, other, repeated,
        ]
    }

    /// What is said beside words that point, link and ask politely.
    var content: [String] {
        words.plain.filter {
            !Self.pointing.contains($0) && !Self.linking.contains($0) && !Self.courtesy.contains($0)
        }
    }

    private static let courtesy: Set<String> = [
        "please", "pls", "plz", "exactly", "actually", "just", "me", "tell", "say", "you", "thanks", "thx",
        "hey", "hmm", "um", "uh", "oh", "same", "show", "give", "precisely",
    ]

    /// Whether something is said, and nothing but these.
    func saysOnly(_ known: Set<String>...) -> Bool {
        let content = content
        return !content.isEmpty && content.allSatisfy { word in known.contains { $0.contains(word) } }
    }

    /// As it was, without what belonged to its own wording.
    func same(_ previous: Query) -> Query {
        var next = previous.ofItsFigure
        next.also = []
        next.unknownWords = []
        (next.isAdvice, next.isAtPeak, next.isRest) = (false, false, false)
        (next.unit, next.pick, next.asksEver) = (nil, nil, false)
        (next.asksOngoing, next.isInOrder, next.asksShare) = (false, false, false)
        return next
    }

    /// The state of a figure as it is now.
    func ofNow(_ previous: Query, _ gauge: Gauge) -> Query {
        var next = same(previous)
        next.subject = .gauges([gauge])
        next.about = []
        (next.window, next.comparison, next.judged, next.statistic) = (nil, nil, nil, .now)
        (next.isSince, next.isEnd, next.isBefore, next.isWithNow) = (false, false, false, false)
        (next.isSinceBoot, next.isOfFirst, next.isOver) = (false, false, false)
        return next
    }

    /// "Say that again."
    private var asksToRepeat: Bool {
        says(
            "in order", "in chronological order", "chronologically", "in order of time", "timeline",
            "with times", "with the times",
            "sorted by time")
            && words.plain.count <= 6
            || says("say that again", "say it again", "say again", "repeat that", "repeat it", "come again")
            || ["repeat", "pardon"].contains(words.plain.joined(separator: " "))
    }

    /// "How much is left?"
    private var asksWhatIsLeft: Bool {
        has("free") && [[], [.memoryAvailable, .diskFree], [.diskFree]].contains(gauges)
            && says("how much", "how many") && words.plain.count <= 9
            && question.window == nil && question.threshold == nil && !has("memory", "disk")
    }

    private static let using: Set<String> = [
        "used", "use", "taken", "occupied", "how", "much", "many", "already", "gone",
    ]

    /// "How much of it is used?"
    private var asksWhatIsUsed: Bool {
        saysOnly(Self.using) && says("used", "in use", "taken", "occupied") && question.window == nil
            && question.threshold == nil
    }

    private func left(_ previous: Query) -> Query? {
        let partners = asksWhatIsLeft ? Self.free : asksWhatIsUsed ? Self.usedOfTotal : [:]
        guard let gauge = previous.figures.first, let partner = partners[gauge],
            !has("space") || gauge.rawValue.hasPrefix("disk")
        else { return nil }
        var next = ofNow(previous, partner)
        (next.form, next.threshold, next.horizon, next.isYesNo) = (.value, nil, nil, false)
        return next
    }

    private static let usedOfTotal: [Gauge: Gauge] = [
        .memoryTotal: .memoryUsed, .memoryAvailable: .memoryUsed, .swapTotal: .swapUsed, .swapFree: .swapUsed,
        .diskTotal: .diskUsed, .diskFree: .diskUsed, .inodesFree: .inodesUsed, .inodesTotal: .inodesUsed,
        .maxOpenFiles: .openFiles,
    ]

    /// "And p50?"
    var asksOtherPercentile: Bool {
        !content.isEmpty && content.allSatisfy(Self.isPercentile) && content.count == 1
    }

    private func otherPercentile(_ previous: Query) -> Query? {
        guard asksOtherPercentile, let gauge = previous.gauges.first, !gauge.rawValue.hasPrefix("relay"),
            let percent = content.first.flatMap({ Int($0.dropFirst()) })
        else { return nil }
        var next = same(previous)
        (next.form, next.statistic, next.threshold) = (.value, .percentile(min(100, percent)), nil)
        next.window = previous.window ?? TimeWindow(minutes: 60)
        return next
    }

    private func repeated(_ previous: Query) -> Query? {
        guard asksToRepeat else { return nil }
        var next = previous
        if saysInOrder {
            (next.isInOrder, next.subject) = (true, previous.isOfAll ? .findings : previous.subject)
        }
        return next
    }

    /// "In order of time", "chronologically".
    var saysInOrder: Bool {
        says(
            "in order of time", "in order", "chronological", "chronologically", "sorted by time", "by time",
            "timeline", "time line", "one after the other", "with times", "with the times")
    }

    // MARK: In another unit

    private static let converting: Set<String> = [
        "how", "much", "many", "convert", "converted", "expressed", "express", "degrees", "degree", "value",
        "write", "wrote", "read", "transfer", "transferred", "send", "receive", "download", "all",
        "as", "to", "terms", "unit", "units", "instead", "figure", "number",
    ]

    /// "In fahrenheit?", "how many MB is that?"; a number of minutes asks how long, unless it is "in minutes".
    var askedUnit: Query.AskedUnit? {
        let content = content
        let named = content.compactMap(Query.AskedUnit.init(word:))
        guard let unit = named.last, named.count <= 2,
            content.allSatisfy({ Query.AskedUnit(word: $0) != nil || Self.converting.contains($0) }),
            question.window == nil, question.threshold == nil,
            unit.kind != .time || says("in", "as", "to") && !says("how many")
        else { return nil }
        return unit
    }

    private func inOtherUnit(_ previous: Query) -> Query? {
        guard let unit = askedUnit else { return nil }
        var next = same(previous)
        // "How many MB was it in all?", of a rate that was asked for as its highest.
        if unit.kind == .bytes, says("how many"), says("did", "was it", "were it", "in all", "altogether"),
            previous.gauges.first?.traits.unit == .bytesPerSecond
        {
            (next.statistic, next.form, next.threshold) = (.total, .value, nil)
            next.subject = .gauges(Array(previous.gauges.prefix(1)))
            next.window = previous.window.flatMap { $0.isMoment ? nil : $0 } ?? TimeWindow(minutes: 1440)
        }
        if says("now", "right now", "currently"), let gauge = previous.gauges.first,
            previous.statistic != .now
        {
            next = ofNow(previous, gauge)
            (next.form, next.threshold) = (.value, nil)
        }
        next.unit = unit
        switch (previous.gauges.first, unit.kind) {
        case (.memoryUsed?, .bytes): next.subject = .gauges([.memoryUsedBytes])
        case (.swapUsed?, .bytes): next.subject = .gauges([.swapUsedBytes])
        case (.diskUsed?, .bytes) where previous.names.isEmpty && previous.statistic == .now: break
        case (.memoryUsedBytes?, .percent): next.subject = .gauges([.memoryUsed])
        case (.swapUsedBytes?, .percent): next.subject = .gauges([.swapUsed])
        case (.diskUsedBytes?, .percent): next.subject = .gauges([.diskUsed])
        case (.memoryAvailable?, .percent) where previous.statistic == .now && previous.gauges.count == 1:
            next.subject = .topic(.freeShare(.memory))
        case (.diskFree?, .percent) where previous.statistic == .now:
            next.subject = .topic(.freeShare(.disks))
        case (_, .percent) where previous.gauges.contains(.diskFree) && !previous.names.isEmpty:
            next.subject = .topic(.freeShare(.disks))
        // "How much is left?" was answered with both.
        case (.memoryAvailable?, .percent) where previous.gauges == [.memoryAvailable, .diskFree]:
            next.subject = .topic(.freeShare(.memory))
            var other = next
            other.subject = .topic(.freeShare(.disks))
            next.also = [other]
        default: break
        }
        if next.form == .check || next.form == .judge, !next.gauges.isEmpty { next.form = .value }
        return next
    }

    // MARK: Whether it still is so

    private static let ongoing: Set<String> = [
        "still", "running", "ongoing", "going", "on", "continuing", "continue", "continues", "happening",
        "happen",
        "persist", "persists", "persisting", "lasting", "present", "now", "currently", "active", "right",
        "moment", "at", "case", "like", "so", "high", "low", "busy", "bad", "much", "many", "slow", "there",
        "here", "same", "true", "as", "today", "really", "anymore", "any", "more", "longer", "no", "not",
        "problem", "yet", "already",
    ]
    private static let ended: Set<String> = [
        "over", "stopped", "stop", "gone", "ended", "finished", "resolved", "solved", "recovered", "passed",
        "calm", "calmed", "down", "settled", "better", "away", "done", "past", "cleared", "back", "to",
        "normal", "usual", "again", "fine", "ok", "okay", "healthy", "well", "improved", "improving",
    ]
    /// Words of these that say that something ended, not only that it is well.
    private static let endings: Set<String> = [
        "over", "stopped", "stop", "gone", "ended", "finished", "resolved", "solved", "recovered", "passed",
        "calmed", "settled", "done", "cleared", "past",
    ]

    var saysEnded: Bool {
        !Self.endings.isDisjoint(with: words.plain) || says("back to normal", "back to usual", "normal again")
            || says("ok again", "okay again", "fine again", "better now", "ok now", "fine now", "normal now")
    }

    /// "Is it still going on?", "ongoing?", "is it over?", "has it stopped?"
    var asksWhetherStill: Bool {
        guard question.window == nil, question.threshold == nil, gauges.isEmpty || gauges == [.cpuBusy],
            saysOnly(Self.ongoing, Self.ended, Self.events),
            !says("how", "when", "which", "why", "who", "until", "what", "since", "ones")
        else { return false }
        return saysEnded
            || says(
                "still", "ongoing", "continuing", "happening", "persisting", "persist", "going on",
                "the case")
    }

    private func whetherStill(_ previous: Query) -> Query? {
        guard asksWhetherStill else { return nil }
        let isGood = saysEnded && !says("not over", "not stopped", "not gone", "still not")
        var next: Query
        if let gauge = previous.figures.first, ![.networkOK, .disk, .fileSystems].contains(previous.subject) {
            next = ofNow(previous, gauge)
            next.form = .check
            if gauge == .oomKills {
                // A count that only grows is still going on where it has just grown.
                next.window = TimeWindow(minutes: 10)
                if isGood { next.form = .value }
            }
            // Whether there was any at all.
            if previous.threshold?.value == 0 { next.threshold = nil }
            if let threshold = previous.threshold, isGood, threshold.value != 0 {
                next.threshold = Query.Threshold(isAbove: !threshold.isAbove, value: threshold.value)
            }
        } else {
            next = same(previous)
            next.form = .check
            (next.window, next.pick) = (nil, nil)
            switch previous.subject {
            case .slow, .networkOK, .hungMount, .readOnly, .relay, .gauges: break
            case .host, .bottleneck, .findings, .changes, .topic(.course), .topic(.summary):
                (next.form, next.subject) = (.value, .findings)
            default: return nil
            }
        }
        next.isYesNo = true
        next.asksOngoing = true
        next.deniesPresence = false
        next.direction = nil
        next.suspectsTrouble = !isGood
        next.suspectsHang = !isGood
        next.suspectsNetworkTrouble = !isGood
        return next
    }

    // MARK: What to do about it

    private static let advising: Set<String> = [
        "should", "could", "can", "would", "must", "to", "i", "we", "us", "first", "fix", "fixed", "start",
        "begin", "where", "how", "recommend", "recommendation", "suggest", "suggestion", "advise", "advice",
        "tip", "tackle", "handle", "solve", "repair", "urgent", "important", "priority", "prioritise",
        "prioritize", "most", "more", "look", "check", "next", "about", "against", "help", "need", "action",
        "take", "try", "attention", "best", "here", "there", "any", "your", "my", "care", "deal", "with",
        "at", "on", "something", "anything", "worse", "worst", "now", "thing", "problem", "issue", "step",
        "make", "better", "be", "done",
    ]

    /// "So what should I do?", "which one should I fix first?", "where do I start?"
    var asksAdvice: Bool {
        guard question.window == nil, question.threshold == nil, saysOnly(Self.advising),
            question.form != .order || begins("how", "what", "which", "where", "so", "and", "ok")
        else { return false }
        return says(
            "should i do", "should we do", "can i do", "can we do", "could i do", "could we do", "must i do",
            "what to do", "would you do", "do about", "do i do", "do we do", "do against", "do i fix",
            "do we fix", "to fix", "i fix", "we fix", "should i fix", "recommend", "suggest", "advise",
            "advice", "recommendation", "suggestion", "urgent", "more important", "most important",
            "priority", "tackle", "solve", "repair", "handle", "where do i start", "where to start",
            "should i start", "do i begin", "start with", "look at first", "check first", "do first",
            "should i look", "should i check", "do next", "should i try", "what next", "what now", "now what",
            "what then", "i should do", "we should do", "i can do", "we can do", "i must do", "to do now",
            "can be done", "could be done", "be done about", "to be done")
    }

    private func advice(_ previous: Query) -> Query? {
        guard asksAdvice else { return nil }
        var next = same(previous)
        switch previous.subject {
        case .host, .slow: break
        case .findings where previous.about.isEmpty: next.subject = .host
        case .hungMount, .readOnly: next.subject = .gauges([.diskUsed])
        case .bottleneck, .relay, .changes, .processes, .topic(.course), .topic(.outlook), .topic(.summary):
            next.subject = .host
        default:
            guard let gauge = previous.figures.first else { return nil }
            next = ofNow(next, gauge)
        }
        (next.window, next.statistic, next.threshold, next.comparison) = (nil, .now, nil, nil)
        next.form = .why
        next.isAdvice = true
        return next
    }
}
