import MaintenanceAPI

/// What a few words ask for that mean nothing else.
extension QuestionReader {
    mutating func readInSoManyWords() -> Bool {
        readTimeOfRequests() || readFilesOfLimit() || readSizes() || readWhatItIs() || readWhatRuns()
            || readForecastOfLoad() || readWhatsUp() || readLineOfVmstat()
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
}
