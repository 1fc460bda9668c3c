import MaintenanceAPI

/// One thing or another, of which neither is yes, and whether two things belong together.
extension QuestionReader {
    mutating func readAlternatives() -> Bool {
        readUserOrSystem() || readStableOrWorse() || readPeaksTogether()
    }

    /// "Is the load coming from a program or from the system itself?", "user or system time mostly?"
    private mutating func readUserOrSystem() -> Bool {
        let programs: Set = [
            "user", "userland", "program", "programs", "process", "processes", "application",
        ]
        let kernel: Set = ["system", "kernel", "sys", "os"]
        guard let place = words.plain.firstIndex(of: "or"), question.threshold == nil, !namesHostNames,
            has("cpu", "load") || says("time", "mostly", "mainly") || gauges == [.cpuSystem],
            !has("memory", "disk", "network", "relay", "probe", "uptime")
        else { return false }
        let (before, after) = (Set(words.plain[..<place]), Set(words.plain[(place + 1)...]))
        let isBoth =
            !before.isDisjoint(with: programs) && !after.isDisjoint(with: kernel)
            || !before.isDisjoint(with: kernel) && !after.isDisjoint(with: programs)
        guard isBoth else { return false }
        set(.value, .gauges([.cpuUser, .cpuSystem]))
        (hasSeveral, saysForm) = (true, true)
        if question.window == nil, !saysStatistic { question.statistic = .now }
        return true
    }

    /// "Is memory usage getting worse or is it stable?"
    private mutating func readStableOrWorse() -> Bool {
        let isUneven = says(
            "bounce", "bouncing", "bounces", "fluctuate", "fluctuates", "fluctuating", "jumpy", "jumping",
            "erratic",
            "varying", "swinging", "volatile", "up and down", "all over the place")
        guard let gauge = gauges.first,
            gauges.count == 1 || gauges == [.networkReceived, .networkSent] || gauge == .load1,
            words.plain.contains("or"),
            says(
                "getting worse", "getting better", "growing", "rising", "climbing", "increasing", "going up")
                || isUneven,
            says("stable", "steady", "constant", "flat", "level", "the same"), question.threshold == nil,
            !namesHostNames, gauge != .diskUsed
        else { return false }
        set(.value, .gauges([gauge]))
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (.trend, true, .trend, true)
        question.window = question.window ?? TimeWindow(minutes: 60)
        question.wantsSteady = isUneven
        return true
    }

    /// "Did the network and the disk peak at the same time?", "was the CPU high because of the memory?"
    private mutating func readPeaksTogether() -> Bool {
        let named = Self.resources.filter { has($0.concept) }.map(\.gauge)
        let isTogether = says(
            "same time", "same moment", "same process", "same program", "same thing", "same cause", "at once",
            "together", "simultaneously", "coincide", "coincided")
        let isCause =
            says("because of", "due to", "related", "connected", "caused by")
            && says("was", "were", "did", "had")
        guard isCheck || isEitherOr || begins("did", "was", "were", "do"), named.count == 2,
            isTogether
                && says(
                    "peak", "peaked", "high", "highest", "spike", "spiked", "rise", "rose", "busy", "thing",
                    "happen", "happened", "load")
                || isCause,
            question.threshold == nil, !namesHostNames, !has("relay", "probe", "connection"),
            !has("process") || says("same process", "same program")
        else { return false }
        set(.check, .topic(.peaksTogether(named[0], named[1])))
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    private static let resources: [(concept: String, gauge: Gauge)] = [
        ("cpu", .cpuBusy), ("load", .load1), ("memory", .memoryUsed), ("network", .networkReceived),
        ("disk", .diskBusy),
    ]
}
