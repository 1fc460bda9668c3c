import Foundation
import MaintenanceAPI

/// Questions about states and what is to come: busy or idle, room for something, better or worse.
extension QuestionReader {
    mutating func readTopic() -> Bool {
        question.asksLength = says("how long", "for how many", "how many minutes", "how many hours")
        if namesDevice, readComponent() { return true }
        if readComparedFigures() || readOther() { return true }
        guard let topic = topic else {
            return readComponent() || readPlaceOfProcess() || readProcessesNamed()
        }
        set(
            saidForm == .check || isPredicate || topic.isPredicate && words.plain.count <= 2
                ? .check : saidForm == .count ? .count : .value, .topic(topic))
        if case .summary = topic {} else { question.window = nil }
        question.statistic = .now
        if case .processesBeyond = topic {} else { question.threshold = nil }
        question.count = nil
        saysForm = true
        return true
    }

    private var isPredicate: Bool { isCheck }

    private var topic: Query.Topic? {
        if let limit = limit { return limit }
        if let threshold = question.threshold, has("process", "program"), question.window == nil,
            !has("count") || threshold.value != 0,
            Set(gauges).isSubset(of: [.processCount, .cpuBusy, .memoryUsed]),
            gauges.contains(.cpuBusy) || threshold.value > (gauges.contains(.memoryUsed) ? 100 : 1e6),
            !namesHostNames, !["when", "why"].contains(words.plain.first ?? "")
        {
            return .processesBeyond(gauges.contains(.cpuBusy) ? .cpu : .memory)
        }
        if has("free"), says("percent", "%", "percentage", "pct"), saidForm != .check, saidForm != .when,
            question.window == nil, question.threshold == nil, !saysStatistic, !isComparison
        {
            if gauges == [.memoryAvailable] { return .freeShare(.memory) }
            if gauges == [.diskFree] || gauges.isEmpty && namesMountPoint { return .freeShare(.disks) }
        }
        if let limits = limits { return limits }
        if let limiting = limiting { return .limiting(limiting) }
        if let activity = activity { return activity }
        if says("writable", "writeable", "write protected") || says("write to", "read write"),
            saidForm == .check,
            has("filesystem", "disk") || namesMountPoint || says("root", "writable", "writeable"),
            !has("process", "io", "traffic")
        {
            return .writable
        }
        if has("load"), has("core"), saidForm == .check || saidForm == .judge || saidForm == .compare,
            says("too", "for", "high", "ok", "fine", "much", "compare", "number of cores"),
            question.threshold == nil
        {
            return .loadOfCores
        }
        if let course = future { return course }
        return facts
    }

    // MARK: Busy and idle

    private static let activities: [(Query.Activity, Set<String>)] = [
        (
            .overloaded,
            [
                "overloaded", "overload", "stressed", "struggling", "overwhelmed", "saturated", "maxed",
                "pegged",
                "overworked", "swamped", "congested", "choking", "limit", "exhausted",
            ]
        ),
        (
            .idle,
            [
                "idle", "idling", "quiet", "bored", "lazy", "calm", "sleeping", "resting", "asleep", "unused",
                "relaxed",
                "free",
            ]
        ),
        (.busy, ["busy", "loaded", "active", "working", "occupied", "hammered", "load", "hard", "heavily"]),
    ]

    private var resource: Query.Resource? {
        if has("cpu", "core") { return .cpu }
        if has("disk", "io", "filesystem") { return .disks }
        if has("network", "traffic", "interface") || says("uplink", "link", "bandwidth") { return .network }
        if has("memory") { return .memory }
        return has("host") || says("it", "anything", "everything", "there", "you") || words.plain.count <= 3
            ? .host : nil
    }

    /// A state that a thing is said to be in.
    private var activity: Query.Topic? {
        let isBare = words.isQuestion && words.plain.count <= 2
        guard
            saidForm == .check || isBare
                || begins("how busy", "how idle", "how loaded", "how stressed", "how overloaded"),
            question.threshold == nil, question.judged == nil, question.window == nil, !saysStatistic,
            !has(
                "relay", "probe", "process", "llm", "swap", "load", "queue", "cgroup", "reading", "program",
                "hog", "slow",
                "anomaly", "oom", "inode", "openfile", "conntrack", "connection", "leak", "pressure", "iowait"
            ),
            !namesHostNames, words.unknown.isEmpty, !isComparison, !has("growth", "runout", "error"),
            !says("any", "all ok", "enough", "why", "since", "who", "which", "what is", "stuck", "usage")
        else { return nil }
        let plain = Set(words.plain)
        guard let resource = resource else { return nil }
        var found = Self.activities.first {
            !plain.isDisjoint(
                with: $0.1.subtracting([
                    "free", "load", "limit", "working", "hard", "heavily", "active", "unused",
                ]))
        }?.0
        if found == nil,
            says(
                "under load", "under heavy load", "under pressure", "heavily loaded", "under stress",
                "at its limit", "at the limit", "maxed out", "at full capacity", "at capacity")
        {
            found = says("under load") ? .busy : .overloaded
        }
        if found == nil,
            says(
                "working hard", "heavily used", "hard at work", "in use", "doing anything", "doing something",
                "doing much", "doing a lot", "under use")
        {
            found = .busy
        }
        if found == nil, says("doing nothing", "nothing to do", "at rest", "not doing") { found = .idle }
        guard let found else { return nil }
        // How full memory is has its own rule.
        if resource == .memory { return nil }
        if resource == .cpu, found == .overloaded, has("temperature") { return nil }
        if begins("how"), resource != .host { return nil }
        if found == .overloaded, resource == .host || resource == .cpu { return nil }
        if resource == .disks, has("space", "full", "free") { return nil }
        return .activity(found, of: resource)
    }

    private var limiting: Query.Resource? {
        guard saidForm == .check,
            has("bottleneck") || says("bound", "limited by", "waiting on", "waiting for"),
            words.plain.count <= 9,
            !says("or"), !says("which", "what")
        else { return nil }
        if says("bound", "bottleneck", "limited by", "limiting") {
            if has("cpu") || says("cpu bound", "compute bound", "processor bound") { return .cpu }
            if has("memory") || says("memory bound", "ram bound") { return .memory }
            if has("network") || says("network bound") { return .network }
            if has("disk", "io") || says("io bound", "disk bound") { return .disks }
        }
        return nil
    }

    // MARK: Room

    /// "Can I run a 4 GB job?", "room for 20 GB of logs?"
    mutating func readNeed() -> Bool {
        guard let amount = question.needed ?? amount else { return false }
        guard
            isCheck || words.isQuestion && says("for", "another", "fit")
                || begins("room for", "space for", "enough") || says("will fit", "fit"),
            !says(
                "above", "over", "below", "under", "more than", "less than", "exceed", "exceeded", "too much",
                "bad", "a lot", "high", "ok for"),
            says(
                "fit", "fits", "room", "space", "enough", "run", "start", "need", "needs", "hold", "holds",
                "store", "save",
                "copy", "allocate", "load", "free", "left", "available", "take", "takes", "handle", "write",
                "download",
                "upload", "put", "use", "launch", "spare", "more", "job", "file", "dump", "deploy", "install",
                "require",
                "requires", "want", "add", "restore", "unpack", "still", "have")
        else { return false }
        let isDisk =
            has("disk", "space", "filesystem", "write") || namesMountPoint
            || says(
                "file", "files", "logs", "log", "copy", "store", "save", "download", "upload", "dump",
                "backup", "backups",
                "image", "images", "video", "videos", "photos", "database", "unpack", "archive", "restore",
                "install", "data",
                "put")
        let isMemory =
            has("memory", "process", "program", "oom")
            || says("job", "heap", "vm", "run", "launch", "allocate", "java")
        let isOfDisk =
            has("space", "disk") || namesMountPoint || isDisk && !isMemory
            || !isMemory && says("fit", "fits", "room", "store", "hold", "holds")
        question.needed = amount
        question.threshold = nil
        set(.check, .gauges([isOfDisk ? .diskFree : .memoryAvailable]))
        saysForm = true
        return true
    }

    /// "30 GB", "2 gigs", in bytes.
    private var amount: Double? {
        let plain = words.plain
        for (index, word) in plain.enumerated().dropLast() {
            guard let number = Double(word) else { continue }
            let unit = plain[index + 1]
            if let scale = Self.scales[unit] ?? Self.spoken[unit], scale > 1 { return number * scale }
        }
        return nil
    }

    private static let spoken: [String: Double] = [
        "gig": 1_073_741_824, "gigs": 1_073_741_824, "gigabyte": 1_073_741_824, "megs": 1_048_576,
        "meg": 1_048_576,
        "terabyte": 1_099_511_627_776, "terabytes": 1_099_511_627_776, "t": 1_099_511_627_776,
    ]

    private var limit: Query.Topic? {
        guard saidForm == .check || says("near", "close", "limit", "how far", "percent", "%"),
            question.threshold == nil
        else { return nil }
        let asks = says(
            "near", "close", "limit", "out of", "enough", "exhausted", "running out", "too many", "how far",
            "headroom", "left", "run out", "remaining", "percent", "%")
        if has("openfile"), asks,
            !(saidForm != .check && says("what is the limit", "limit") && !says("near", "close", "how far"))
        {
            return .limit(.openFiles, most: .maxOpenFiles)
        }
        return nil
    }

    private static let rules: Set<Gauge> = [
        .cpuBusy, .memoryUsed, .diskUsed, .inodesUsed, .swapUsed, .temperature, .trackedConnections,
    ]

    private var limits: Query.Topic? {
        let asksRule =
            says(
                "threshold", "thresholds", "alert limits", "alert limit", "alarm limits", "warning level",
                "warning levels", "alert level", "alert levels")
            || says("alert", "warn", "alarm", "complain", "worry")
                && says(
                    "when do you", "at what level", "at which level", "what level", "from what", "at what",
                    "when would you")
            || says("too much", "too high", "too full", "too hot")
                && says(
                    "how much is", "how high is", "when is", "what is", "how full is", "how hot is",
                    "how much", "from when")
                && !has("process") && question.judged == nil
                && begins(
                    "how much", "when is", "what is", "how high is", "how full is", "how hot is", "at what")
        if asksRule, !says("conntrack table"), !namesHostNames {
            let asked = gauges.map { $0 == .load1 || $0 == .load5 || $0 == .load15 ? .cpuBusy : $0 }.filter(
                Self.rules.contains)
            return .thresholds(asked.isEmpty ? [.cpuBusy, .memoryUsed, .diskUsed] : Array(asked.prefix(1)))
        }
        if has("limit") || says("quota", "quotas", "limited", "restricted", "capped"),
            has("cpu", "memory", "core", "cgroup"),
            !has("openfile", "relay", "conntrack", "process", "thread", "bottleneck"),
            !says("the limit", "or", "near", "close", "limited by"), question.window == nil,
            gauges != [.cgroupMemoryMax]
        {
            return .limits
        }
        return nil
    }

    // MARK: To come

    private var future: Query.Topic? {
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
        if gauges.isEmpty, isAhead,
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
        if gauges.isEmpty, question.window != nil, !says("it", "that"),
            !has(
                "anomaly", "trouble", "change", "boot", "slow", "gap", "relay", "message", "cost", "token",
                "request", "process", "leak"),
            says(
                "show me", "show", "give me", "tell me about", "how was", "how were", "how did", "what was",
                "summary", "summarise", "summarize", "recap", "review", "report", "overview", "what happened",
                "history", "what did", "how has"),
            !namesHostNames, words.unknown.isEmpty
        {
            return .summary
        }
        return nil
    }

    // MARK: Facts

    private var facts: Query.Topic? {
        if says(
            "what time", "current time", "time now", "which time", "whats the time", "what date", "the date",
            "todays date", "what day", "time is it", "time of day", "local time", "server time",
            "system time", "host time", "clock say", "date and time")
            && (says(
                "is it", "time is", "current time", "the time", "server time", "local time", "the date",
                "date", "what day is", "now", "host time", "clock") || words.plain.count <= 3)
            && gauges.isEmpty && !has("boot", "uptime", "reading", "telemetry", "cpu", "anomaly")
            && !says(
                "when", "did", "was", "at what time", "in sync", "timezone", "last", "start", "started",
                "happened")
        {
            return .clock
        }
        if has("boot"), !has("relay", "oom"),
            says(
                "how often", "how many times", "how many reboots", "how many restarts", "how many boots",
                "number of reboots", "number of boots", "count of reboots", "how many crashes",
                "reboot count", "number of restarts")
        {
            return .reboots
        }
        if says("container", "docker", "containerized", "containerised", "lxc", "pod"), isCheck,
            words.plain.count <= 8,
            says("is this", "is it", "in a", "inside", "are you in", "is the", "am i"),
            gauges.isEmpty || gauges == [.cgroupCPU]
        {
            return .container
        }
        if says(
            "vm", "virtual machine", "virtualized", "virtualised", "bare metal", "physical machine",
            "physical server", "kvm", "virtual server", "virtual", "vmware", "xen", "cloud server",
            "physical host", "dedicated server"), isCheck || says("or"), words.plain.count <= 9,
            gauges.isEmpty
        {
            return .virtualMachine
        }
        return nil
    }

    // MARK: Figures side by side

    /// "Download vs upload": each stands against the other, not against what is usual.
    private mutating func readComparedFigures() -> Bool {
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
    private mutating func readOther() -> Bool {
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
        case [] where namesMountPoint && has("big", "total"): gauges = [.diskTotal]
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

    /// "Should I restart something?" is whether anything needs attention.
    private mutating func readAdvice() -> Bool {
        let asks = begins(
            "is it ok to", "is it safe to", "is it okay to", "is it fine to", "should i", "should we",
            "can i", "may i", "must i",
            "do i have to", "do i need to", "would it help to", "can we", "is it wise to",
            "is now a good time")
        guard asks, question.window == nil, question.needed == nil, !namesHostNames,
            has("boot")
                || says(
                    "install", "update", "upgrade", "restart", "deploy", "maintenance", "patch", "shut",
                    "turn", "stop", "kill", "buy", "do", "act", "intervene"),
            gauges.isEmpty || has("boot") || gauges == [.cgroupCPU] || gauges == [.oomKills]
        else { return false }
        set(.check, .host)
        question.suspectsTrouble = says("should", "must", "have to", "need to", "help")
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
        } else if !(question.judged != nil || says("already", "like this", "like that")) {
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

    /// What "the difference between load and CPU usage" is of.
    private var pairToExplain: [Gauge]? {
        guard
            let match = text.firstMatch(
                of:
                    #/(?:difference between|which (?:one )?is (?:higher|bigger|more|larger|greater),?) (.+?) (?:and|or) (.+)/#
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
