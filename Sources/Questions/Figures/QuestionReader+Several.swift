import MaintenanceAPI
import Values

/// Several figures in one question.
extension QuestionReader {
    /// "Headroom on CPU and memory", "what does the probe cost in CPU and memory?": both belong to one thing.
    mutating func readPair() -> Bool {
        if has("cpu"), has("memory"), has("disk", "space"), question.window == nil, question.threshold == nil,
            says("left", "free", "spare", "headroom", "capacity", "remaining", "available", "unused"),
            !has("process")
        {
            set(.value, .gauges([.cpuIdle, .memoryAvailable, .diskFree]))
            (hasSeveral, saysForm) = (true, true)
            return true
        }
        if has("network", "traffic", "interface"), says("in and out", "in out", "up and down", "in or out"),
            !saysStatistic,
            question.threshold == nil, !has("relay", "error", "drop", "loss", "packet"), !isCheck
        {
            gauges = [.networkReceived, .networkSent]
        }
        if has("memory"), says("free"), says("available"), says("and", "vs", "versus", "or", "compared"),
            question.window == nil,
            !says("difference", "differ", "mean", "means", "explain", "same", "distinguish")
        {
            set(.value, .gauges([.memoryFree, .memoryAvailable]))
            (hasSeveral, saysForm) = (true, true)
            return true
        }
        guard has("cpu"), has("memory") || says("rss"), question.window == nil, question.threshold == nil
        else {
            return false
        }
        if has("probe") {
            set(.value, .gauges([.probeCPU, .probeMemory]))
            hasSeveral = true
        } else if says("headroom") {
            set(isCheck ? .check : .value, .topic(.headroom))
        } else {
            return false
        }
        saysForm = true
        return true
    }

    /// "iowait steal now": words that each name a figure, with nothing between them.
    mutating func readBareFigures() {
        let rest: Set = ["now", "current", "currently", "pls", "please", "right", "and", "values", "figures"]
        let named = words.plain.filter { !rest.contains($0) }
        guard 2...4 ~= named.count, !hasSeveral, gauges.count == 1, !named.contains("load"),
            question.window == nil, !saysStatistic,
            question.threshold == nil, question.judged == nil, !namesHostNames,
            let whole = Vocabulary.gauges(in: asked), whole.concepts.count == 1
        else { return }
        let each = named.compactMap { Vocabulary.gauges(in: Words($0).set)?.gauges.first }
        guard each.count == named.count, Set(each).count == each.count else { return }
        (gauges, hasSeveral) = (each, true)
    }

    private static let separatorPattern = Pattern(
        #/[,;&+]|\b(?:and|vs|versus|plus|or|than|against|compared)\b/#)

    /// "CPU and memory", "TCP connections vs relay connections": what stands on both sides, where each is a figure.
    mutating func readSeveral() {
        guard !has("bottleneck"), !says("between", "bound", "or is it"), question.judged == nil else {
            return
        }
        let parts = (words.isTable ? words.plain.joined(separator: " ") : text).split(
            separator: Self.separatorPattern
        ).map {
            Words(String($0)).set
        }
        .filter { !$0.isSubset(of: Self.fillers) }
        guard 2...3 ~= parts.count else { return }
        // "User and system CPU": what the last one is of, the first ones are too.
        let heads: Set = ["pressure", "error", "drop", "iops", "probe", "relay"]
        var shared = concepts.intersection(["cpu", "memory", "disk", "network", "swap", "relay", "inode"])
            .union(concepts.intersection(heads))
        if says("cpu") { shared.insert("cpu") }
        var several: [Gauge] = []
        for part in parts {
            var part = part
            if shared.contains("cpu"), says("user"), part.contains("host") || part.contains("kernel") {
                part.insert("kerneltime")
            }
            if shared.contains("cpu"), part.contains("user") { part.insert("usertime") }
            if says("running"), says("blocked"), part.contains("running") {
                part.insert("runnable")
                part.remove("process")
            }
            let whole = Vocabulary.gauges(in: part.union(shared.intersection(heads)))
            guard let own = whole ?? Vocabulary.gauges(in: part.union(shared)),
                !own.concepts.isSubset(of: ["busy", "full", "free", "total", "count"]),
                !own.concepts.isDisjoint(with: part)
            else { return }
            several += own.gauges.filter { !several.contains($0) }
        }
        if several.contains(.load1), several.count > 4 {
            several.removeAll { $0 == .load5 || $0 == .load15 }
        }
        guard several.count > 1, !Set(several).isSubset(of: gauges) || several.count == gauges.count,
            several.count <= 4
        else { return }
        if several.contains(.load1) { several.removeAll { $0 == .load5 || $0 == .load15 } }
        // "Is the load higher than 4", "than usual": one thing.
        guard !says("than", "against", "compared") || several.count == parts.count else { return }
        // "How many CPUs and how much RAM": what is there, not what is used of it.
        if several.contains(.coreCount), !has("busy", "free"), !says("used", "usage", "use") {
            several = several.map { $0 == .memoryUsed ? .memoryTotal : $0 == .diskUsed ? .diskTotal : $0 }
        }
        gauges = Array(several.prefix(3))
        hasSeveral = true
    }

    /// What may stand beside the things of a list: "queue depth and drops, current numbers".
    private static let fillers: Set<String> = [
        "current", "number", "count", "now", "one", "single", "just", "only", "please", "short", "brief",
        "briefly", "the", "pls", "thanks",
        "figure", "value", "today",
        "currently", "right", "both", "quick", "quickly", "ok", "and", "numbers", "figures", "values", "in",
        "a", "of",
    ]

    private static let processorTimes: [String: Gauge] = [
        "user": .cpuUser, "usr": .cpuUser, "system": .cpuSystem, "sys": .cpuSystem, "kernel": .cpuSystem,
        "nice": .cpuNice,
        "idle": .cpuIdle, "iowait": .cpuIOWait, "wait": .cpuIOWait, "irq": .cpuIRQ, "softirq": .cpuSoftIRQ,
        "steal": .cpuSteal, "stolen": .cpuSteal, "us": .cpuUser, "sy": .cpuSystem, "ni": .cpuNice,
        "id": .cpuIdle, "wa": .cpuIOWait, "hi": .cpuIRQ, "si": .cpuSoftIRQ, "st": .cpuSteal,
    ]

    /// "User vs system vs nice time", "CPU split: user, system, iowait".
    mutating func readProcessorTime() -> Bool {
        let named = words.plain.compactMap { Self.processorTimes[$0] }
        guard named.count >= 2, Set(named).count == named.count, question.window == nil,
            question.threshold == nil,
            !isCheck, !says("why", "when", "which", "who", "or"), !namesHostNames,
            !has("memory", "disk", "network")
        else { return false }
        let rest: Set = [
            "cpu", "time", "vs", "versus", "and", "split", "breakdown", "the", "of", "show", "me", "give",
            "please", "plz",
            "pls", "what", "is", "are", "how", "much", "in", "percent", "percentage", "share", "shares",
            "now", "current", "as",
            "%", "processor", "into", "by", "between", "divided", "times", "right", "figures", "list", "at",
            "moment",
        ]
        guard words.plain.allSatisfy({ rest.contains($0) || Self.processorTimes[$0] != nil }) else {
            return false
        }
        set(.value, .gauges(named))
        (hasSeveral, saysForm) = (true, true)
        (question.statistic, question.comparison) = (.now, nil)
        return true
    }
}
