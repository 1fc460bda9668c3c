import MaintenanceAPI

/// Which processes grew, and which used most over a stretch of time.
extension QuestionReader {
    mutating func readProcessesOfTime() -> Bool { readGrowthOfProcess() || readHogOfTime() }

    private static let anyProcess = [
        "any process", "some process", "a process", "any program", "one process", "any of the processes",
        "any app", "any application", "which process", "what process", "which program", "what program",
        "which one", "which app",
    ]

    /// "Did any process grow?", "which process grew most in RSS?"
    private mutating func readGrowthOfProcess() -> Bool {
        guard Self.anyProcess.contains(where: { says($0) }),
            says(
                "grew", "grow", "grown", "growing", "grows", "swell", "swelled", "swelling", "got bigger",
                "gets bigger", "getting bigger", "gained most", "gained the most"),
            question.threshold == nil, !namesHostNames, !has("count", "disk", "relay", "probe"),
            !says("leak", "leaking", "leaks", "number of", "when", "why")
        else { return false }
        set(.which, .memoryLeak)
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (.trend, true, .trend, true)
        return true
    }

    /// "The biggest CPU hog of the last ten minutes", "top CPU consumer since you started".
    private mutating func readHogOfTime() -> Bool {
        guard let window = question.window, !window.isMoment,
            has("hog") || says("consumer", "consumers", "eater", "eaters", "user of cpu", "user of memory"),
            Set(gauges).isSubset(of: [.cpuBusy, .memoryUsed, .processCount]), question.threshold == nil,
            !namesHostNames, !says("why", "when", "since when", "busiest", "what time", "which time"),
            !has("disk", "network", "relay", "probe")
        else { return false }
        set(question.count == nil ? .which : .list, .processes(gauges.contains(.memoryUsed) ? .memory : .cpu))
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (.now, false, .now, true)
        return true
    }
}
