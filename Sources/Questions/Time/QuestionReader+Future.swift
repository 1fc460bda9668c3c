import Foundation
import MaintenanceAPI
import Values

/// Questions about what is to come: what nobody can wait for, and better or worse.
extension QuestionReader {
    var future: Query.Topic? {
        if says(
            "tell me when", "let me know when", "let me know if", "notify me", "warn me", "inform me",
            "alert me", "ping me",
            "keep an eye", "watch the", "keep watching", "remind me", "message me when", "tell me if",
            "tell me as soon")
            && (says(
                "when", "if", "as soon", "once", "keep an eye", "watch the", "keep watching", "remind me"))
            && says(
                "drops", "drop", "rises", "exceeds", "goes", "gets", "falls", "is over", "is above",
                "happens", "again",
                "fails", "fills", "is full", "is done", "full", "reaches", "hits", "recovers", "changes",
                "breaks", "eye", "watch", "watching", "remind", "becomes", "dies", "finished", "over", "down",
                "up", "below", "above")
            && !words.isQuestion
        {
            return .watch(Array(gauges.prefix(1)))
        }
        let isWhole = gauges.isEmpty || has("health", "host")
        if isWhole,
            says(
                "better", "worse", "improving", "improve", "worsening", "recovering", "getting better",
                "getting worse", "calming down", "deteriorating"),
            !says("than"), saidForm == .check || saidForm == .value, !namesHostNames, !has("relay", "probe")
        {
            return .course
        }
        let isAhead = says(
            "tomorrow", "next week", "next days", "next hours", "next hour", "next month", "in the future",
            "coming days",
            "coming hours", "coming week", "later today", "ahead", "tonight", "soon", "next few")
        if gauges.isEmpty || has("boot"), says("will it", "is it going to", "will the", "going to"),
            has("boot", "kill", "slow", "overloaded")
                || says("survive", "fail", "break", "die", "stay up", "hold up"),
            !says("when"), !namesHostNames, !has("relay", "probe")
        {
            return .outlook
        }
        if has("runout") || says("run out", "running out"), has("memory", "disk", "swap", "space") {
            return nil
        }
        if gauges.isEmpty, isAhead, !says("what is up", "whats up", "going on"),
            says(
                "will happen", "happen", "expect", "expected", "forecast", "predict", "prediction", "outlook",
                "will", "going to", "look like", "ok", "problems", "trouble"),
            !has("runout", "full"), !namesHostNames
        {
            return .outlook
        }
        if words.plain == ["forecast"] || words.plain == ["outlook"] || words.plain == ["prediction"] {
            return .outlook
        }
        if gauges.isEmpty, question.window != nil,
            !says("it", "that") || says("summary", "recap", "summarize", "summarise", "what happened"),
            !has(
                "anomaly", "trouble", "change", "boot", "slow", "gap", "relay", "message", "cost", "token",
                "request", "process", "leak"),
            says(
                "show me", "show", "give me", "tell me about", "how was", "how were", "how did", "what was",
                "summary", "summarise", "summarize", "recap", "review", "report", "overview", "what happened",
                "history", "what did", "how has"),
            !namesHostNames,
            words.unknown.isEmpty || says("summary", "summarise", "summarize", "recap", "what happened")
        {
            return .summary
        }
        return nil
    }

    private static let forecast: Set<Gauge> = [
        .diskUsed, .diskFree, .diskTotal, .memoryUsed, .memoryAvailable, .swapUsed, .swapFree, .inodesUsed,
        .inodesFree,
        .diskUsedBytes, .memoryUsedBytes,
    ]

    private static let inTimePattern = Pattern(
        #/\b(?:in|within|over|after) (?:the next )?(?:an?|half an|a few|some|\d+|one|two|three|five|six|ten|twelve|fifteen|twenty|thirty)? ?(?:more )?(?:minutes?|mins?|hours?|days?|weeks?)\b/#
    )

    /// "Will the CPU stay so high?", "what will the load be in an hour?": only what fills is forecast.
    mutating func readFuture() -> Bool {
        if readInodesAhead() || readOOMAhead() || readSpaceLeft() || readMemoryAhead()
            || readSizeAhead() || readCalmAhead()
        {
            return true
        }
        let asks =
            begins(
                "will", "is it going to", "are we going to", "guess", "predict", "expected", "is the",
                "are the")
            || says(
                "what will", "where will", "how will", "how high will", "how busy will", "how much will",
                "how many")
        let isAhead =
            says(
                "tomorrow", "tonight", "later", "soon", "next week", "next hour", "next month", "next day",
                "next minutes", "still", "stay", "stays", "remain", "keep", "continue", "at this rate",
                "at the current rate", "nothing changes", "if this goes on", "if it goes on")
            || text.contains(Self.inTimePattern)
        guard asks, says("will", "going to", "guess", "predict", "expected"), isAhead, !gauges.isEmpty,
            Set(gauges).isDisjoint(with: Self.forecast),
            question.needed == nil, question.threshold == nil,
            !has("full", "runout", "disk", "memory", "space", "oom"), !says("run out", "running out"),
            !namesHostNames
        else { return false }
        set(.unmeasured, .topic(.absent("what will be", nearest: Array(gauges.prefix(1)))))
        (question.window, question.statistic) = (nil, .now)
        return true
    }

    /// "Will inodes last?": how many are used.
    private mutating func readInodesAhead() -> Bool {
        guard has("inode"), says("will", "going to", "soon"),
            has("runout") || says("last", "run out", "running out", "enough", "suffice", "hold"),
            !namesHostNames
        else { return false }
        set(.check, .gauges([.inodesUsed]))
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    /// "Is an OOM coming?": when memory will be full.
    private mutating func readOOMAhead() -> Bool {
        guard has("oom"), !namesHostNames,
            says(
                "coming", "soon", "imminent", "about to", "likely", "risk", "danger", "near", "ahead", "will",
                "going to", "looming", "threatening", "expect", "close")
        else { return false }
        set(.until, .memory)
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    /// "How much space will be left in 24 hours?"
    private mutating func readSpaceLeft() -> Bool {
        guard says("how much", "how full", "how many"), says("will"), has("disk", "space", "filesystem"),
            !has("memory", "swap", "inode"), question.threshold == nil,
            says("left", "free", "remain", "be", "remaining")
        else { return false }
        set(.until, .disk)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "How much memory will be used in an hour?"
    private mutating func readMemoryAhead() -> Bool {
        guard has("memory"), says("will"),
            says("how much", "how full", "what will", "how will", "where will"),
            says("tomorrow", "tonight", "later", "next hour", "next day")
                || text.contains(Self.inTimePattern),
            question.threshold == nil, question.needed == nil, !has("process", "disk", "cpu", "swap"),
            !namesHostNames
        else { return false }
        set(.until, .memory)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "When will it be quiet again?"
    private mutating func readCalmAhead() -> Bool {
        guard says("when will", "how soon will", "how long until", "when is it going to"), gauges.isEmpty,
            saysCalmAgain || says("quiet", "calm", "normal", "less busy", "idle"),
            !has("disk", "memory", "swap"),
            !has("relay", "probe", "process"), !namesHostNames
        else { return false }
        set(.unmeasured, .topic(.absent("what will be", nearest: [.cpuBusy])))
        (question.window, question.statistic) = (nil, .now)
        return true
    }

    /// "When will I need a bigger server?"
    private mutating func readSizeAhead() -> Bool {
        guard says("when will", "when do", "when would", "how soon will", "will"), says("need", "have to"),
            says("bigger", "larger", "more powerful", "new", "upgrade", "stronger"),
            has("host") || says("hardware"),
            gauges.isEmpty, !namesHostNames
        else { return false }
        set(.value, .topic(.outlook))
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }
}
