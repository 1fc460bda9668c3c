import MaintenanceAPI

/// One thing or another, of which neither is yes; whether this is a good moment; whether two things belong together.
extension QuestionReader {
    mutating func readAlternatives() -> Bool {
        readUserOrSystem() || readExtremeAndNow() || readStableOrWorse() || readLineOfVmstat()
            || readGoodMoment() || readPeaksTogether() || readShareOfTime()
            || readTimeOfRequests() || readFilesOfLimit() || readSizes() || readWhatItIs() || readWhatRuns()
            || readForecastOfLoad() || readWhatsUp()
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

    /// "CPU forecast for the next hour": of disks and memory alone it can be said.
    private mutating func readForecastOfLoad() -> Bool {
        guard says("forecast", "prediction", "predict"), let gauge = gauges.first,
            ["cpu", "load", "network"].contains(where: gauge.rawValue.hasPrefix), !namesHostNames
        else { return false }
        set(.unmeasured, .topic(.absent("what will be", nearest: [gauge])))
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    /// "What is bash?", of a process.
    private mutating func readWhatItIs() -> Bool {
        guard namesHostNames, !namesMountPoint, namedCount == 1,
            begins("what is", "whats", "what's", "what does"),
            words.plain.count <= 5, gauges.isEmpty,
            !says("doing", "using", "used", "running", "taking", "writing"),
            words.plain.dropFirst(words.plain.first == "whats" ? 1 : 2).allSatisfy({
                [Vocabulary.name, "this", "a", "the", "anyway", "do", "for", "actually", "process", "thing"]
                    .contains($0)
            })
        else { return false }
        set(.explain, .nothing)
        saysForm = true
        return true
    }

    /// "What is running here?"
    private mutating func readWhatRuns() -> Bool {
        guard
            begins(
                "what is running", "whats running", "what's running", "what runs", "ok then what is running"),
            words.plain.count <= 7,
            gauges.isEmpty || gauges == [.runningProcesses] || gauges == [.processCount],
            words.plain.last != "then", !says("on it", "since"), question.window == nil, !namesHostNames
        else { return false }
        set(.list, .processes(.cpu))
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "List all file systems with their sizes".
    private mutating func readSizes() -> Bool {
        guard has("filesystem") || says("disks", "partitions", "volumes"),
            says("size", "sizes", "capacity", "capacities"),
            begins("list", "show", "give", "name") || says("all", "every", "each"),
            !says("file size", "file sizes", "free", "used", "usage"),
            question.window == nil, question.threshold == nil, !namesHostNames
        else { return false }
        set(.value, .gauges([.diskTotal]))
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "How many files are open, out of how many allowed?", "will we run out of file descriptors?"
    private mutating func readFilesOfLimit() -> Bool {
        guard has("openfile"), !namesHostNames,
            says("out of how many", "of how many", "how many allowed", "allowed", "maximum allowed")
                || says("run out", "running out", "exhausted", "exhaust", "use up")
        else { return false }
        set(
            isCheck || says("run out", "running out") ? .check : .value,
            .topic(.limit(.openFiles, most: .maxOpenFiles)))
        question.suspectsTrouble = true
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    /// "What does it cost me when I ask you something?"
    mutating func readCostOfAsking() -> Bool {
        guard says("cost", "costs"),
            says("ask", "asking", "question", "questions", "answer", "answers", "chat"),
            begins(
                "what does", "how much does", "what do", "how much do", "does", "do", "what did",
                "how much did", "what have",
                "how much have"), question.window == nil, !says("last")
        else { return false }
        set(.value, .cost)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "What's up on the machine tonight?"
    private mutating func readWhatsUp() -> Bool {
        if says(
            "most important numbers", "most important figures", "most important values", "key figures",
            "key numbers",
            "important numbers", "important figures", "vital signs", "vitals", "key metrics"), gauges.isEmpty,
            !has("relay", "probe", "process")
        {
            set(.value, .host)
            (question.window, question.statistic, saysForm, question.isBrief) = (nil, .now, true, true)
            question.count = nil
            return true
        }
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

    /// "Load highest vs now".
    private mutating func readExtremeAndNow() -> Bool {
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

    /// "Is memory usage getting worse or is it stable?"
    private mutating func readStableOrWorse() -> Bool {
        guard let gauge = gauges.first, gauges.count == 1, words.plain.contains("or"),
            says(
                "getting worse", "getting better", "growing", "rising", "climbing", "increasing", "going up"),
            says("stable", "steady", "constant", "flat", "level", "the same"), question.threshold == nil,
            !namesHostNames, gauge != .diskUsed
        else { return false }
        set(.value, .gauges([gauge]))
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (.trend, true, .trend, true)
        question.window = question.window ?? TimeWindow(minutes: 60)
        return true
    }

    /// "Is it mostly idle?"
    mutating func readMostlyIdle() -> Bool {
        guard
            says(
                "too big for", "oversized", "overprovisioned", "over provisioned", "too much machine",
                "too big a", "bigger than we need",
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

    /// "A vmstat style line for right now".
    private mutating func readLineOfVmstat() -> Bool {
        guard says("vmstat"), words.plain.count > 2, says("style", "like", "line"), !isCheck else {
            return false
        }
        set(
            .value,
            .gauges([
                .runningProcesses, .blockedProcesses, .contextSwitches, .cpuUser, .cpuSystem, .cpuIdle,
                .cpuIOWait,
            ]))
        (hasSeveral, question.window, question.statistic, saysForm) = (true, nil, .now, true)
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
        if says("take more load", "handle more load", "take on more load", "bear more load", "more load on"),
            isCheck || begins("can", "could"),
            question.window == nil, !namesHostNames
        {
            set(.check, .topic(.headroom))
            (question.statistic, saysForm) = (.now, true)
            return true
        }
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

    /// "What percentage of the time was the CPU idle more than half?"
    private mutating func readShareOfTime() -> Bool {
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
