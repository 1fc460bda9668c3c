import MaintenanceAPI
import Values

/// What people ask who are new to it: what happens if something is full, what free and available are, what to do next time.
extension QuestionReader {
    mutating func readBeginner() -> Bool {
        readFans() || readHigherOrLowerThen() || readBetterThan() || readIdle() || readPastLoss()
            || readQuietAgain() || readDone()
            || readFreeAndAvailable() || readEatenMemory() || readWhenFull() || readNextTime() || readSplit()
            || readPeaks()
            || readWithout() || readHarm() || readComputing() || readOwnCost()
            || readNewData() || readToBuy() || readUserThen() || readDeaths() || readInterfaceTotal()
    }

    /// "Why don't I see any new data?"
    private mutating func readNewData() -> Bool {
        let isNew = says(
            "new data", "new readings", "fresh data", "fresh readings", "recent data", "current data")
        guard isNew && says("why", "not", "no", "where") || says("why") && says("no data", "no readings"),
            question.window == nil, !has("relay", "disk", "memory", "network", "boot"),
            !says("how many", "how much", "how long", "when")
        else { return false }
        set(.value, .readingAge)
        saysForm = true
        return true
    }

    /// "Why did the fan howl?": no reading tells of fans, but of what makes them spin.
    private mutating func readFans() -> Bool {
        guard says("fan", "fans"), form == .why || says("loud", "noisy", "howl", "howling", "screaming"),
            words.isQuestion
        else { return false }
        let isPast = says("did", "was", "were", "ago", "earlier")
        set(.why, isPast ? .gauges([.cpuBusy]) : .slow)
        if isPast { (question.isAtPeak, question.about) = (true, [.cpuBusy]) }
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    /// "Was memory higher or lower ten minutes ago?"
    private mutating func readHigherOrLowerThen() -> Bool {
        guard let window = question.window, window.isMoment, let gauge = gauges.first, gauges.count == 1,
            says("higher or lower", "lower or higher", "more or less", "less or more", "fuller or emptier"),
            !namesHostNames, question.threshold == nil
        else { return false }
        set(.compare, .gauges([gauge]))
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "Is it better or worse than 3 minutes ago?": how busy the CPU is.
    private mutating func readBetterThan() -> Bool {
        guard says("better", "worse"), says("than"), question.window?.isMoment == true, !namesHostNames,
            Vocabulary.gauges(in: asked) == nil || has("host"),
            !has("relay", "probe", "disk", "memory", "network")
        else { return false }
        set(.compare, .gauges([.cpuBusy]))
        (question.direction, question.isYesNo) = (says("better") ? .down : .up, isCheck)
        question.picksVerdict = says("better or worse", "worse or better")
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "Idle?"
    private mutating func readIdle() -> Bool {
        guard words.plain == ["idle"] || words.plain == ["cpu", "idle"] else { return false }
        set(.value, .gauges([.cpuIdle]))
        saysForm = true
        return true
    }

    /// "Did we lose packets?": ever since there are readings, not only now.
    private mutating func readPastLoss() -> Bool {
        guard has("loss", "drop"), isCheck, has("packet") || gauges == [.receiveDrops, .sendDrops],
            says("did", "have we", "were", "had", "ever") || isOfWholeTime,
            !says("stopped", "stop", "ended", "again", "still", "now"),
            !says("over") || says("over the last"),
            question.threshold == nil,
            !has("relay", "probe", "reading", "message"), !isComparison
        else { return false }
        set(.check, .gauges([says("sent", "outgoing", "on the way out") ? .sendDrops : .receiveDrops]))
        question.threshold = Query.Threshold(isAbove: true, value: 0)
        question.window =
            question.window.map { $0.isMoment ? $0.middle : $0 } ?? TimeWindow(minutes: 1440)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "Since when is it quiet again?"
    private mutating func readQuietAgain() -> Bool {
        guard saysWellAgain, says("since when", "when", "how long"), gauges.isEmpty,
            !has("relay", "probe", "hung", "disk", "network"),
            !namesHostNames, words.plain.count <= 9, !says("over")
        else { return false }
        set(.when, .gauges([.cpuBusy]))
        question.isEnd = true
        question.window = question.window ?? TimeWindow(minutes: 1440)
        saysForm = true
        return true
    }

    /// "When will the compile be finished?"
    private mutating func readDone() -> Bool {
        guard
            begins(
                "when will", "how long will", "when does", "how long does", "how long until", "when is",
                "will"),
            says(
                "be finished", "be done", "be complete", "be completed", "be ready", "finish", "complete",
                "is done",
                "is finished", "is ready", "end"),
            Vocabulary.gauges(in: asked) == nil || has("process"), question.threshold == nil
        else { return false }
        set(.unmeasured, .topic(.absent("when a program will be done", nearest: [])))
        saysForm = true
        return true
    }

    private static let nextTime = [
        "next time", "gets slow again", "is slow again", "slow again", "happens again", "comes back",
        "in future",
        "in the future", "another time", "occurs again", "from now on", "again next",
    ]
    private static let hindering = [
        "stop", "keep", "prevent", "limit", "throttle", "tame", "slow down", "restrict", "cap", "avoid",
        "hinder",
        "make", "reduce",
    ]

    /// "How can I stop gzip from hogging both cores?", "what should I look at first if it gets slow again?"
    private mutating func readNextTime() -> Bool {
        let isHow = begins(
            "how can i", "how do i", "how to", "how could i", "how can we", "how do we", "how should i",
            "any way to",
            "is there a way to", "can i", "how would i")
        let isOfProcess =
            (isHow || says("what can i do")) && Self.hindering.contains { says($0) }
            && (namesHostNames && !namesMountPoint || has("process")
                || says("from hogging", "from eating", "from using", "from taking"))
            && says(
                "from", "less", "hog", "hogging", "using", "eating", "so much", "cpu", "memory", "cores",
                "behave")
        let isAgain =
            Self.nextTime.contains { says($0) }
            && says("look at", "look", "do", "check", "first", "start")
            && says("what", "where", "how")
        guard isOfProcess || isAgain, question.window == nil, question.threshold == nil,
            !says("when will", "will it")
        else { return false }
        set(.value, .topic(isOfProcess ? .taming : .nextTime))
        question.statistic = .now
        saysForm = true
        return true
    }

    private static let partsOfCPU: [(words: Set<String>, gauge: Gauge)] = [
        (["user"], .cpuUser), (["system", "sys", "kernel"], .cpuSystem),
        (["iowait", "wait", "waiting"], .cpuIOWait),
        (["idle"], .cpuIdle), (["steal", "stolen"], .cpuSteal), (["nice"], .cpuNice),
        (["softirq"], .cpuSoftIRQ),
    ]

    /// "How is the CPU time split up, user, system, idle?", "user / system / iowait / steal": as they are named.
    private mutating func readSplit() -> Bool {
        guard has("cpu") || says("user"), !has("process", "relay", "probe", "memory"),
            question.threshold == nil,
            !isCheck, !says("which", "why", "explain", "mean", "means")
        else { return false }
        let named = words.plain.compactMap { word in Self.partsOfCPU.first { $0.words.contains(word) }?.gauge
        }
        let parts = named.reduce(into: [Gauge]()) { if !$0.contains($1) { $0.append($1) } }
        guard parts.count >= 3, parts.contains(.cpuUser) else { return false }
        let isWhole = Set(parts) == [.cpuUser, .cpuSystem, .cpuIdle]
        set(.value, .gauges(isWhole ? [.cpuUser, .cpuSystem, .cpuIOWait, .cpuIdle] : parts))
        hasSeveral = true
        saysForm = true
        return true
    }

    /// "The 3 biggest CPU peaks": the highest of them.
    private mutating func readPeaks() -> Bool {
        guard let count = question.count, count > 1, says("peaks", "spikes", "highs"), gauges.count >= 1,
            !has("process")
        else { return false }
        set(.value, .gauges([gauges[0]]))
        (question.statistic, saysStatistic, question.count) = (.peak, true, nil)
        question.window = question.window ?? TimeWindow(minutes: 1440)
        saysForm = true
        return true
    }

    /// "Are zombies dangerous?", "is iowait bad?": from what on.
    private mutating func readHarm() -> Bool {
        guard
            says("or not", "harmless or")
                || begins("are", "is", "do", "does", "can", "and are", "and is", "but are", "but is"),
            let gauge = gauges.first,
            says(
                "dangerous", "harmful", "harm", "hurt", "bad thing", "a bad thing", "evil", "always bad",
                "bad in general", "a threat",
                "generally bad", "something bad"),
            question.judged == nil, question.threshold == nil, question.window == nil, !namesHostNames,
            !says("any", "there", "my", "our", "this", "that", "these", "we", "now", "here", "so"),
            gauges.count == 1
        else { return false }
        set(.check, .topic(.thresholds([gauge])))
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "Is the CPU really computing or just waiting for the disk?"
    private mutating func readComputing() -> Bool {
        guard has("cpu"), words.plain.contains("or"), says("waiting", "waits", "wait", "stalled", "blocked"),
            says(
                "computing", "calculating", "working", "crunching", "doing work", "busy", "number crunching",
                "active"),
            question.window == nil, question.threshold == nil
        else { return false }
        set(.value, .bottleneck)
        saysForm = true
        return true
    }

    /// "What does the monitoring cost in CPU and RAM?", "how much do you need yourself?"
    private mutating func readOwnCost() -> Bool {
        let isOwn =
            says(
                "sysmaint itself", "you use yourself", "you need yourself", "you consume yourself",
                "you take yourself",
                "do you use", "do you need", "do you consume", "do you take", "do you cost", "your own",
                "do you burn", "you burn yourself", "do you eat", "do you yourself", "you yourself use",
                "you yourself need",
                "monitoring itself",
                "the monitoring cost", "monitoring cost", "monitoring use", "monitoring take",
                "monitoring need",
                "this tool need", "this tool use", "this tool take", "this program need", "this program use",
                "this program take", "this thing need", "this thing use", "the tool itself",
                "does sysmaint", "sysmaint cost", "sysmaint use", "sysmaint need")
        let asksWhetherSlow =
            says("watching", "monitoring", "measuring", "sysmaint", "you")
            && says("slow", "slow down", "slows", "slowing", "burden", "heavy on", "cost much")
            && begins("does", "do", "is", "are", "will", "can") && has("host") && gauges.isEmpty
            && !says("why", "feel", "tell")
        if asksWhetherSlow {
            set(.value, .gauges([.probeCPU, .probeMemory]))
            (hasSeveral, saysForm, question.statistic) = (true, true, .now)
            return true
        }
        let (isCPU, isMemory) = (has("cpu"), has("memory") || says("rss"))
        guard isOwn, isCPU || isMemory, question.window == nil, question.threshold == nil, !isCheck,
            !has("relay", "disk", "process", "reading", "token"), !says("why", "when", "money"),
            question.form != .order
        else { return false }
        let both = isCPU && isMemory
        set(.value, .gauges(both ? [.probeCPU, .probeMemory] : isCPU ? [.probeCPU] : [.probeMemory]))
        (hasSeveral, saysForm) = (both, true)
        (question.statistic, question.names) = (.now, [])
        return true
    }

    /// "What used the memory at 7:57?"
    private mutating func readUserThen() -> Bool {
        guard let window = question.window, window.isMoment, has("cpu") || has("memory"), !namesHostNames,
            !saysVagueTime,
            begins(
                "what used", "what was using", "what took", "what was taking", "what ate", "what was eating",
                "what consumed",
                "what was consuming", "what needed", "what hogged", "what was hogging"),
            question.threshold == nil
        else { return false }
        set(.which, .processes(has("memory") ? .memory : .cpu))
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "Did any process die?": what is known is whether memory ran out.
    private mutating func readDeaths() -> Bool {
        guard isCheck, has("process", "program") || says("anything", "something"),
            says("die", "died", "killed", "get killed", "was killed", "were killed"), !namesHostNames,
            question.threshold == nil, !has("relay", "probe")
        else { return false }
        set(.check, .gauges([.oomKills]))
        (question.suspectsTrouble, question.statistic, saysForm) = (true, .now, true)
        return true
    }

    /// "How many bytes did we send over eth0 in total?": readings keep totals of all interfaces together.
    private mutating func readInterfaceTotal() -> Bool {
        guard namesDevice, has("sent", "received", "traffic", "network") || says("bytes", "data"),
            !has("disk", "read", "write"),
            says(
                "total", "in total", "altogether", "so far", "since boot", "how many bytes", "how much data"),
            question.threshold == nil, !has("error", "drop", "packet")
        else { return false }
        let gauges: [Gauge] =
            has("sent") && !has("received")
            ? [.networkSent]
            : has("received") && !has("sent") ? [.networkReceived] : [.networkReceived, .networkSent]
        set(.value, .gauges(gauges))
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.statistic, saysStatistic, saysForm) = (.total, true, true)
        return true
    }
}
