import MaintenanceAPI

/// A figure that was told, against something: what is usual, another time, what would be too much; or the other of two.
extension QuestionReader {
    // MARK: Compared with

    private static let comparing: Set<String> = [
        "compared", "compare", "compares", "comparison", "versus", "vs", "than", "against", "relative",
        "with",
        "to", "as", "how", "much", "many", "usual", "usually", "normal", "normally", "typical", "average",
        "yesterday", "week", "last", "ago", "hour", "hours", "minute", "minutes", "day", "days", "earlier",
        "before", "half", "twice", "double", "times", "an", "unusual", "always", "same", "time", "at", "high",
        "low", "today", "this", "morning", "or", "now", "currently", "few", "couple", "some", "moments",
        "bit",
        "five", "ten", "previous", "that",
    ]

    /// "Compared to yesterday?", "is that more than usual?", "twice as much as an hour ago?"
    var asksComparison: Bool {
        guard question.threshold == nil, gauges.isEmpty, question.form != .why else { return false }
        if asksWhatIsUsual { return true }
        guard
            says(
                "compared", "compare", "comparison", "versus", "vs", "than", "against", "as usual",
                "relative to", "as before", "as yesterday"),
            !says("than once")
        else { return false }
        return content.allSatisfy { word in
            Self.comparing.contains(word) || Self.comparatives.contains(word) || Self.up.contains(word)
                || Self.down.contains(word) || number(word) != nil
        }
    }

    private static let usual: Set<String> = [
        "would", "should", "usual", "usually", "normal", "normally", "typical", "typically", "expected",
        "value", "range", "level", "how", "much", "many", "high", "before", "then", "now", "else",
    ]

    /// "What would be normal?"
    private var asksWhatIsUsual: Bool {
        if words.plain.count <= 2, says("normally", "usually", "typically") { return true }
        return saysOnly(Self.usual)
            && begins(
                "what", "and what", "how much", "how many", "how high", "and how much", "and how many",
                "and how high")
            && says("usual", "usually", "normal", "normally", "typical", "typically", "expected")
    }

    func compared(_ previous: Query) -> Query? {
        guard asksComparison, let gauge = previous.ofItsFigure.gauges.first, gauge != .uptime,
            gauge != .oomKills
        else { return nil }
        if let window = previous.window, window.isMoment, says("today", "now", "currently") {
            var next = same(previous)
            (next.form, next.statistic, next.isWithNow) = (.value, .mean, true)
            next.window = window.middle
            return next
        }
        // "Compare it with when you started."
        if minutesAfterBeginning != nil, var moment = TimeWindow(in: "7 minutes ago", now: now) {
            moment.minutesAfterBeginning = minutesAfterBeginning
            var next = ofNow(previous, gauge)
            (next.form, next.statistic, next.isWithNow, next.threshold) = (.value, .mean, true, nil)
            next.window = moment.middle
            return next
        }
        // "Compared to the five minutes before that?", after a mean of five minutes.
        if let window = previous.window, !window.isMoment, previous.statistic == .mean,
            says(
                "before that", "before this", "before them", "before those", "before it", "minutes before",
                "hour before")
        {
            var next = same(previous)
            (next.form, next.statistic, next.isYesNo, next.direction) = (.compare, .mean, isCheck, direction)
            next.comparison = .before(window.minutes)
            return next
        }
        var own = self
        own.question.window = namedWindow
        own.finishComparison(now: now)
        if asksWhatIsUsual { own.question.comparison = .usual }
        if let past = previous.window, past.endsMinutesAgo > 0, says("today", "now") {
            own.question.comparison = .before(past.middleMinutesAgo)
        }
        guard let comparison = own.question.comparison else { return nil }
        var next = ofNow(previous, gauge)
        next.threshold = nil
        next.form = .compare
        next.comparison = comparison
        next.direction = direction
        next.isYesNo =
            !asksWhatIsUsual && isCheck
            || !Self.comparatives.isDisjoint(with: words.plain) && !says("how")
        next.suspectsTrouble = true
        return next
    }

    // MARK: Judged

    private static let conditions: Set<String> = ["for", "on", "with", "given", "considering"]

    /// "Is that ok for 4 cores?", "too much for a database server?": a judgement, with a condition behind it.
    var judgesThat: Bool {
        let plain = words.plain
        let head = plain.prefix { !Self.conditions.contains($0) }
        guard head.count < plain.count, head.count >= 2, question.window == nil, question.form != .why,
            question.form != .order, gauges.isEmpty || gauges == [.coreCount] || has("host")
        else { return false }
        let says = Set(head)
        return head.allSatisfy {
            Self.pointing.contains($0) || Self.judging.contains($0) || Self.linking.contains($0)
        }
            && !Self.judging.subtracting([
                "so", "more", "than", "right", "i", "we", "about", "to", "need", "really", "very", "still",
            ]).isDisjoint(with: says)
    }

    private static let states: Set<String> = [
        "hot", "warm", "cold", "full", "busy", "loaded", "slow", "long", "fast", "big", "large", "small",
    ]

    /// "Is this too hot?"
    var judgesState: Bool {
        question.window == nil && question.threshold == nil && says("too")
            && saysOnly(Self.judging, Self.states)
            && !says("how", "why", "when")
    }

    /// "Is that slow?", of how long a disk takes.
    var judgesSlowness: Bool {
        isCheck && says("slow", "fast", "long", "quick") && says("that", "it", "this")
            && question.window == nil
            && saysOnly(Self.judging, Self.states)
    }

    private static let limits: Set<String> = [
        "near", "close", "limit", "limits", "maximum", "max", "edge", "far", "from", "to", "anywhere",
    ]

    /// "Is that near the limit?"
    var asksOfLimit: Bool {
        question.window == nil && saysOnly(Self.limits, Self.judging) && says("near", "close", "far")
            && says("limit", "limits", "maximum", "max")
    }

    private static let limiting: Set<String> = [
        "limit", "what", "which", "allowed", "possible", "how", "many", "much", "hard", "soft", "upper",
        "there",
        "could", "can", "be", "most", "at", "on", "to", "it", "maximum",
    ]

    /// "What is the limit?"
    var asksTheLimit: Bool {
        question.window == nil && question.threshold == nil && saysOnly(Self.limiting)
            && says("limit", "allowed", "possible") && !says("near", "close")
    }

    func limit(of previous: Query) -> Query? {
        guard asksTheLimit, let gauge = previous.figures.first else { return nil }
        var next = ofNow(previous, gauge)
        (next.form, next.isYesNo, next.threshold) = (.value, false, nil)
        switch gauge {
        case .openFiles: next.subject = .topic(.limit(.openFiles, most: .maxOpenFiles))
        case .trackedConnections, .trackedConnectionCount: next.subject = .gauges([.trackedConnectionLimit])
        case .memoryUsed, .memoryAvailable, .memoryUsedBytes: next.subject = .gauges([.memoryTotal])
        default: next.subject = .topic(.thresholds([gauge]))
        }
        return next
    }

    /// "What about 95?", after "is 40 % bad?"
    var judgesNumber: Bool {
        question.window == nil && question.threshold == nil && numbersAlone.count == 1
    }

    /// The numbers of a question that says nothing else.
    private var numbersAlone: [Int] {
        let rest: Set = ["about", "then", "percent", "%", "if", "say", "degrees", "or", "be", "would"]
        let content = content.filter { !rest.contains($0) }
        let numbers = content.compactMap(number)
        return numbers.count == content.count ? numbers : []
    }

    func judged(_ previous: Query) -> Query? {
        if previous.form == .judge, judgesNumber, let value = numbersAlone.first {
            var next = previous
            next.judged = Double(value)
            next.also = []
            return next
        }
        let isOfWait = judgesSlowness && previous.gauges.first == .diskWait
        guard judgesThat || judgesState || asksOfLimit || isOfWait else { return nil }
        if asksOfLimit, previous.gauges == [.openFiles] {
            var next = ofNow(previous, .openFiles)
            next.form = .check
            next.suspectsTrouble = true
            next.subject = .topic(.limit(.openFiles, most: .maxOpenFiles))
            return next
        }
        return judgement(of: previous.ofItsFigure)
    }

    static let used: [Gauge: Gauge] = [
        .diskFree: .diskUsed, .memoryAvailable: .memoryUsed, .swapFree: .swapUsed, .inodesFree: .inodesUsed,
    ]

    /// "Is that a lot?"
    func judgement(of previous: Query) -> Query? {
        // "Is that normal for it?", of a process.
        if case .processes = previous.subject, previous.window == nil, !previous.isAtPeak,
            previous.form != .list
        {
            var next = same(previous)
            (next.form, next.isOfFirst, next.comparison) = (.compare, true, .usual)
            return next
        }
        guard var gauge = previous.gauges.first else { return nil }
        // What is free is enough where what is used is not too much.
        if !says("lot", "much", "many", "high", "low", "more", "less"), let used = Self.used[gauge] {
            gauge = used
        }
        // Whether there are enough cores shows in how busy they are.
        if gauge == .coreCount { gauge = .cpuBusy }
        // The page cache is neither too much nor too little.
        if [.memoryCached, .memoryBuffers, .memoryFree].contains(gauge),
            says("good", "bad", "normal", "ok", "fine", "problem")
        {
            var next = ofNow(previous, gauge)
            (next.form, next.threshold, next.isYesNo) = (.explain, nil, false)
            return next
        }
        var next = same(previous)
        next.subject = .gauges([gauge])
        next.threshold = nil
        next.picksVerdict = asksWhichJudgement
        next.isYesNo = true
        next.judgesAmount = true
        next.suspectsTrouble =
            !(has("fine") || says("normal", "usual", "safe", "enough", "acceptable", "expected", "sane"))
        next.statistic = .now
        next.window = nil
        // Of what was, as it was then.
        if let window = previous.window, window.isMoment || previous.statistic == .peak,
            !says("worried", "worry", "concerned", "nervous", "alarmed", "panic")
        {
            next.form = .check
            next.window = window
            return next
        }
        if says("normal", "usual", "unusual", "expected", "more", "less") {
            next.form = .compare
            next.comparison = .usual
            next.direction = direction
        } else {
            next.form = .check
        }
        return next
    }

    // MARK: How much there is

    private static let amounts: Set<String> = [
        "how", "much", "many", "all", "total", "altogether", "there", "we", "i", "got", "installed",
        "capacity", "size", "big", "large", "at", "overall", "exist", "together", "to", "begin", "with",
    ]

    /// "And how much is there at all?", "how big is it?"
    var asksTotal: Bool {
        question.window == nil && question.threshold == nil && saysOnly(Self.amounts)
            && says(
                "at all", "in total", "total", "altogether", "in all", "we have", "i have", "we got",
                "how big",
                "how large", "capacity", "size", "installed")
    }

    private static let totals: [Gauge: Gauge] = [
        .memoryUsed: .memoryTotal, .memoryUsedBytes: .memoryTotal, .memoryAvailable: .memoryTotal,
        .swapUsed: .swapTotal, .swapUsedBytes: .swapTotal, .swapFree: .swapTotal, .diskUsed: .diskTotal,
        .diskUsedBytes: .diskTotal, .diskFree: .diskTotal, .openFiles: .maxOpenFiles,
    ]

    func total(_ previous: Query) -> Query? {
        let isMount = previous.names.first?.hasPrefix("/") ?? false
        guard asksTotal, let gauge = previous.figures.first ?? (isMount ? .diskUsed : nil),
            let total = Self.totals[gauge]
        else { return nil }
        var next = ofNow(previous, total)
        next.form = .value
        next.threshold = nil
        next.isSum = total == .diskTotal && previous.names.isEmpty && !says("how big", "how large")
        return next
    }

    // MARK: The other one

    private static let others: Set<String> = [
        "other", "others", "next", "direction", "way", "about", "how", "what", "side", "rest", "else", "who",
        "anyone", "anybody", "after", "follows", "comes", "then", "behind", "second", "doing", "busy", "much",
        "on", "of", "full", "do", "using", "used", "use",
    ]

    /// "And the other one?", "the other direction?", "and the next one?"
    var asksForOther: Bool {
        saysOnly(Self.others)
            && says(
                "other", "others", "next one", "the next", "else", "after that one", "after that", "after it",
                "after this",
                "after him", "who follows", "what follows", "who comes after", "comes after", "comes next",
                "behind it",
                "behind that one", "second one")
            && question.window == nil
    }

    func other(_ previous: Query) -> Query? {
        guard asksForOther else { return nil }
        var next = same(previous)
        let isList = says("others", "other ones", "else")
        switch previous.subject {
        case .processes:
            next.form = isList ? .list : .which
            next.rank = isList ? nil : (previous.rank ?? 1) + 1
        case .topic(.processAt(let place, let order)): next.subject = .topic(.processAt(place + 1, order))
        case .gauges([.diskUsed]) where previous.names.isEmpty && previous.statistic == .now,
            .fileSystems where previous.form == .which && !previous.isLowest:
            if isList {
                (next.subject, next.form) = (.fileSystems, .list)
            } else {
                (next.subject, next.form) = (.gauges([.diskUsed]), .value)
                next.rank = (previous.rank ?? 1) + 1
            }
        // "How much are the others doing?", of cores.
        case .cores, .gauges([.busiestCore]):
            next = Query()
            (next.form, next.subject) = (.list, .cores)
        case .topic(.component(let component)) where isList && component.kind == .core:
            next = Query()
            (next.form, next.subject) = (.list, .cores)
        // "And on the others?", after one that was named.
        case .gauges([.diskUsed]) where !previous.names.isEmpty,
            .gauges([.diskFree]) where !previous.names.isEmpty,
            .nothing where previous.names.first?.hasPrefix("/") ?? false:
            next = Query()
            (next.form, next.subject, next.leftOut) = (.list, .fileSystems, previous.names)
        case .gauges([.inodesUsed]) where isList: next.names = []
        case .topic(.component(var component)):
            guard !isList, case .most(let place)? = component.rank else { return nil }
            component.rank = .most(place + 1)
            next.subject = .topic(.component(component))
        case .gauges(let gauges):
            guard gauges.count == 1, let partner = Self.partner(of: gauges[0]) else { return nil }
            next.subject = .gauges([partner])
        default: return nil
        }
        return next
    }
}
