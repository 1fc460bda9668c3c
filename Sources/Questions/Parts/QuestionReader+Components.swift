import MaintenanceAPI
import Values

/// Questions about one part of several: cores, disks, interfaces, sensors and file systems, by rank, by name or one by one.
extension QuestionReader {
    private static let most: Set<String> = [
        "most", "highest", "biggest", "largest", "busiest", "hottest", "warmest", "slowest", "worst",
        "greatest",
        "fullest", "heaviest", "hardest", "busier", "hotter", "fuller", "maximum", "max", "top",
    ]
    private static let least: Set<String> = [
        "least", "lowest", "smallest", "idlest", "coolest", "coldest", "quietest", "emptiest", "fewest",
        "fastest",
        "laziest", "calmest", "minimum",
    ]

    /// "Second", "3rd", "the next".
    var place: Int? {
        let plain = words.plain
        for (index, word) in plain.enumerated() {
            let before = index > 0 ? plain[index - 1] : ""
            let after = index + 1 < plain.count ? plain[index + 1] : ""
            if let number = Int(word), 1...20 ~= number, ["st", "nd", "rd", "th"].contains(after) {
                return number
            }
            guard let number = Self.ordinals[word],
                !["per", "a", "each", "every", "last", "one"].contains(before)
            else { continue }
            let isRank =
                Self.most.contains(after) || Self.least.contains(after) || after == "place" || after == "on"
                || has("process", "program", "hog") || says("number two", "runner up")
            if isRank { return number }
        }
        return says("runner up", "number two") ? 2 : nil
    }

    private static let ordinals = ["second": 2, "third": 3, "fourth": 4, "fifth": 5, "next": 2]

    /// "Is one core doing all the work while the other sits idle?"
    var isOneSided: Bool {
        says("unevenly", "imbalance", "unbalanced", "harder than the other", "busier than the other")
            || has("core") && isCheck && says("one core", "a single core", "only one core", "one cpu")
                && says(
                    "all the work", "all of the work", "everything", "while", "pegged", "maxed", "maxed out",
                    "does nothing", "more than the other", "at its limit", "at the limit")
    }

    var rankOfComponent: Query.Component.Rank? {
        if says("at most"), !says("which", "who") { return nil }
        let plain = Set(words.plain)
        if says(
            "equally", "evenly", "balanced", "even", "unevenly", "imbalance", "unbalanced", "equal",
            "same load", "harder than the other", "busier than the other", "more than the other")
            || has("core") && says("one") && says("or all", "all of them", "or every") || isOneSided
        {
            return .even
        }
        let place = place ?? 1
        if says("quiet", "idle", "calm", "unused"), says("which", "what") { return .least(place) }
        if !plain.isDisjoint(with: Self.least) || says("most free", "most idle", "most room", "most space") {
            return says("most free", "most room", "most space") ? .most(place) : .least(place)
        }
        return plain.isDisjoint(with: Self.most) ? nil : .most(place)
    }

    var kindOfComponent: Query.Component.Kind? {
        if has("interface") || says("nics", "link", "links", "adapter", "adapters", "network port")
            || names(Self.interfaces)
        {
            return .interface
        }
        if says("sensor", "sensors", "thermometer", "thermometers", "thermal zone", "thermal zones") {
            return .sensor
        }
        if has("core"), !has("temperature") || says("usage", "busy", "which core", "what core") {
            return .core
        }
        if numberOfCore != nil || says("which cpu", "which cpus", "what cpu is busiest") { return .core }
        if has("disk") || names(Self.disks) || says("block device", "block devices") { return .disk }
        if has("filesystem") { return .fileSystem }
        return nil
    }

    static let disks = Pattern(
        #/(?:sd|vd|xvd|hd)[a-z]{1,2}\d*|nvme\d+(?:n\d+(?:p\d+)?)?|md\d+|dm-\d+|mmcblk\d+\w*/#)
    static let interfaces = Pattern(
        #/(?:eth|wlan|tun|tap|bond|br|veth|docker|virbr|wg|usb|ppp)\d\w*|en[spo]\w*\d\w*|wl[pso]\w*\d\w*|lo/#)

    /// Whether it names a disk or an interface.
    var namesDevice: Bool { names(Self.disks) || names(Self.interfaces) }

    private func names(_ pattern: Pattern<Substring>) -> Bool {
        text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.contains {
            $0.wholeMatch(of: pattern) != nil
        }
    }

    private static let numberedCorePattern = Pattern(
        #/\b(?:core|cpu)\s?#?(\d{1,4})\b(?!\s?(?:%|percent|cores|usage bad))/#)

    /// "Core 0", "cpu1", "the first core".
    var numberOfCore: Int? {
        if let match = text.firstMatch(
            of: Self.numberedCorePattern)
        {
            return Int(match.1)
        }
        return nil
    }

    mutating func readComponent() -> Bool {
        if asksAllCores {
            set(.list, .cores)
            saysForm = true
            return true
        }
        // Of one interface readings keep no totals.
        if says("total", "in total", "altogether", "since boot", "how many bytes", "how much data"),
            namesDevice,
            has("network", "traffic", "sent", "received", "interface")
        {
            return false
        }
        guard let kind = kindOfComponent, question.threshold == nil,
            question.judged == nil || numberOfCore != nil,
            !isUntil, !["why", "when"].contains(words.plain.first ?? ""),
            !says("why", "since when", "relay", "usual", "usually", "normal"),
            !says("how many", "number of") || names(Self.disks) || names(Self.interfaces)
        else { return false }
        if question.window != nil || has("relay", "process", "program", "llm", "probe", "oom") {
            return false
        }
        if says("at most"), !says("which", "who") { return false }
        if says("average", "mean", "trend", "peak", "ago", "p95", "median") { return false }
        // "The highest write speed of the disk": of a time.
        if says("so far", "ever", "yet", "since"), rankOfComponent != nil, !says("which", "who") {
            return false
        }
        if says("max", "maximum", "highest", "top", "min", "minimum", "lowest"),
            says("speed", "rate", "throughput", "value", "level"),
            !says("which", "who", "what disk", "what core")
        {
            return false
        }
        let rank = rankOfComponent
        let isEach =
            says(
                "each", "every", "per", "all", "list", "individual", "individually", "both", "which", "show",
                "one by one")
            || has("each")
        let component: Query.Component?
        switch kind {
        case .core: component = core(rank)
        case .interface: component = interface(rank, isEach)
        case .disk: component = disk(rank, isEach)
        case .sensor: component = sensor(rank, isEach)
        case .fileSystem: component = fileSystem(rank)
        }
        guard let component else { return false }
        // "cpu0?" asks how busy it is.
        if component.number != nil, words.plain.count == 1 { isCertain = true }
        set(
            question.form == .check && !words.plain.contains("or")
                ? .check : component.rank == nil ? .value : .which,
            .topic(.component(component)))
        question.statistic = .now
        question.count = nil
        saysForm = true
        return true
    }

    /// "How are both cores doing?"
    private var asksAllCores: Bool {
        has("core") && numberOfCore == nil && rankOfComponent == nil && question.threshold == nil
            && question.window == nil
            && says(
                "both", "all", "cores doing", "cores used", "cores busy", "cores are", "cores look",
                "of the cores", "how are the cores")
            && (says("how are the cores") || has("busy", "idle", "overloaded")
                || says("doing", "usage", "working", "used", "look", "both cores"))
            && !has("load", "temperature", "relay", "process") && !says("how many")
    }

    private func core(_ rank: Query.Component.Rank?) -> Query.Component? {
        if let number = numberOfCore {
            return Query.Component(kind: .core, measure: has("idle") ? .free : .use, number: number)
        }
        if has("idle"), !says("idlest"), case .most(let place)? = rank {
            return Query.Component(kind: .core, measure: .use, rank: .least(place))
        }
        switch rank {
        case .even?, .least?: return Query.Component(kind: .core, measure: .use, rank: rank)
        case .most? where place != nil || says("which", "what core", "hottest", "hardest"):
            return Query.Component(kind: .core, measure: .use, rank: rank)
        default: break
        }
        return nil
    }

    private func interface(_ rank: Query.Component.Rank?, _ isEach: Bool) -> Query.Component? {
        let isNamed = namesHostNames || names(Self.interfaces)
        // "Errors or drops on eth0?": the state of the network tells both.
        if has("error"), has("drop", "loss"), isNamed { return nil }
        let measure: Query.Component.Measure =
            has("error")
            ? .errors
            : has("drop", "loss")
                ? .drops
                : has("received") && !has("sent")
                    ? .received
                    : has("sent") && !has("received") ? .sent : .traffic
        let asksFigure =
            has("traffic", "received", "sent", "error", "drop", "loss", "busy", "overloaded", "idle")
            || says("doing", "active", "used", "carries", "carrying", "rates", "rate", "speed", "quiet")
        if isNamed, !has("link") || asksFigure {
            return Query.Component(kind: .interface, measure: measure, isNamed: true)
        }
        guard rank != nil && rank != .even || isEach && asksFigure else { return nil }
        if question.form == .check, measure == .errors || measure == .drops { return nil }
        if says("errors", "error", "drops", "dropped"), rank == nil, !says("which", "each", "per", "every") {
            return nil
        }
        return Query.Component(
            kind: .interface, measure: measure, rank: rank ?? (says("which") ? .most(1) : nil))
    }

    private func disk(_ rank: Query.Component.Rank?, _ isEach: Bool) -> Query.Component? {
        let isNamed = names(Self.disks)
        let measure: Query.Component.Measure? =
            has("latency")
                || says(
                    "slow", "slowest", "slower", "fast", "fastest", "wait", "waits", "waiting", "response")
            ? .wait
            : has("iops") || says("operations", "requests", "ops")
                ? .operations
                : has("read") && !has("write")
                    ? .reads
                    : has("write") && !has("read")
                        ? .writes
                        : has("io", "traffic") || says("activity", "throughput", "active") && !has("cpu")
                            ? .traffic
                            : says(
                                "busiest", "busy", "utilization", "utilisation", "hottest", "overloaded",
                                "idle", "idlest", "hardest")
                                && !has("space", "full") ? .use : nil
        if isNamed {
            if has("free", "full", "space", "total", "big"), measure == nil { return nil }
            return Query.Component(kind: .disk, measure: measure ?? .use, isNamed: true)
        }
        guard !has("full", "space", "inode", "filesystem"), !has("free") || has("io") else {
            return rankOfSize(rank)
        }
        guard let measure else { return rankOfSize(rank) }
        guard rank != nil && rank != .even || isEach && (has("each") || says("which", "per disk", "list"))
        else { return nil }
        return Query.Component(
            kind: .disk, measure: measure,
            rank: measure == .wait ? waitRank(rank) : rank ?? (says("which") ? .most(1) : nil))
    }

    private func waitRank(_ rank: Query.Component.Rank?) -> Query.Component.Rank? {
        says("slowest", "slow", "longest") ? .most(place ?? 1) : rank ?? (says("which") ? .most(1) : nil)
    }

    /// "The second fullest disk", "which disk is biggest".
    private func rankOfSize(_ rank: Query.Component.Rank?) -> Query.Component? {
        guard let rank, rank != .even, !has("read", "write", "io", "iops", "latency", "inode", "growth")
        else { return nil }
        let isLeast = if case .least = rank { true } else { false }
        if says("biggest", "largest", "smallest"), !has("busy", "free", "full") || place != nil {
            return Query.Component(kind: .fileSystem, measure: .size, rank: rank)
        }
        guard let place, place > 1 else { return nil }
        if has("free") { return Query.Component(kind: .fileSystem, measure: .free, rank: rank) }
        return Query.Component(
            kind: .fileSystem, measure: .full, rank: isLeast ? .least(place) : .most(place))
    }

    private func fileSystem(_ rank: Query.Component.Rank?) -> Query.Component? { rankOfSize(rank) }

    private func sensor(_ rank: Query.Component.Rank?, _ isEach: Bool) -> Query.Component? {
        guard rank != nil || isEach || says("sensors", "thermal zones") else { return nil }
        return Query.Component(kind: .sensor, measure: .temperature, rank: rank == .even ? nil : rank)
    }

    // MARK: Processes by place and by name

    mutating func readPlaceOfProcess() -> Bool {
        guard let place, place > 1,
            has("process", "program", "hog") || says("consumer", "user", "task", "app"),
            !has("disk", "network", "core")
        else { return false }
        let isMemory =
            has("memory", "oom") || says("biggest", "largest", "fattest", "big") && !has("cpu")
        set(.which, .topic(.processAt(place, isMemory ? .memory : .cpu)))
        saysForm = true
        return true
    }

    /// "How many postgres processes are there?", "any java process?"
    mutating func readProcessesNamed() -> Bool {
        let counts = says("how many", "number of", "count", "count of")
        let asks = question.form == .check && says("any", "are there", "is there", "do we have")
        guard counts || asks, has("process") || says("instances", "instance", "copies", "workers", "running")
        else {
            return false
        }
        guard !has("cpu", "memory", "thread", "openfile", "filesystem", "disk"), !namesMountPoint else {
            return false
        }
        if namesHostNames {
            set(counts ? .count : .check, .topic(.processesNamed(nil)))
            return true
        }
        guard
            let index = words.plain.firstIndex(where: {
                ["process", "processes", "instance", "instances", "workers"].contains($0)
            }),
            index > 0,
            words.unknown.contains(words.plain[index - 1])
                || Vocabulary.programs.contains(words.plain[index - 1])
                || words.plain[index - 1] == "docker"
        else { return false }
        let name = words.plain[index - 1]
        guard !Self.adjectives.contains(name) else { return false }
        set(counts ? .count : .check, .topic(.processesNamed(name)))
        return true
    }

    private static let adjectives: Set<String> = [
        "rogue", "orphaned", "orphan", "runaway", "unknown", "malicious", "sleeping", "background", "foreign",
        "idle",
        "dangling", "crazy", "hungry", "linux", "many", "user", "root", "sleep", "frozen", "foreground",
        "dead",
    ]
}

extension Query {
    /// Whether a word looks like the name of a disk, as `sda` and `nvme0n1` do.
    package static func isNameOfDisk(_ word: String) -> Bool {
        word.wholeMatch(of: QuestionReader.disks) != nil
    }

    /// Whether a word looks like the name of a network interface, as `eth0` and `lo` do.
    package static func isNameOfInterface(_ word: String) -> Bool {
        word.wholeMatch(of: QuestionReader.interfaces) != nil
    }
}

extension Vocabulary {
    /// Words of ranks, states and devices that are near to others in writing and are none of these.
    static let ranks: Set<String> = [
        "slowest", "fastest", "idlest", "coolest", "coldest", "warmest", "quietest", "calmest", "laziest",
        "hardest", "heaviest",
        "emptiest", "fewest", "equally", "evenly", "balanced", "unbalanced", "imbalance", "equal", "sensors",
        "thermometer",
        "trending", "second", "third", "fourth", "fifth", "runner", "bored", "quiet", "calm", "resting",
        "asleep",
        "sleeping", "pegged",
        "maxed", "occupied", "hammered", "writable", "writeable", "writeable", "headroom", "undelivered",
        "unsent", "unread",
        "pending", "improving", "worsening", "deteriorating", "tomorrow", "adapter", "adapters", "instances",
        "instance",
        "link", "links", "uplink", "nics", "hypervisor", "kvm", "vmware", "xen", "outlook", "recap",
        "summarize", "summarise",
        "congested", "swamped", "overworked", "containerized", "virtual", "metal", "dedicated", "physical",
        "unevenly",
    ]
}
