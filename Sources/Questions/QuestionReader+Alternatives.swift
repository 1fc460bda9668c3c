import MaintenanceAPI

/// One thing or another, of which neither is yes; whether this is a good moment; whether two things belong together.
extension QuestionReader {
    mutating func readAlternatives() -> Bool {
        readUserOrSystem() || readGoodMoment() || readPeaksTogether() || readShareOfTime()
            || readTimeOfRequests() || readCostOfAsking() || readWhatsUp()
    }

    /// "How long do reads and writes take on average?"
    private mutating func readTimeOfRequests() -> Bool {
        guard gauges.contains(where: { $0.rawValue.hasPrefix("disk") }) || has("disk", "read", "write"),
            says("how long"), says("take", "takes", "took"),
            !has("full", "space", "runout", "free", "boot", "reading"),
            question.threshold == nil, !namesHostNames
        else { return false }
        set(.value, .gauges([.diskWait]))
        saysForm = true
        return true
    }

    /// "What does it cost me when I ask you something?"
    private mutating func readCostOfAsking() -> Bool {
        guard says("cost", "costs"),
            says("ask", "asking", "question", "questions", "answer", "answers", "chat"),
            begins("what does", "how much does", "what do", "how much do", "does", "do"),
            question.window == nil,
            !says("so far", "today", "last")
        else { return false }
        set(.value, .cost)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "What's up on the machine tonight?"
    private mutating func readWhatsUp() -> Bool {
        guard says("whats up", "what is up", "what's up"),
            says("tonight", "today", "now", "here", "machine", "server", "box"),
            gauges.isEmpty, !says("since", "with", "what is up to", "whats up with"), !namesHostNames,
            !has("relay", "probe")
        else { return false }
        set(.value, .host)
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
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

    private static let undertakings: Set<String> = [
        "start", "run", "deploy", "compile", "build", "update", "upgrade", "reboot", "restart", "launch",
        "begin", "install", "copy", "import", "backup", "test", "migrate", "export", "encode", "render",
        "download", "upload", "deployment", "job", "load", "reindex", "vacuum",
    ]

    /// "Is it safe to start a backup now?", "can I deploy or is it a bad time?"
    private mutating func readGoodMoment() -> Bool {
        let isMoment =
            says(
                "good time", "bad time", "good moment", "bad moment", "right time", "wrong time",
                "right moment",
                "wise to", "good idea to")
            || says("safe to", "ok to", "okay to", "fine to", "alright to") && !says("reboot", "restart")
        let isNow = says("now", "right now", "at the moment", "currently", "tonight", "today")
        let asksLeave = begins("can i", "could i", "may i", "can we", "should i", "should we", "could we")
        guard !Self.undertakings.isDisjoint(with: words.plain), isMoment || asksLeave && isNow,
            question.needed == nil, question.threshold == nil, !namesHostNames,
            !says("you", "how", "why", "see", "swap", "when")
        else { return false }
        set(.check, .topic(.headroom))
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    /// "Did the network and the disk peak at the same time?", "was the CPU high because of the memory?"
    private mutating func readPeaksTogether() -> Bool {
        let named = Self.resources.filter { has($0.concept) }.map(\.gauge)
        let isTogether = says(
            "same time", "same moment", "at once", "together", "simultaneously", "coincide", "coincided")
        let isCause =
            says("because of", "due to", "related", "connected", "caused by")
            && says("was", "were", "did", "had")
        guard isCheck || isEitherOr || begins("did", "was", "were", "do"), named.count == 2,
            isTogether && says("peak", "peaked", "high", "highest", "spike", "spiked", "rise", "rose", "busy")
                || isCause,
            question.threshold == nil, !namesHostNames, !has("process", "relay", "probe", "connection")
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

    /// "What percentage of the time was the CPU idle more than half?"
    private mutating func readShareOfTime() -> Bool {
        guard
            says(
                "percentage of the time", "percent of the time", "share of the time", "part of the time",
                "fraction of the time", "how much of the time"), let gauge = gauges.first,
            question.threshold != nil || says("half"), !namesHostNames
        else { return false }
        set(.duration, .gauges([gauge]))
        question.threshold =
            question.threshold ?? Query.Threshold(isAbove: !says("less", "below", "under"), value: 50)
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.asksShare, question.statistic, saysForm) = (true, .now, true)
        return true
    }
}
