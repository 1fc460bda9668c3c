import MaintenanceAPI

/// Questions whose answer no reading holds, or only in part: who is behind a count, whether a service answers, and when
/// the host was away.
extension QuestionReader {
    // MARK: Two names

    /// "Which is fuller, /a or /b?", "does java use more memory than postgres?"
    mutating func readComparedNames() -> Bool {
        guard namedCount >= 2, comparesEachOther || says("vs", "versus", "against", "compare", "compared")
        else {
            return false
        }
        let isOfSize =
            namesMountPoint && says("bigger", "larger", "smaller", "biggest", "largest", "smallest")
        set(.compare, !gauges.isEmpty ? .gauges(gauges) : isOfSize ? .gauges([.diskTotal]) : .nothing)
        question.comparison = .eachOther
        question.window = nil
        question.statistic = .now
        return true
    }

    // MARK: Who is behind a count

    /// "Is python3 to blame for the CPU spike?"
    mutating func readNamedCulprit() -> Bool {
        guard namesHostNames, !namesMountPoint, namedCount == 1,
            says(
                "to blame", "the culprit", "responsible", "at fault", "the cause", "the reason", "behind",
                "causing", "caused", "did cause"),
            says("spike", "peak", "burst", "jump", "surge", "rise") || begins("was", "did", "were"),
            let gauge = gauges.first, [.cpuBusy, .load1, .memoryUsed].contains(gauge), isCheck || form == .why
        else { return false }
        set(.check, .processes(gauge == .memoryUsed ? .memory : .cpu))
        (question.isAtPeak, question.about, question.asksMost) = (true, [gauge], true)
        (question.window, question.statistic) = (nil, .now)
        saysForm = true
        return true
    }

    /// "Is it normal that node takes 100 %?": how much it uses is told; what is usual for it is not known.
    mutating func readUsualOfProcess() -> Bool {
        guard namesHostNames, !namesMountPoint, namedCount == 1, isCheck,
            says("normal", "usual", "expected", "unusual", "ok", "okay", "bad", "weird", "strange"),
            says(
                "use", "uses", "using", "take", "takes", "taking", "need", "needs", "eat", "eats", "doing",
                "running", "that"),
            question.window == nil, !has("relay", "filesystem", "disk")
        else { return false }
        set(.compare, .nothing)
        (question.comparison, question.statistic, question.threshold, question.judged) = (
            .usual, .now, nil, nil
        )
        saysForm = true
        return true
    }

    /// "Which process leaves the zombies?", "who has all these files open": readings tell the count alone.
    mutating func readCulprit() -> Bool {
        let asksWho =
            says(
                "who", "whose", "by whom", "which process", "which processes", "what process",
                "what processes",
                "which program", "which programs", "what program", "which app", "which application",
                "which service", "which job", "what application", "which user", "which container",
                "which one",
                "which ones", "culprit", "what is opening", "what is holding", "what opens", "what holds",
                "what creates", "what spawns", "what is spawning", "what is creating", "what leaves",
                "what is writing", "whats writing", "what writes", "what was writing", "what is reading",
                "whats reading", "what reads", "what was reading")
            || question.form == .which && has("process", "program")
        guard asksWho, question.form != .why, !namesHostNames || has("oom"),
            !has("core", "filesystem", "relay", "probe", "slow", "leak"),
            !says("which one", "which ones") || words.plain.count > 4
        else { return false }
        let known: Set<Gauge> = [
            .cpuBusy, .memoryUsed, .memoryAvailable, .cpuUser, .cpuSystem, .load1, .load5, .load15,
            .processCount,
            .temperature, .cpuPressure, .memoryPressure, .coreCount, .cpuIdle, .memoryTotal, .diskUsed,
            .diskFree,
            .loadPerCore, .runningProcesses, .uptime,
        ]
        let isIO =
            (gauges.isEmpty || gauges == [.processCount]) && says("reading", "writing")
            && !says("the reading", "a reading", "this reading", "last reading")
            && !has("probe", "relay", "message")
        if isIO { gauges = says("reading") ? [.diskReads] : [.diskWrites] }
        guard let gauge = gauges.first,
            !known.contains(gauge) || gauge == .diskUsed && has("process", "program")
        else { return false }
        set(.unmeasured, .gauges(gauges))
        question.window = nil
        question.statistic = .now
        isCertain = isCertain || isIO
        return true
    }

    /// "What did I miss?": what happened.
    mutating func readMissed() -> Bool {
        guard says("did i miss", "have i missed", "did we miss", "i missed", "have we missed"),
            says("what", "anything", "something"), gauges.isEmpty
        else { return false }
        set(isCheck ? .check : .value, .findings)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    // MARK: Away

    /// "How long was the server down?", "any downtime today?"
    mutating func readDowntime() -> Bool {
        let isNoun = says(
            "downtime", "outage", "outages", "blackout", "blackouts", "interruption", "interruptions")
        let isAway =
            says(
                "offline", "unreachable", "unavailable", "away", "disconnected", "blackout", "dark", "absent",
                "silent", "gone",
                "off")
            && !says(
                "gone up", "gone down", "gone back", "something off", "anything off", "bit off",
                "was off then")
            || says("down") && !says("go down", "went down", "gone down", "going down", "came down")
        let isPast = says(
            "was", "were", "did", "had", "been", "lasted", "last", "stayed", "stay", "when", "ever", "times")
        let isReturn = says(
            "come back", "came back", "back up", "back online", "coming back", "return", "returned")
        let isNoReading =
            says("no readings", "no reading", "no data", "no telemetry", "nothing arrived", "nothing came")
            && (question.form == .duration || says("when"))
        let isBootLength = question.form == .duration && has("boot") && !says("before")
        guard gauges.isEmpty || gauges == [.uptime], !has("relay", "probe", "slow"), !namesHostNames,
            isNoun || isAway && isPast || isReturn && has("duration", "count") || isReturn && says("how long")
                || isBootLength || isNoReading
        else { return false }
        if has("reading", "telemetry", "sample"), question.form != .duration { return false }
        let form: Query.Form =
            says("how long", "how much downtime", "how many minutes", "duration", "length", "how many hours")
                || isNoun && says("how much")
            ? .duration
            : says("how many", "how often", "number of", "count")
                ? .count
                : question.form == .when ? .when : question.form == .why ? .why : .check
        let isReturning = isReturn || isEnding || question.form == .until
        set(form == .check && isReturning ? .when : form, .downtime)
        question.isEnd = isReturning
        question.statistic = .now
        question.threshold = nil
        saysForm = true
        saidForm = form
        return true
    }

    // MARK: Services

    private static let services: Set<String> = [
        "site", "website", "webshop", "shop", "webpage", "homepage", "portal", "api", "frontend", "backend",
        "webserver", "checkout", "app", "application", "service", "url", "page", "login", "blog", "wiki",
        "forum",
    ]

    /// "Is the site down?": no reading tells, but how the host is.
    mutating func readOfService() -> Bool {
        guard !Self.services.isDisjoint(with: words.plain) || says("web server", "web site", "home page"),
            gauges.isEmpty || gauges == [.diskUsed] && says("home page", "page"), !namesHostNames,
            !has("process", "hog", "relay", "probe", "count", "slow"),
            says(
                "up", "down", "ok", "okay", "fine", "broken", "reachable", "unreachable", "available",
                "unavailable", "offline", "online", "working", "works", "work", "dead", "alive", "load",
                "loading",
                "loads", "error", "errors", "timeout", "timeouts", "hanging", "hangs", "healthy", "respond",
                "responding", "responds", "answer", "answering", "answers", "running", "wrong", "time out",
                "times out", "timing out", "fails", "failing", "crashed", "open", "opening", "responsive",
                "frozen",
                "stuck", "help", "problem", "problems", "trouble")
        else { return false }
        // "Why was the site down at 7:45?" is answered with what happened then.
        if question.window != nil, question.form == .why || question.form == .when {
            set(.value, .findings)
            return true
        }
        set(.check, .host)
        question.suspectsTrouble = true
        question.isOfService = true
        return true
    }
}
