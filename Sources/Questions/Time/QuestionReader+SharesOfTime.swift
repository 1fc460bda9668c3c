import MaintenanceAPI

/// How much of the time something was so, how it mostly was, and its extreme beside what is now.
extension QuestionReader {
    /// "Load highest vs now".
    mutating func readExtremeAndNow() -> Bool {
        guard question.statistic == .peak || question.statistic == .low, saysStatistic,
            let gauge = gauges.first,
            says(
                "vs now", "versus now", "and now", "vs current", "versus current", "against now",
                "vs right now"),
            !namesHostNames, question.window?.isMoment != true, !has("process")
        else { return false }
        set(.value, .gauges([gauge]))
        (question.isWithNow, saysForm) = (true, true)
        return true
    }

    /// "Is it mostly idle?"
    mutating func readMostlyIdle() -> Bool {
        guard
            says(
                "mostly idle", "mostly busy", "idle most of the time", "busy most of the time",
                "bored most of the time"),
            question.window.map({ !$0.isMoment }) ?? true, question.threshold == nil, !namesHostNames,
            !has("disk", "network", "relay", "probe", "process")
        else { return false }
        set(.value, .gauges([.cpuBusy]))
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (.mean, true, .mean, true)
        return true
    }

    /// "What percentage of the time was the CPU idle more than half?"
    mutating func readShareOfTime() -> Bool {
        guard
            says(
                "percentage of the time", "percent of the time", "share of the time", "part of the time",
                "fraction of the time", "how much of the time", "minutes in total", "long in total"),
            let gauge = gauges.first, !namesHostNames
        else { return false }
        // "What percent of the time was the CPU idle?"
        if question.threshold == nil, !says("half"), gauge.traits.unit == .percent,
            says("was", "were", "did", "since", "over", "last")
        {
            set(.value, .gauges([gauge]))
            question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
            (question.statistic, saysStatistic, saidStatistic, saysForm) = (.mean, true, .mean, true)
            return true
        }
        guard question.threshold != nil || says("half") else { return false }
        set(.duration, .gauges([gauge]))
        question.threshold =
            question.threshold ?? Query.Threshold(isAbove: !says("less", "below", "under"), value: 50)
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.asksShare, question.statistic, saysForm) = (!says("minutes", "long"), .now, true)
        return true
    }
}
