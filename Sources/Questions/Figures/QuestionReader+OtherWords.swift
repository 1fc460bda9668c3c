import Foundation
import MaintenanceAPI
import Values

/// Figures in other words, and figures side by side.
extension QuestionReader {
    /// "Download vs upload": each stands against the other, not against what is usual.
    mutating func readComparedFigures() -> Bool {
        guard saidForm == .compare, gauges.count >= 2, question.window == nil, !isWhatIsUsual,
            says("vs", "versus", "compared", "against", "compare")
        else { return false }
        set(.value, .gauges(gauges))
        question.comparison = nil
        saysForm = true
        return true
    }

    // MARK: Other words for figures

    /// "Undelivered messages", "used space in GB", "headroom on the CPU".
    mutating func readOther() -> Bool {
        let inBytes = says(
            "gigs", "how many gigs", "in gb", "in gib", "in bytes", "in mb", "gigabytes", "in tb",
            "how many gb", "how many mb", "how many gib", "how many tb", "terabytes", "megabytes",
            "in gigabytes")
        let plain = words.plain
        if let pair = pairToExplain {
            set(says("difference between") ? .explain : .value, .gauges(pair))
            return true
        }
        if says(
            "memory user", "ram user", "memory users", "ram users", "cpu user", "cpu users", "memory eater",
            "cpu eater"), rankOfComponent != nil, place ?? 1 == 1
        {
            set(says("users") ? .list : .which, .processes(has("memory") ? .memory : .cpu))
            question.statistic = .now
            saysForm = true
            return true
        }
        if readAdvice() || readLength() || readAdjective() { return true }
        if readSpoken() { return true }
        if let using = usedByProcess {
            set(.unmeasured, .gauges(using))
            question.window = nil
            question.statistic = .now
            return true
        }
        if words.plain == ["start", "time"] || words.plain == ["started", "at"] {
            set(.when, .boot)
            return true
        }
        if gauges.isEmpty, says("help"), words.plain.count <= 4, words.unknown.isEmpty {
            set(.help)
            return true
        }
        if gauges.isEmpty, words.plain.count <= 4, begins("how is", "hows", "what about", "check"),
            let name = words.plain.last, Vocabulary.programs.contains(name)
        {
            set(.value, .process(name))
            return true
        }
        if gauges.isEmpty || gauges == [.cpuBusy], has("relay"), saidForm == .check,
            has("busy", "idle", "overloaded"), !has("cpu", "memory", "queue")
        {
            set(.value, .gauges([.relayRate, .relayQueued]))
            return true
        }
        if has("probe"), saidForm == .check, gauges == [.probeCPU], says("busy", "overloaded") {
            set(.value, .gauges([.probeCPU]))
            return true
        }
        if says("details", "tell me more", "more details", "more info", "what else", "everything")
            && words.plain.count <= 3 && gauges.isEmpty && !has("fine", "trouble", "ok") && !isCheck
        {
            set(.value, .host)
            return true
        }
        if says(
            "what do you measure", "what do you monitor", "what data do you have", "which data do you have",
            "which metrics", "what metrics", "list metrics", "list of metrics", "what figures",
            "which figures", "what do you watch", "what can you measure", "what can you see",
            "what do you track")
        {
            set(.help)
            return true
        }
        if question.window != nil, gauges.isEmpty, begins("anything", "something"),
            words.unknown.isEmpty,
            !has("relay", "reading", "probe", "process", "boot"), words.plain.count <= 6
        {
            set(.value, .findings)
            return true
        }
        if question.window != nil, gauges.isEmpty, isCheck || begins("what"),
            says("break", "broke", "broken", "fail", "failed", "went wrong", "go wrong", "gone wrong"),
            words.unknown.isEmpty, !has("relay", "reading", "probe")
        {
            set(.value, .findings)
            return true
        }
        if has("process"), rankOfComponent == .least(1), !has("core"), says("smallest", "least", "lowest"),
            saidForm != .when, question.window == nil
        {
            set(.which, .processes(has("cpu") ? .cpu : .memory))
            question.isLowest = true
            question.statistic = .now
            saysForm = true
            return true
        }
        if says("run out of memory", "run out of ram"),
            begins("do we", "do i", "does it", "can it", "could it", "could we")
        {
            set(.until, .memory)
            question.statistic = .now
            saysForm = true
            return true
        }
        if says("single core", "multi core", "multicore", "dual core", "quad core", "singlecore"),
            words.isQuestion || isCheck, !has("busy", "temperature", "hog"), question.window == nil
        {
            set(.value, .gauges([.coreCount]))
            saysForm = true
            return true
        }
        if has("core"), has("thread"), says("how many", "number of"),
            says("have", "has", "are there", "there")
        {
            set(.value, .gauges([.coreCount]))
            saysForm = true
            return true
        }
        if has("core"), says("how many", "number of"), has("idle", "busy") {
            set(.list, .cores)
            saysForm = true
            return true
        }
        if has("disk"), has("count") || says("how many", "second disk", "another disk", "more than one disk"),
            !has("full", "free", "space", "read", "write", "io", "iops", "filesystem"), gauges == [.diskUsed]
        {
            set(.count, .disks)
            saysForm = true
            return true
        }
        if has("interface"), says("how many", "number of"), !has("error", "drop", "loss", "packet") {
            set(.count, .interfaces)
            saysForm = true
            return true
        }
        if question.isSinceBoot, question.statistic == .now, !says("most", "biggest", "largest", "fastest"),
            let gauge = gauges.first,
            gauge.traits.unit == .bytesPerSecond || gauge.traits.unit == .perSecond
        {
            question.statistic = .total
            saysStatistic = true
            set(.value, .gauges(gauges))
            return true
        }
        if question.statistic == .now, question.window != nil || question.isSinceBoot,
            let gauge = gauges.first,
            gauge.traits.unit != .bytes, !has("process", "filesystem"),
            says("biggest", "largest", "fastest", "most", "hottest")
        {
            question.statistic = .peak
            saysStatistic = true
            set(saidForm == .when ? .when : .value, .gauges(gauges))
            return true
        }
        switch gauges {
        case [.runningProcesses] where has("free") && says("cpu", "processor"): gauges = [.cpuIdle]
        case [.cpuBusy]
        where says("wait", "waits", "waiting", "starved", "starving") && has("process", "program"):
            gauges = [.cpuPressure]
        case [.cpuBusy]
        where says(
            "wait for cpu", "waiting for cpu", "waits for cpu", "wait for the cpu", "waiting for the cpu"):
            gauges = [.cpuPressure]
        case [.memoryUsed] where says("how much more", "how many more"): gauges = [.memoryAvailable]
        case [.diskWrites] where says("how much more"), [.diskUsed] where says("how much more"):
            gauges = [.diskFree]
        case [.cpuBusy] where says("how much more") && !says("than"): gauges = [.cpuIdle]
        case [.cpuIdle] where has("relay") && !has("cpu"): gauges = [.relayRate]
        case [.swapOut] where says("swap in", "swapped in"): gauges = [.swapIn, .swapOut]
        case [.relayQueued] where says("how long does", "how long do"): gauges = [.relayLatency]
        case [.oomKills] where has("boot") && says("how many", "number of"): break
        case _
        where gauges.count > 1
            && says(
                "which is higher", "which is more", "which is bigger", "which one is higher",
                "which is larger", "which is greater"):
            break
        case [] where plain == ["run", "time"] || plain == ["running", "time"]: gauges = [.uptime]
        case [.relayQueued] where has("cpu"): gauges = [.runningProcesses]
        case [.cpuIOWait] where says("request", "requests"): gauges = [.diskWait]
        case [.diskWrites] where says("writes per second", "writes a second", "writes per sec"):
            gauges = [.diskWriteOperations]
        case [.diskReads] where says("reads per second", "reads a second", "reads per sec"):
            gauges = [.diskReadOperations]
        case [.receiveDrops, .sendDrops] where has("listen"): gauges = [.listenOverflows]
        case [.relayLatency] where says("p50", "median", "typical"): gauges = [.relayMedianLatency]
        case [.processCount] where has("hung") && !words.isQuestion || plain == ["stuck", "processes"]:
            gauges = [.blockedProcesses]
        case [.processCount] where says("spawn", "spawns", "spawned"): gauges = [.startedProcesses]
        case [.load1, .load5, .load15] where has("relay"): gauges = [.relayRate, .relayQueued]
        case [.cpuBusy] where says("how many cpus", "number of cpus", "how many processors"):
            gauges = [.coreCount]
        case [.diskUsed] where says("fast", "fast enough") && has("disk") && !has("growth", "full"):
            gauges = [.ioPressure]
        case [.diskUsed] where says("doing", "activity") && has("disk") && saidForm == .value:
            gauges = [.diskReads, .diskWrites]
        case [] where has("free") && words.plain.count <= 4 && words.unknown.isEmpty && !namesHostNames:
            gauges = [.memoryAvailable, .diskFree]
        case [] where begins("running since", "up since", "online since"): gauges = [.uptime]
        case [] where has("free") && inBytes: gauges = [.memoryAvailable, .diskFree]
        case [] where namesMountPoint && has("big", "total") && !has("free"): gauges = [.diskTotal]
        case [] where plain == ["undelivered"]: gauges = [.relayQueued]
        case [.diskUsed] where inBytes && has("busy") && !namesMountPoint: gauges = [.diskUsedBytes]
        case [.memoryUsed] where inBytes && has("busy"): gauges = [.memoryUsedBytes]
        case _
        where has("message")
            && says("undelivered", "unread", "pending", "undeliverable", "outstanding", "unfetched"):
            gauges = [.relayQueued]
        case _ where has("reading") && says("unsent", "pending", "unreported", "undelivered", "outstanding"):
            gauges = [.probeWaiting]
        case [.uptime] where has("boot"), []:
            guard has("boot"),
                says(
                    "how many days", "how many hours", "how many weeks", "how long since",
                    "how long is it since", "how long ago", "days since", "hours since", "time since"),
                !has("relay", "oom")
            else { return false }
            gauges = [.uptime]
        default: return false
        }
        let isYesNo = saidForm == .check && gauges != [.uptime]
        set(isYesNo ? .check : .value, .gauges(gauges))
        if gauges == [.uptime] { question.window = nil; question.statistic = .now }
        saysForm = true
        return true
    }

    /// "How long has it been busy?", "how long is the CPU at 100?"
    private mutating func readLength() -> Bool {
        let isLong = begins(
            "how long has", "how long is", "how long have", "for how long has", "for how long is",
            "since when is", "since when has")
        guard isLong, question.threshold == nil, question.window == nil, !namesHostNames,
            !has("relay", "probe", "reading", "uptime", "boot", "process", "queue")
        else {
            return false
        }
        if gauges.isEmpty {
            guard has("host") || says("it", "that", "this"),
                has("busy", "overloaded", "slow") || says("high", "at 100", "at its limit")
            else { return false }
            gauges = [.cpuBusy]
        } else if !(question.judged != nil
            || says(
                "already", "like this", "like that", "this busy", "so busy", "that busy", "this high",
                "so high", "that high", "this slow", "so slow", "this full", "so full", "this loaded",
                "so loaded"))
        {
            return false
        }
        set(.when, .gauges(Array(gauges.prefix(1))))
        question.isSince = true
        question.judged = nil
        question.statistic = .now
        saysForm = true
        return true
    }

    /// "Is the CPU usage low?", "too many open files?"
    private mutating func readAdjective() -> Bool {
        if begins("too many", "too much"), words.isQuestion, !gauges.isEmpty, question.judged == nil,
            !has("anomaly"), gauges != [.cpuBusy]
        {
            set(.check, .gauges(gauges))
            saysForm = true
            return true
        }
        guard saidForm == .check, gauges.count == 1, says("low", "small", "tiny"),
            !says("too low", "low on", "too small", "running low", "run low", "lower", "getting low"),
            question.threshold == nil,
            question.window == nil, !has("free"), gauges[0].traits.unit == .percent, gauges != [.cpuIdle]
        else { return false }
        question.threshold = Query.Threshold(isAbove: false, value: 33)
        set(.check, .gauges(gauges))
        saysForm = true
        return true
    }

    /// What is asked of a process and known of all together alone: "who is writing to disk?"
    private var usedByProcess: [Gauge]? {
        let asksWho =
            says(
                "who", "which process", "which processes", "what process", "which program", "which app",
                "which service", "what program")
        guard asksWho, !has("cpu", "memory", "relay", "probe", "core"), !namesHostNames, saidForm != .when
        else { return nil }
        if has("swap") { return [.swapUsed] }
        if has("network", "traffic", "received", "sent", "connection") || says("bandwidth") {
            return [.networkReceived, .networkSent]
        }
        if has("read", "write", "io", "disk", "iops", "iowait"), !has("space", "full", "filesystem") {
            return [.diskReads, .diskWrites]
        }
        return nil
    }

    private static let differencePattern = Pattern(
        #/(?:difference between|which (?:one )?is (?:higher|bigger|more|larger|greater),?) (.+?) (?:and|or) (.+)/#
    )

    /// What "the difference between load and CPU usage" is of.
    private var pairToExplain: [Gauge]? {
        guard
            let match = text.firstMatch(
                of:
                    Self.differencePattern
            )
        else { return nil }
        let pair = [match.1, match.2].compactMap { part -> Gauge? in
            let words = Words(String(part))
            return Vocabulary.gauges(in: words.set)?.gauges.first
        }
        return pair.count == 2 && pair[0] != pair[1] ? pair : nil
    }

    private var isWhatIsUsual: Bool {
        says(
            "usual", "usually", "normal", "normally", "typical", "average", "yesterday", "before", "ago",
            "earlier", "last", "baseline", "always")
    }
}
