import MaintenanceAPI
import Values

/// Each time that something was high, in order of time, and how it was minute by minute.
extension QuestionReader {
    private static let highs = [
        "spike", "spikes", "spiked", "burst", "bursts", "surge", "surges", "peaks", "highs", "jumps", "bumps",
    ]
    private static let listing = [
        "list", "show", "give", "name", "tell", "print", "write", "how many", "number of", "count", "all",
        "when were", "each", "every",
    ]

    /// "List the CPU spikes with times", "how many separate bursts of writes were there?"
    mutating func readEachHigh() -> Bool {
        let isThere = isCheck && says("there") && (Self.highs + ["peak", "jump"]).contains { says($0) }
        let isOften =
            says("how often", "how many times", "more than once", "several times")
            && says(
                "jump", "jump up", "go up", "went up", "shoot up", "shot up", "go high",
                "go through the roof",
                "went through the roof", "get busy", "get high", "rise")
        guard !gauges.isEmpty,
            isOften || isThere
                || Self.highs.contains(where: { says($0) }) && Self.listing.contains(where: { says($0) })
                    && !says("how many times", "how often"),
            question.threshold == nil, question.judged == nil,
            [.now, .peak].contains(question.statistic),
            !says("why", "usual", "process", "which", "who", "biggest", "highest", "largest", "worst"),
            !has("relay", "probe", "process"), !namesHostNames
        else { return false }
        let counts = isOften || says("how many", "number of", "count")
        set(counts ? .count : isThere ? .check : .value, .findings)
        // "How many CPU spikes" counts no cores.
        question.about = gauges.prefix(2).map { $0 == .coreCount ? .cpuBusy : $0 }
        question.isInOrder = question.form == .value
        (question.statistic, saysStatistic, saysForm) = (.now, false, true)
        return true
    }

    private static let chronicles = [
        "timeline", "time line", "chronology", "chronicle", "sequence of events", "order of events",
        "what happened when", "story of", "the story", "log of events", "play by play", "event log",
        "list of events", "list the events", "run through the last",
    ]

    /// "Write me a timeline of the last ten minutes."
    mutating func readTimeline() -> Bool {
        guard Self.chronicles.contains(where: { says($0) }), gauges.isEmpty, !namesHostNames,
            !has("relay", "probe", "message", "boot")
        else { return false }
        set(.value, .findings)
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.isInOrder, question.statistic, saysForm) = (true, .now, true)
        return true
    }

    private static let minutely = [
        "minute by minute", "minute for minute", "each minute", "every minute", "by minute", "by the minute",
        "one line per minute", "per minute as a table", "value per minute", "values per minute",
    ]

    /// "Show me the CPU minute by minute."
    mutating func readMinutely() -> Bool {
        let isOfReadings =
            says("last", "latest", "past", "recent")
            && (says("readings", "values", "samples", "data points", "measurements"))
            && !says("how many", "how old", "average", "mean", "highest", "lowest", "when")
        let isPerMinute =
            says("for each of the last", "for each of last", "each of the last", "every one of the last")
            && says("minutes")
            || begins("show", "list", "give", "print", "cpu", "load", "memory", "ram")
                && says("per minute", "a minute")
        guard Self.minutely.contains(where: { says($0) }) || isPerMinute || isOfReadings,
            let gauge = gauges.first(where: { [.cpuBusy, .load1, .memoryUsed].contains($0) }),
            question.threshold == nil, !namesHostNames, !has("relay", "probe", "process", "written"),
            !says("grow", "growth", "growing", "rise", "rising", "mb per minute", "rate", "trend")
        else { return false }
        set(.list, .topic(.eachMinute(gauge)))
        (question.statistic, question.count, saysForm) = (.now, nil, true)
        return true
    }

    /// "Which minute was the quietest?", "busiest minute so far".
    mutating func readBestMinute() -> Bool {
        if says("busiest moments", "busiest times", "worst moments", "busiest minutes", "worst times"),
            gauges.isEmpty || gauges == [.cpuBusy], !namesHostNames, !has("relay", "probe", "disk", "network")
        {
            set(.value, .findings)
            (question.isInOrder, question.statistic, saysForm) = (true, .now, true)
            return true
        }
        let isLow = says("quietest", "calmest", "idlest", "least busy", "lowest")
        guard says("minute", "moment", "time"), isLow || says("busiest", "most busy", "worst", "highest"),
            says(
                "which minute", "what minute", "busiest minute", "quietest minute", "calmest minute",
                "worst minute", "idlest minute", "busiest moment", "quietest moment", "busiest time",
                "quietest time", "calmest moment"),
            !has("disk", "network", "process", "relay", "probe", "interface"), !namesHostNames
        else { return false }
        let gauge = gauges.first { $0 != .busiestCore } ?? .cpuBusy
        gauges = [gauge]
        set(.when, .gauges(gauges))
        question.window = question.window ?? TimeWindow(minutes: 1440)
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (
            isLow ? .low : .peak, true, isLow ? .low : .peak, true
        )
        return true
    }

    /// "When did the disk get busy last?", "when was the last time that the CPU was high?"
    mutating func readLastHigh() -> Bool {
        guard says("when", "what time"), gauges.count == 1, let gauge = gauges.first,
            words.plain.last == "last" || says("last time", "most recently", "the latest"),
            gauge.traits.unit != .none || gauge == .load1, question.threshold == nil,
            ![.uptime, .zombies, .oomKills, .cpuIdle, .memoryAvailable, .memoryFree, .diskFree].contains(
                gauge), !namesHostNames,
            !has("relay", "probe", "boot", "process", "reading")
        else { return false }
        set(.when, .gauges([gauge]))
        question.pick = .last
        question.window = question.window ?? TimeWindow(minutes: 1440)
        (question.statistic, saysStatistic, saysForm) = (.peak, false, true)
        return true
    }

    private static let ranging = [
        "between which values", "between what values", "in which range", "in what range", "what range",
        "range of", "from min to max", "min to max", "swing", "swung", "fluctuate", "fluctuated",
        "fluctuates",
        "up and down", "bounce around", "lowest and highest", "lowest and the highest", "highest and lowest",
        "highest and the lowest", "min and max", "minimum and maximum", "max and min",
    ]

    /// "Between which values did the CPU move?"
    mutating func readRange() -> Bool {
        guard Self.ranging.contains(where: { says($0) }), gauges.count == 1, let gauge = gauges.first,
            gauge.traits.unit != .none || gauge.rawValue.hasPrefix("load"), question.threshold == nil,
            !says("usual", "normal", "average", "mean", "is it", "or", "when"), !namesHostNames,
            !has("relay", "probe", "process", "core")
        else { return false }
        set(.value, .topic(.range(gauge)))
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.statistic, saysForm) = (.now, true)
        return true
    }
}
