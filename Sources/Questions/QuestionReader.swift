import Foundation
import MaintenanceAPI

extension Query {
    /// Reads what a person wrote.
    ///
    /// "And memory?" goes on from `previous`, the question of the same person before it. `names` are those of the host's
    /// processes and mount points that the text holds: they are no words of ours.
    package init(_ text: String, after previous: Query? = nil, names: [String] = [], now: Date = Date()) {
        let reader = QuestionReader(text, names: names, now: now)
        self = reader.question
        if let previous, reader.isContinuation { self = reader.continuing(previous) }
    }
}

/// Reads one question.
struct QuestionReader {
    private(set) var question = Query()
    private var words: Words
    private var concepts: Set<String>
    private let namesHostNames: Bool
    /// What the text itself says, as opposed to what is taken for granted.
    private var saysForm = false
    private var saidForm = Query.Form.value
    private var saysStatistic = false
    private var saidStatistic = Query.Statistic.now
    private var gauges: [Gauge] = []

    init(_ text: String, names: [String], now: Date) {
        words = Words(text, names: names)
        concepts = words.set
        namesHostNames = words.plain.contains(Vocabulary.name)
        question.unknownWords = words.unknown
        question.isBrief = isBrief
        readWindow(text, now: now)
        readCount()
        readThreshold()
        readEmptiness()
        readStatistic()
        read()
        finish(now: now)
    }

    private func has(_ words: String...) -> Bool { words.contains { concepts.contains($0) } }
    private func says(_ phrases: String...) -> Bool { phrases.contains { words.contains(phrase: $0) } }
    private func begins(_ phrases: String...) -> Bool { words.begins(with: phrases) }

    private var isBrief: Bool {
        says(
            "one line", "single line", "one sentence", "brief", "briefly", "short", "shortly", "tldr",
            "tl dr", "concise", "in a word")
    }

    // MARK: When

    private mutating func readWindow(_ text: String, now: Date) {
        let numbers = words.plain.map { Self.numbers[$0].map(String.init) ?? $0 }
        let isLast = says(
            "last", "past", "previous", "ago", "this", "during", "within", "in the", "for the", "since",
            "between")
        let isLoad = has("load") && has("minute1", "minute5", "minute15")
        guard isLast || !isLoad else { return }
        var text = numbers.joined(separator: " ")
        // "The 5 minute load over the last hour": the five minutes are of the load.
        let own = text.replacing(
            #/\b(?:1|5|15) (?:minutes?|min|m) load\b|\bload (?:average )?over (?:1|5|15) minutes?\b/#,
            with: "load")
        let isOwn = own != text
        text = own
        question.window = TimeWindow(in: text, now: now)
        // "Within a week" says until when.
        if isLoad, !isOwn, question.window != nil { concepts.subtract(["minute1", "minute5", "minute15"]) }
    }

    static let numbers: [String: Int] = {
        let words = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve",
        ]
        var numbers = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
        numbers.merge([
            "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
        ]) { $1 }
        return numbers
    }()

    private func number(_ word: String) -> Int? { Int(word) ?? Self.numbers[word] }

    // MARK: How many, above what

    private mutating func readCount() {
        let plain = words.plain
        for (index, word) in plain.enumerated() {
            guard let number = number(word), 1...100 ~= number else { continue }
            let before = index > 0 ? plain[index - 1] : ""
            let after = index + 1 < plain.count ? plain[index + 1] : ""
            guard !Vocabulary.units.contains(after), after != "core" else { continue }
            let leads =
                ["top", "first", "show", "list", "give", "worst", "me", "name"].contains(before)
                && word != "one"
            let follows =
                [
                    "biggest", "largest", "busiest", "processes", "hogs", "most", "heaviest", "hungriest",
                    "top", "fullest", "please",
                    "highest", "worst", "greediest", "programs", "disks", "mounts",
                ].contains(after) && number > 1
                && !["last", "past", "than", "over", "above"].contains(before)
            let isPlace =
                before == "the"
                && ["most", "biggest", "largest", "top", "busiest", "processes"].contains(after) && number > 1
            let isAlone = plain.count == 1 && number > 1
            if leads || follows || isPlace || isAlone { question.count = number }
        }
    }

    private static let above = [
        "above", "over", "exceed", "exceeded", "exceeds", "exceeding", "more than", "higher than",
        "greater than", "beyond", "past",
        ">", "at least", "reach", "reached", "hit", "bigger than", "larger than", "go over", "surpass",
        "surpassed",
        "crossed", "passed",
    ]
    private static let below = [
        "below", "under", "less than", "lower than", "<", "fewer than", "smaller than",
    ]

    private mutating func readThreshold() {
        let plain = words.plain
        for (index, word) in plain.enumerated() {
            guard let value = Double(word) else { continue }
            let after = index + 1 < plain.count ? plain[index + 1] : ""
            let unit = Self.scales[after]
            guard unit != nil || !Vocabulary.units.contains(after) else { continue }
            let before = plain[..<index].suffix(3)
            func follows(_ phrases: [String]) -> Bool {
                phrases.contains { phrase in
                    let parts = phrase.split(separator: " ").map(String.init)
                    return Array(before.suffix(parts.count)) == parts
                        || (before.last == "the" || before.last == "a")
                            && Array(before.dropLast().suffix(parts.count)) == parts
                }
            }
            let scaled = value * (unit ?? 1)
            if follows(Self.above) {
                question.threshold = Query.Threshold(isAbove: true, value: scaled)
            } else if follows(Self.below) {
                question.threshold = Query.Threshold(isAbove: false, value: scaled)
            } else if unit != nil || question.count == nil,
                !["last", "past", "top", "p", "pid", "process"].contains(before.last ?? "")
            {
                question.judged = scaled
            }
            if question.threshold != nil { question.judged = nil }
            return
        }
    }

    private mutating func readEmptiness() {
        if says("empty"), question.threshold == nil {
            question.threshold = Query.Threshold(isAbove: false, value: 1)
        }
    }

    private static let scales: [String: Double] = [
        "%": 1, "percent": 1, "pct": 1, "c": 1, "degrees": 1, "celsius": 1, "kb": 1024, "kib": 1024,
        "mb": 1_048_576,
        "mib": 1_048_576, "gb": 1_073_741_824, "gib": 1_073_741_824, "g": 1_073_741_824,
        "tb": 1_099_511_627_776,
        "tib": 1_099_511_627_776, "gigabytes": 1_073_741_824, "megabytes": 1_048_576, "ms": 1,
    ]

    // MARK: Which statistic

    private mutating func readStatistic() {
        let plain = words.plain
        if let percentile = plain.first(where: Self.isPercentile) {
            question.statistic = .percentile(min(100, Int(percentile.dropFirst()) ?? 50))
        } else if has("percentile"),
            let number = plain.lazy.compactMap({ Int($0.prefix(while: \.isNumber)) }).first
        {
            question.statistic = .percentile(min(100, number))
        } else if has("median") {
            question.statistic = .percentile(50)
        } else if says("average", "avg", "mean", "typical", "typically", "on average", "averaged")
            && !begins("what does", "what do") && !says("does that mean", "mean by", "means")
            && !(says("load average", "load averages", "load avg", "average load")
                && !says("mean", "on average"))
        {
            question.statistic = .mean
        } else if says(
            "peak", "highest", "max", "maximum", "spike", "spiked", "peaked", "how high did", "how high was",
            "how high has", "greatest", "high water", "worst", "record",
            "maximal", "top value")
        {
            question.statistic = .peak
        } else if says("lowest", "minimum", "least", "smallest", "trough", "minimal", "how low")
            || isLeastMinute
        {
            question.statistic = .low
        } else if says(
            "trend", "trends", "develop", "developed", "developing", "going up", "going down", "go up",
            "rising", "rise", "rises", "increase", "increases", "grow", "grows", "falling", "increasing",
            "decreasing", "climbing", "over time", "history", "course", "evolve", "evolved", "evolution",
            "graph", "growing", "shrinking", "go down", "dropping",
            "trending", "creeping up", "changed over", "getting worse", "getting better", "getting higher",
            "getting fuller", "getting hotter", "went up", "gone up", "moving", "progress")
            && !has("drop") || says("trend")
        {
            question.statistic = .trend
        } else if says(
            "total", "in total", "sum", "altogether", "all in all", "overall")
        {
            question.statistic = .total
        }
        saysStatistic = question.statistic != .now
        saidStatistic = question.statistic
    }

    /// `p95`.
    private static func isPercentile(_ word: String) -> Bool {
        word.first == "p" && word.count < 5 && Int(word.dropFirst()) != nil
    }

    /// "min" is a minute behind a number and behind "last".
    private var isLeastMinute: Bool {
        guard let index = words.plain.firstIndex(of: "min") else { return false }
        guard index > 0 else { return words.plain.count > 1 }
        let before = words.plain[index - 1]
        return Int(before) == nil
            && !["last", "past", "per", "a", "previous", "this", "one"].contains(before)
    }

    // MARK: What

    private mutating func set(_ form: Query.Form, _ subject: Query.Subject = .nothing) {
        question.form = form
        question.subject = subject
    }

    private mutating func read() {
        if readTalk() || readOrder() || readHelp() { return }
        let found = Vocabulary.gauges(in: asked)
        gauges = found?.gauges ?? []
        if readExplanation() || readUnmeasured() { return }
        question.form = form
        saysForm = question.form != .value
        saidForm = question.form
        if readProcesses() || readFacts() || readParts() || readService() || readWhole() { return }
        if readGauges(found?.concepts ?? []) { return }
        readRest()
    }

    /// The concepts that may ask for a gauge.
    private var asked: Set<String> {
        var asked = concepts
        if says("activity") { asked.insert("activity") }
        if says("rate", "rates", "per second", "speed") { asked.insert("rate") }
        if says("how long") { asked.insert("howlong") }
        if says("p99", "p50") { asked.insert("percentile") }
        if says("swap in", "swapped in"), !says("swap in use", "swap in total"),
            !says("swap out", "swap in and out", "swapped out")
        {
            asked.insert("swapin")
        }
        if says("swap out", "swapped out", "swap outs"), !says("in and out") { asked.insert("swapout") }
        if has("swap"), says("in and out", "pages", "ins") { asked.insert("pageswap") }
        if says("have", "has", "got", "is there", "are there"), says("how much", "how many", "how big"),
            has("memory", "swap", "disk", "space"), !has("free", "busy", "traffic", "io")
        {
            asked.insert("total")
        }
        if says("wait", "waiting", "waits", "stalled"), has("memory"), !has("relay") {
            asked.insert("pressure")
        }
        if says("reading"), has("disk") { asked.insert("read") }
        if says("how many"), has("read", "write"), !says("bytes", "data", "mb", "gb") { asked.insert("iops") }
        if says("failed", "fail") { asked.insert("failed") }
        if has("disk", "io"), has("busy", "overloaded") || says("busiest"),
            says("busy", "utilization", "utilisation", "busiest"),
            !says("disk space", "usage", "used", "space")
        {
            asked.insert("diskbusy")
        }
        if has("disk", "io"), says("wait", "waiting", "how long do"), has("request", "latency") {
            asked.insert("latency")
        }
        if has("process"), says("wait", "waiting", "waits"), has("io", "disk", "iowait") {
            asked.insert("blocked")
        }
        if says("hardware interrupts") { asked.insert("irq") }
        if says("reading", "sample"), says("time", "duration", "long") { asked.insert("sampletime") }
        return asked
    }

    // MARK: Talk, orders, help

    private mutating func readTalk() -> Bool {
        let plain = words.plain.filter {
            ![
                "there", "all", "everyone", "sysmaint", "everybody", "again", "dear", "bot", "a", "lot", "so",
                "much", "very", "ok", "okay", "great", "you",
            ].contains($0)
        }
        let all = words.plain.joined(separator: " ")
        if words.plain.isEmpty {
            set(.help)
            return true
        }
        if [
            "how are you", "how do you feel", "are you alive", "are you up", "is the agent", "is sysmaint",
            "you there", "who made you", "what is your name", "who are you", "how are you doing",
            "how are you today", "what are you", "who created you", "who built you", "are you ok",
            "are you there", "you ok",
        ].contains(where: { all.hasPrefix($0) })
            && !has("model", "llm", "cpu", "memory", "cost")
            || says(
                "joke", "your favourite", "do you like", "love you", "are you happy", "are you human",
                "how old are you")
        {
            set(.smalltalk)
            return true
        }
        let greetings: Set<String> = [
            "hello", "hi", "hey", "moin", "hola", "servus", "greetings", "yo", "howdy", "hallo", "good",
            "morning", "evening", "afternoon", "are", "day",
        ]
        let goodbyes: Set<String> = [
            "bye", "goodbye", "good", "night", "see", "later", "cya", "ciao", "tomorrow",
        ]
        let thanks: Set<String> = [
            "thanks", "thank", "thx", "ty", "cheers", "cool", "perfect", "nice", "job", "good", "work",
            "super", "awesome", "excellent", "wonderful", "for", "the", "help", "your", "that", "is", "it",
            "got", "this", "was", "helpful", "well", "done", "danke", "merci", "gracias", "tnx",
            "appreciated",
        ]
        guard words.plain.count <= 7, !(words.isQuestion && plain.count < words.plain.count - 3) else {
            return false
        }
        if plain.allSatisfy(goodbyes.contains),
            plain.contains(where: { ["bye", "goodbye", "night", "cya", "ciao", "see"].contains($0) })
        {
            set(.goodbye)
        } else if plain.allSatisfy(greetings.contains),
            plain.contains(where: greetings.subtracting(["are", "good", "day"]).contains) || says("good day")
        {
            set(.greeting)
        } else if plain.allSatisfy(thanks.contains), !words.isQuestion,
            plain.contains(
                where: thanks.subtracting([
                    "job", "good", "work", "for", "the", "help", "your", "that", "is", "it", "this", "was",
                    "well", "got",
                ]).contains)
                || says("good job", "good work", "well done", "got it")
        {
            set(.thanks)
        } else if words.plain == ["great"] {
            set(.thanks)
        } else {
            return false
        }
        return true
    }

    static let orders: Set<String> = [
        "restart", "reboot", "kill", "stop", "start", "shutdown", "shut", "run", "execute", "delete",
        "remove", "clean", "clear",
        "install", "uninstall", "update", "upgrade", "fix", "repair", "mount", "unmount", "umount", "reset",
        "write", "renice", "block",
        "add", "scale", "enable", "disable", "set", "drop", "purge", "flush", "rm", "sudo", "apt",
        "systemctl", "halt", "poweroff",
        "terminate", "resize", "expand", "extend", "reduce", "increase", "decrease", "wipe", "format",
        "rotate", "truncate", "deploy", "rollback",
        "turn", "power", "reload", "configure", "patch", "silence", "mute", "notify", "alert", "email",
        "page", "wake", "free", "make", "throttle", "limit",
        "tune", "optimize", "optimise", "ban", "allow", "migrate", "backup", "restore", "suspend", "pause",
        "resume", "launch", "empty", "boot", "close", "move", "copy", "chmod", "create", "edit", "end",
    ]

    private mutating func readOrder() -> Bool {
        let polite: Set<String> = [
            "please", "can", "could", "would", "will", "you", "now", "hey", "kindly", "pls", "plz", "hi",
            "hello", "just", "ok", "okay", "then", "and",
            "i", "want", "to", "need", "like", "go", "ahead", "must", "should", "we", "have", "let", "us",
            "immediately", "quickly", "sysmaint", "yes", "do",
        ]
        var rest = words.plain[...]
        if begins("how do i", "how can i", "how to", "how do we", "how can we", "how could i", "how should i")
        {
            rest = rest.dropFirst(3)
        }
        if begins("how to") { rest = words.plain.dropFirst(2) }
        let isAsked = begins(
            "do we", "should i", "should we", "do i", "can i", "could i", "can we", "i have", "have we",
            "do you", "will it", "will we", "will i", "have to", "need to")
        rest = rest.drop { polite.contains($0) }
        guard let first = rest.first, Self.orders.contains(first), !isAsked || begins("do you want") else {
            return false
        }
        let next = rest.dropFirst().first ?? ""
        let isOrder: Bool
        switch first {
        case "free", "make", "turn", "power", "shut", "scale":
            isOrder =
                ["up", "it", "off", "on", "down", "some", "more", "everything", "the", "sure"].contains(next)
                && !(first == "free" && ["the"].contains(next) && words.isQuestion)
        case "drop":
            isOrder = ["the", "all", "caches", "cache", "everything", "it"].contains(next) && !says("rate")
        case "restart", "reboot", "boot":
            isOrder =
                !["time", "id", "count", "today", "history", "yesterday", "when", "last", "times"].contains(
                    next) && (!words.isQuestion || rest.count > 1 || words.plain.count > rest.count)
        case "start", "set", "limit", "throttle", "backup", "update", "alert", "page", "block", "run",
            "mount", "format", "patch", "empty", "close", "end", "write", "stop", "increase", "decrease",
            "move", "email":
            isOrder =
                rest.count > 1
                && ![
                    "time", "level", "status", "rate", "queue", "point", "options", "speed", "cache",
                    "faults", "throughput", "of", "in", "iops", "ops", "operations", "latency", "device",
                    "devices", "read",
                ].contains(next) && !words.isQuestion
        default:
            isOrder =
                rest.count > 1 || words.plain.count > 1 || ["shutdown", "poweroff", "halt"].contains(first)
        }
        guard isOrder else { return false }
        set(.order)
        return true
    }

    private mutating func readHelp() -> Bool {
        let all = words.plain.joined(separator: " ")
        guard
            [
                "help", "help me", "help please", "please help", "commands", "usage", "manual", "man",
                "options", "what do you know", "examples", "i need help",
            ].contains(all)
                || says(
                    "what can you", "what can i ask", "what could i ask", "how do i use", "what do you do",
                    "what are you able", "what questions", "what should i ask", "can you help",
                    "how does this work", "how do you work", "what else can you", "list of commands",
                    "list commands", "available commands", "what do you know")
        else { return false }
        set(.help)
        return true
    }

    private mutating func readExplanation() -> Bool {
        let asksMeaning =
            says("what does") && says("tell")
            || says(
                "explain", "what does", "meaning", "define", "definition", "what do you mean", "means",
                "understand", "teach me", "eli5", "is meant",
                "describe what", "tell me what", "what are", "difference between", "what is the idea",
                "clarify")
                && !says(
                    "what does it cost", "what does the probe", "what does the relay", "what does the ai",
                    "what are the", "what are we", "what are you", "what are my", "what does the model",
                    "explain why", "tell me what is", "what does the host", "what does it",
                    "what does the disk")
        let isMeaning =
            says("what does") && says("tell")
            || says(
                "explain", "mean", "meaning", "means", "define", "definition", "understand", "eli5",
                "is meant", "clarify", "stand for", "stands for")
        var subject: Query.Subject?
        // "What is steal?", as opposed to "what is the load average?".
        let isWhatIs =
            begins("what is a", "what is an", "what are")
            || (begins("what is", "whats") && words.plain.count <= 5
                && (has(
                    "steal", "iowait", "swap", "inode", "pressure", "oom", "softirq", "contextswitch",
                    "zombie", "retransmit", "nice", "conntrack", "cgroup", "prekey")
                    && (!says("the") || has("oom"))
                    && !says(
                        "current", "now", "my", "our", "at", "doing", "usage", "using", "used", "on", "rate",
                        "percentage", "percent", "this", "that")
                    || says("for")))
        guard asksMeaning && isMeaning || isWhatIs && !gauges.isEmpty else { return false }
        if isWhatIs, !isMeaning,
            says("current", "now", "top", "biggest", "the") && !says("oom killer", "the oom")
        {
            return false
        }
        if says("explain why") || says("why") { return false }
        if isWhatIs, !isMeaning, begins("what are"),
            !has(
                "zombie", "inode", "retransmit", "contextswitch", "steal", "swap", "cgroup", "prekey",
                "fault", "softirq", "irq", "load") || begins("what are the")
        {
            return false
        }
        if let gauge = gauges.first { subject = .gauges([gauge]) }
        if gauges.contains(.load1) { subject = .gauges([.load1]) }
        if gauges == [.swapTotal] || gauges == [.swapFree] { subject = .gauges([.swapUsed]) }
        guard let subject else {
            guard isMeaning, words.plain.count <= 6 else { return false }
            set(.explain)
            return true
        }
        if !isMeaning, words.plain.count > 7 { return false }
        set(.explain, subject)
        return true
    }

    static let unmeasured: Set<String> = [
        "gpu", "battery", "fan", "fans", "spin", "voltage", "wifi", "bluetooth", "printer", "weather",
        "certificate", "certificates", "tls", "ssl", "visitor",
        "visitors", "firewall", "backup", "backups", "updates", "licence", "license", "humidity", "watt",
        "watts", "logs", "log", "logged", "login", "logins", "ip",
        "dns", "dhcp", "ping", "google", "selinux", "packages", "ports", "website", "web", "password",
        "passwords", "smart", "raid", "rpm", "timezone", "vulnerabilities", "vulnerability",
        "cve", "cves", "cron", "cronjob", "cronjobs", "journal", "dmesg", "syslog", "electricity", "vpn",
        "queries", "router", "url", "http", "https", "owner", "location", "where",
        "manufacturer", "vendor", "serial", "bios", "rack", "mac", "gateway", "subnet", "ipv6", "ipv4",
        "users'", "systemd", "units",
    ]

    private mutating func readUnmeasured() -> Bool {
        guard
            !Self.unmeasured.isDisjoint(with: words.plain)
                || says(
                    "power consumption", "requests per second", "open ports", "port open", "who rebooted",
                    "logged in", "who restarted", "failed services", "which services", "services are",
                    "version of", "response time of", "who changed", "load time")
                    && !has("kernel", "os", "relay", "probe", "llm")
        else { return false }
        // "Where is the bottleneck?"
        if has("bottleneck", "relay", "process", "hog", "slow") || says("error log size")
            || (says("where") && has("trouble", "memory", "disk", "space", "cpu"))
        {
            return false
        }
        if has("conntrack"), says("firewall") { return false }
        if words.plain == ["ip", "link"] { return false }
        if says("log", "logs"), has("filesystem", "wal") || namesHostNames { return false }
        if says("web", "http"), has("slow") || words.plain == ["where", "am", "i"] { return false }
        if says("where am i") { return false }
        set(.unmeasured)
        return true
    }

    // MARK: Forms

    private var form: Query.Form {
        if says("any reason", "any cause", "a reason to") { return .check }
        if says(
            "why", "reason", "how come", "what caused", "what causes", "what is causing", "causing", "caused",
            "what made", "because of what", "root cause", "responsible",
            "what makes", "what is making", "cause of", "blame", "what drives", "what triggered",
            "explain why", "what is behind", "where does", "where do", "what is driving", "due to what",
            "what led to")
        {
            return .why
        }
        if isUntil { return .until }
        if says("how many times", "how often", "number of times"),
            question.threshold != nil || saysStatistic || says("peak", "spike", "spiked")
        {
            return .count
        }
        if says("how long", "for how long"), question.threshold != nil { return .duration }
        if isSince { return .when }
        if says("when", "at what time", "what time", "since when", "at which time", "on which day"),
            !says("from time")
        {
            return .when
        }
        if isComparison { return .compare }
        if question.judged != nil, question.threshold == nil, isJudgement { return .judge }
        if isCheck { return .check }
        if says(
            "list", "top", "show all", "name all", "enumerate", "show me all", "show me each", "show every",
            "name the", "each", "every") || question.count != nil
        {
            return .list
        }
        if says("which", "who", "whose") || has("hog") { return .which }
        return .value
    }

    /// "How long has the CPU been high?"
    private var isSince: Bool {
        (says("since when") || says("how long has", "how long is", "how long have", "for how long"))
            && question.threshold == nil
            && !gaugesInText.isEmpty
            && says("high", "busy", "full", "so", "low", "overloaded", "like this", "been", "hot")
            && !has("uptime", "relay", "probe", "reading", "host") && gaugesInText != [.uptime]
    }

    private var isUntil: Bool {
        if says(
            "until", "till", "before it", "how soon", "eta", "forecast", "predict", "prediction",
            "projection", "projected", "extrapolate")
        {
            return true
        }
        let isFuture = says(
            "will", "going to", "gonna", "when do", "when are", "when does", "when is", "soon", "ever",
            "about to", "time to", "are we going", "tomorrow", "this week", "next week", "next month",
            "by when", "shall", "would")
        return isFuture
            && (has("runout", "full", "oom")
                || says(
                    "last", "enough", "overflow", "burst", "suffice", "sufficient", "run", "be out", "out of",
                    "fill", "hold"))
            && !says("when is it full moon", "the last", "in the last", "last hour", "last day")
            && (has("disk", "memory", "space", "filesystem", "swap", "inode", "runout", "oom")
                || namesHostNames || says("full", "space"))
            && !(says("about to") && !says("when", "will"))
    }

    private var isComparison: Bool {
        if says("than")
            && says(
                "usual", "usually", "normal", "normally", "yesterday", "before", "ago", "last week",
                "typical", "average", "earlier", "always", "last", "it was", "this morning")
        {
            return true
        }
        if says(
            "compare", "compared", "versus", "vs", "comparison", "against", "difference between",
            "relative to", "as usual", "as always", "as yesterday", "as before")
        {
            return true
        }
        return !gaugesInText.isEmpty
            && (says(
                "is this", "usual", "usually", "unusual", "abnormal", "unusually", "normal level",
                "normal value", "normal range", "is normal", "normal here", "baseline")
                || says("normal") && !says("back to normal") && question.judged == nil)
    }

    private var gaugesInText: [Gauge] { Vocabulary.gauges(in: concepts)?.gauges ?? [] }

    private var isJudgement: Bool {
        !gaugesInText.isEmpty
            && (has("trouble", "fine")
                || says(
                    "high", "too much", "much", "low", "lot", "acceptable", "too high", "too low", "too hot",
                    "hot", "dangerous", "safe", "healthy", "many", "too many"))
            && !has("reading")
    }

    private static let auxiliaries: Set<String> = [
        "is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "could", "will",
        "would", "should", "am", "any", "anything", "anybody", "anyone", "must", "may", "isn't", "shall",
        "no", "enough", "still", "got",
    ]

    private var isCheck: Bool {
        let plain = words.plain.drop {
            [
                "hey", "hi", "hello", "please", "so", "ok", "and", "but", "well", "um", "briefly", "short",
                "brief", "now", "tell", "me", "if", "whether", "check", "know", "to", "i", "want", "need",
                "see", "quick", "question", "dear", "team", "then", "also", "wondering", "or", "just",
                "wonder", "good", "morning",
            ].contains($0)
        }
        guard let first = plain.first else { return false }
        if saysStatistic || says("high water"), !Self.auxiliaries.contains(first) { return false }
        if words.isQuestion, ["something", "nothing", "everything", "all"].contains(first) { return true }
        if Self.auxiliaries.contains(first) { return true }
        if says(
            "is there", "are there", "do we have", "is it", "is the", "are we", "does it", "has it", "is any",
            "is everything", "are all", "if there", "whether", "there is")
            && !["what", "which", "how", "who", "when", "where", "why", "since"].contains(first)
        {
            return true
        }
        // "disk full?", "memory ok"
        if plain.count <= 4, !begins("how", "what", "which", "who", "list", "show", "top"),
            says("ok", "okay", "fine", "high", "alive", "alright", "healthy", "reachable", "stable")
                || plain.last == "full" || plain.last == "running" || plain.last == "up"
                || plain.last == "down"
        {
            return true
        }
        if words.isQuestion, plain.count <= 4,
            says(
                "tight", "leak", "oom", "killer", "low", "hanging", "hung", "problem", "problems", "growing",
                "rising", "overheating", "swapping", "use", "neighbour", "problems", "overloaded",
                "throttled", "readonly", "burst") && !begins("how", "what", "which", "who")
        {
            return true
        }
        return false
    }

    // MARK: Processes

    private mutating func readProcesses() -> Bool {
        if let index = words.plain.firstIndex(of: "pid"), index + 1 < words.plain.count,
            let number = Int(words.plain[index + 1])
        {
            set(question.form, .pid(number))
            return true
        }
        if let index = words.plain.firstIndex(of: "process"), index + 1 < words.plain.count,
            let number = Int(words.plain[index + 1])
        {
            set(question.form, .pid(number))
            return true
        }
        let isSubjectElse = has(
            "uninspected", "relay", "probe", "thread", "zombie", "blocked", "runnable", "forkrate", "llm",
            "cgroup",
            "openfile", "core", "filesystem", "oom", "temperature", "reading")
        let isMemory = has("memory", "swap", "oom")
        let isLarge =
            says("largest", "biggest", "fattest", "footprint", "big") && !has("cpu", "hog")
            && question.count == nil
        let order: Query.Order = isMemory || isLarge ? .memory : .cpu
        let asksCount =
            (has("count") || says("how many", "number of", "amount of")) && !has("hog")
            && question.count == nil
        let consumes =
            has("hog")
            || says(
                "most", "use most", "uses the most", "biggest", "largest", "top", "using the", "using my",
                "using all", "using so", "is using", "taking", "takes", "take up", "takes up", "taking up",
                "uses", "heavy",
                "highest", "busiest", "using up", "who uses", "what uses", "what is using", "responsible",
                "sucking", "behind")
        let isWhoQuestion =
            says(
                "which process", "which processes", "which program", "which programs", "what process",
                "what processes", "what program", "what programs", "which app", "what app",
                "what application", "which application", "which task", "which tasks", "which job",
                "what task", "who", "what is using", "what uses", "what is eating", "what eats", "what takes",
                "what is taking", "what consumes", "what is consuming", "whats", "which service",
                "what service", "what services", "what is hogging", "who is", "what else is using",
                "what is burning", "what burns")
            || has("hog")
                && begins(
                    "what", "biggest", "top", "largest", "main", "worst", "cpu", "memory", "ram", "number",
                    "the", "list", "show", "name", "find", "give", "tell")
            || says("memory hog", "cpu hog")
        if has("slow"), gauges.isEmpty || gauges == [.processCount] { return false }
        if says("busiest disk", "busiest drive") { return false }
        if says("in programs", "spent in", "user", "goes to") && has("cpu")
            && (!says("process", "processes") || says("percentage", "percent", "share", "time"))
        {
            return false
        }
        if isSubjectElse && !says("which process", "what process", "which processes") { return false }
        if says("per core", "which core") { return false }
        if question.form == .why || question.form == .when || question.form == .until
            || question.form == .judge || question.form == .compare
        {
            return false
        }
        let isList =
            says(
                "list", "top", "ps", "processes", "show", "programs", "tasks", "hogs", "consumers", "users",
                "process list", "all processes", "htop") || (question.count ?? 0) > 1
        let isAboutProcesses = has("process", "program", "hog") || says("users", "consumers") && isMemory
        if has("disk", "io", "network", "traffic", "space", "swap"), isWhoQuestion || isAboutProcesses,
            consumes, !has("cpu", "memory") || has("swap")
        {
            // No reading tells which process uses a disk, the network or swap.
            set(
                .unmeasured,
                has("network", "traffic")
                    ? .gauges([.networkReceived, .networkSent])
                    : has("swap") ? .gauges([.swapUsed]) : .gauges([.diskReads, .diskWrites]))
            return true
        }
        if words.plain == ["top"] || words.plain == ["ps"] || words.plain == ["htop"]
            || says("ps aux", "ps ax", "process list", "process table")
        {
            set(.list, .processes(.cpu))
            return true
        }
        if asksCount || (question.form == .check && !consumes && !isWhoQuestion) { return false }
        guard
            isAboutProcesses || isWhoQuestion && (consumes || has("cpu", "memory"))
                || (question.count != nil && (consumes || has("cpu", "memory")) && !has("filesystem", "disk"))
                || says("top") && words.plain.count <= 4 && !has("temperature", "disk", "filesystem", "core")
                    && question.form == .list
        else { return false }
        if namesHostNames && !isWhoQuestion { return false }
        let isSingular =
            says(
                "process", "program", "what", "who", "hog", "task", "app", "application", "culprit",
                "consumer", "service", "job")
            && !says(
                "processes", "programs", "hogs", "tasks", "apps", "consumers", "applications", "services")
        guard consumes || isList || isWhoQuestion else { return false }
        // "How many processes", "processes?" count.
        if !consumes, !isWhoQuestion,
            words.plain.allSatisfy({
                [
                    "process", "processes", "programs", "tasks", "count", "number", "of", "the", "and",
                    "what", "about", "how", "system", "current",
                ].contains($0)
            })
        {
            return false
        }
        if question.count != nil && question.count != 1 || says("top processes", "top process list")
            || begins("list", "show") && !isSingular || !isSingular
        {
            set(.list, .processes(order))
        } else {
            set(.which, .processes(order))
        }
        if question.statistic == .peak || question.statistic == .total { question.statistic = .now }
        saysForm = true
        return true
    }

    // MARK: Facts of the host

    private mutating func readFacts() -> Bool {
        let form = question.form
        if has("bootid") {
            set(.value, .bootID)
        } else if has("hostname")
            || says(
                "what host is", "which host", "which machine", "what machine is this", "what machine are",
                "which machine are", "what host are", "this machine called", "name of the host",
                "name of this", "name of the machine", "name of the server", "which server", "what server is",
                "which box", "what box", "host am i", "host are you on", "where am i", "machine called",
                "server called", "box called", "host called", "name of my server", "name of my host")
                && !has("slow", "trouble", "cpu", "memory") && form != .why
        {
            set(.value, .hostname)
        } else if has("kernel"), gauges != [.cpuSystem], !has("busy", "kill", "kerneltime", "oom"),
            !says("time", "spend", "spent") || says("which kernel", "kernel version")
        {
            set(.value, .kernel)
        } else if has("os"), !has("kernel") || says("operating system", "os") {
            set(.value, .system)
        } else if says("linux") && words.plain.count <= 5 && !has("kill") {
            set(.value, says("version") ? .kernel : .system)
        } else if has("spec")
            || says(
                "about this machine", "about the machine", "about this host", "about this server",
                "kind of machine", "describe the host", "describe the machine", "describe this",
                "about the host", "about the server", "kind of server", "about this box", "machine details",
                "host details", "server details") && form != .why
        {
            set(.value, .facts)
        } else if has("interface"),
            !has("error", "drop", "traffic", "received", "sent", "loss", "busy", "hog"), form != .check
        {
            set(.value, .interfaces)
        } else if words.plain == ["ip", "link"] || words.plain == ["ifconfig"] {
            set(.value, .interfaces)
        } else if words.plain == ["lsblk"]
            || has("disk") && !has("busy", "free", "full", "total", "io", "read", "write")
                && says(
                    "block devices", "which drives", "what drives", "which disks", "what disks",
                    "disk devices", "block device", "which disk devices", "disk names", "list the disks",
                    "list disks")
                && !says("are ok", "mounted")
        {
            set(.value, .disks)
        } else if readBoot() {
            return true
        } else {
            return false
        }
        saysForm = true
        return true
    }

    private mutating func readBoot() -> Bool {
        let isUp =
            says("how long") && says("up", "running", "run", "on", "online", "alive")
            && !has("relay", "probe", "reading", "disk", "memory", "io", "process")
            && question.threshold == nil && !namesHostNames
        if has("relay", "oom") || gauges == [.relayUptime]
            || !gauges.isEmpty && !has("uptime", "boot", "host")
        {
            return false
        }
        if says("since when"), says("up", "running", "online", "on") {
            set(.value, .gauges([.uptime]))
        } else if (has("uptime") && !has("load")) || isUp {
            set(.value, .gauges([.uptime]))
            question.statistic = .now
            question.window = nil
        } else if has("boot")
            || says(
                "restart", "restarted", "restarts", "come up", "came up", "switched on", "turned on",
                "powered on", "go down", "went down", "been down", "start up", "come back", "came back",
                "power up", "powered up")
            || question.form == .when && says("start", "started") && words.plain.count <= 6 && gauges.isEmpty
        {
            if has("cpu", "memory", "disk", "network"), !has("boot") { return false }
            let isCheck =
                question.form == .check || begins("any") || question.form == .count
                || says("how many", "how often")
            set(isCheck ? .check : question.form == .why ? .why : .when, .boot)
            question.statistic = .now
        } else {
            return false
        }
        saysForm = true
        return true
    }

    // MARK: Parts of the host

    private mutating func readParts() -> Bool {
        let form = question.form
        let isState = form == .check || form == .value && (words.isQuestion && words.plain.count <= 3)
        let isDisk = has("disk", "filesystem", "space", "nfs") || gauges == [.diskUsed] && has("full")
        if has("hung") && has("filesystem", "nfs", "disk") || has("nfs") && form == .check, !says("slow"),
            !has("read", "write")
        {
            set(form == .list || form == .which ? form : .check, .hungMount)
        } else if has("filesystem"),
            says("respond", "responding", "answer", "answering", "answers", "reachable", "accessible")
                || namesHostNames
                    && says("answer", "respond", "responding", "hang", "hanging", "answering", "reachable")
        {
            set(.check, .hungMount)
        } else if has("readonly") {
            set(.check, .readOnly)
        } else if has("leak") {
            set(form == .why || form == .which ? form : .check, .memoryLeak)
        } else if has("memory"), says("growing", "creeping up", "keeps growing", "grow"), form == .check {
            set(.check, .memoryLeak)
        } else if has("growth") || says("fill rate", "fill up speed", "filling speed")
            || says("how fast") && has("full"), isDisk, form != .until, form != .check, form != .why,
            !has("memory")
        {
            set(.value, .diskGrowth)
        } else if form == .until || isUntilFull {
            guard
                has("disk", "space", "memory", "filesystem", "swap", "runout", "full", "oom", "inode")
                    || namesHostNames
            else { return false }
            set(.until, has("memory", "oom", "swap") && !has("disk", "space") ? .memory : .disk)
            question.statistic = .now
        } else if has("filesystem") || has("disk") && says("each", "every", "all", "list", "per"),
            form == .list
                || says(
                    "which file systems", "which filesystems", "which mounts", "what mounts",
                    "what filesystems", "what file systems", "all mounts", "all disks", "df", "show mounts",
                    "list"),
            !has("io", "read", "write", "latency", "iops", "inode"), form != .check
        {
            set(.list, .fileSystems)
        } else if words.plain == ["df", "h"] || says("df h") {
            set(.list, .fileSystems)
        } else if has("filesystem") || has("disk") && says("mounted"),
            has("count") || says("how many", "number of"), !has("inode", "full")
        {
            set(.count, .fileSystems)
        } else if has("core"),
            has("each")
                || says(
                    "which cores", "all cores", "per core", "every core", "list the cores", "list cores",
                    "cores usage", "core usage", "show cores", "each of the cores", "cores doing")
                || has("each") && has("cpu") && !has("memory", "disk")
        {
            set(.list, .cores)
        } else if has("each"), has("cpu"), !has("memory", "disk", "process") {
            set(.list, .cores)
        } else if has("core"), !has("count"),
            says(
                "busiest", "hottest", "which core", "most", "highest", "busy", "max", "one core",
                "single core", "any core"), !has("temperature") || says("usage", "which core")
        {
            set(.value, .gauges([.busiestCore]))
            if question.statistic == .peak, question.window == nil { question.statistic = .now }
        } else if !has("steal"), has("network", "packet", "loss", "drop") || has("error") && has("interface"),
            isState || form == .check, has("fine", "trouble", "loss", "drop", "error") || has("packet"),
            !says("how many", "rate", "per second", "how much", "number"),
            !has("steal", "cpu", "relay", "disk", "reading", "probe", "memory", "traffic") || has("loss"),
            form == .check || has("trouble") || has("loss") && words.isQuestion
        {
            set(.check, .networkOK)
        } else {
            return false
        }
        saysForm = true
        return true
    }

    private var isUntilFull: Bool {
        question.form == .check && has("disk", "filesystem", "space")
            && (says("filling up", "fill up", "going to fill", "run out", "will fill"))
    }

    // MARK: Probe, relay, model

    private mutating func readService() -> Bool {
        let form = question.form
        if has("gap") && (has("telemetry", "reading", "probe") || says("gap", "gaps", "data")) {
            set(.check, .gaps)
        } else if has("age"),
            has("reading", "telemetry", "probe", "host")
                || says("when did you last", "last hear", "hear from")
        {
            if form == .check && says("fresh", "up to date", "stale", "recent", "old") && !says("how") {
                set(.check, .telemetry)
            } else {
                set(.value, .readingAge)
            }
            clearTime()
        } else if has("reading"), says("last", "newest", "latest", "when"), !has("failed", "drop", "trouble"),
            gauges != [.probeSampleTime], !says("take", "takes", "waiting", "in the last")
        {
            set(.value, .readingAge)
            clearTime()
        } else if has("probe", "telemetry", "reading")
            || says(
                "still get data", "getting data", "data coming", "data arriving", "get data", "receive data",
                "receiving data"),
            form == .check && !has("cost", "memory", "cpu", "drop")
                || words.plain.count <= 2 && has("telemetry")
                || says(
                    "probe status", "status of the probe", "how is the probe", "state of the probe",
                    "how is telemetry", "telemetry status"),
            !says("failed", "waiting")
        {
            set(.check, .telemetry)
            clearTime()
        } else if has("prekey") {
            return false
        } else if has("token"), !has("cost") {
            set(.value, .tokens)
        } else if has("budget") {
            set(.value, .budget)
        } else if has("cost"),
            !has("probe", "relay", "cpu", "irq", "usertime", "kerneltime", "iowait") || has("llm")
        {
            set(.value, .cost)
        } else if has("request"), has("llm") || words.plain.count <= 3 && !has("disk", "io") {
            set(.value, .requests)
        } else if has("llm"), !has("cpu", "memory", "disk") {
            set(.value, .model)
        } else if has("relay"),
            gauges.isEmpty || gauges == [.relayUptime] && form == .check
                || has("fine", "trouble", "health") && !has("queue", "latency", "connection", "memory")
                || gauges == [.processCount]
                || form == .check && says("running", "up", "alive", "reachable", "working", "down")
                    && !has("queue")
        {
            set(form == .check ? .check : form == .why ? .why : .value, .relay)
        } else if has("message", "queue"), form == .check, !says("above", "over", "more than"),
            question.threshold == nil
        {
            set(.check, .gauges([.relayQueued]))
            question.statistic = .now
        } else {
            return false
        }
        saysForm = true
        return true
    }

    private mutating func clearTime() {
        question.window = nil
        question.statistic = .now
    }

    // MARK: The whole host

    private mutating func readWhole() -> Bool {
        let form = question.form
        let isParticular = !gauges.isEmpty
        if has("bottleneck")
            || says(
                "cpu or disk", "cpu or the disk", "cpu or io", "cpu or memory", "disk or cpu", "io or cpu",
                "memory or cpu", "bound")
        {
            set(.value, .bottleneck)
        } else if has("slow"),
            !isParticular || has("slow") && form == .why && gauges == [.processCount]
                || says("site", "web", "application", "app", "everything"), !has("relay", "probe")
        {
            set(form == .check || form == .compare ? .check : .why, .slow)
        } else if has("hung", "overloaded") && !isParticular || has("overloaded") && has("host"),
            !has("cpu", "memory", "disk", "network")
        {
            set(form == .why || has("hung") ? .why : .check, .slow)
        } else if has("anomaly")
            && !(isParticular
                && (form == .when || form == .why || form == .compare || question.statistic == .peak)),
            !isParticular || form != .check, !says("usual", "usually") || !isParticular
        {
            if has("count") || says("how many", "number of") {
                set(.count, .findings)
            } else if form == .why {
                set(.why, .findings)
            } else {
                set(.value, .findings)
            }
            clearStatistic()
        } else if has("change") && !isParticular || form == .compare && !isParticular {
            set(.value, .changes)
            clearStatistic()
        } else {
            return readHealth()
        }
        saysForm = true
        return true
    }

    private mutating func clearStatistic() { question.statistic = .now }

    private mutating func readHealth() -> Bool {
        let form = question.form
        guard gauges.isEmpty || gauges == [.cpuBusy] && has("spike") else { return false }
        guard
            has("health", "host", "trouble", "fine")
                || says(
                    "how is it", "how are things", "going on", "what is up", "whats up", "news",
                    "how is everything", "how goes", "attention", "take care", "to do", "should know",
                    "look at", "need to know", "go home", "to bed", "feel", "how it is", "doing",
                    "how does it look", "how are we", "look like", "looking")
        else { return false }
        guard
            question.unknownWords.isEmpty && !namesHostNames
                || has("health", "trouble", "fine") && !isAboutName
        else { return false }
        question.suspectsTrouble =
            has("trouble")
            && !says(
                "no problems", "no issues", "no trouble", "no alerts", "nothing wrong", "no errors",
                "not bad", "no warnings", "all", "free of")
            || says(
                "attention", "take care", "need to do", "have to do", "should know", "must do", "should i do",
                "to do anything", "need to know", "anything i should", "something i should", "look into")
        if form == .why {
            set(.why, .host)
        } else if form == .check
            || words.isQuestion && words.plain.count <= 3 && has("trouble", "fine")
                && !begins("what", "which", "how")
            || has("fine") && words.plain.count <= 4 && !begins("how", "what", "which") || begins("nothing")
        {
            set(.check, .host)
        } else {
            question.suspectsTrouble = false
            set(.value, .host)
        }
        saysForm = form != .value
        return true
    }

    private var isAboutName: Bool {
        !question.unknownWords.isEmpty && !has("host", "health")
            && says("running", "up", "alive", "down", "ok", "fine", "crashed", "working", "healthy", "there")
    }

    // MARK: Gauges

    private mutating func readGauges(_ found: Set<String>) -> Bool {
        guard !gauges.isEmpty else { return false }
        // "How much memory does redis use?"
        if let name = processName { set(question.form, .process(name)); return true }
        question.subject = .gauges(gauges)
        let form = question.form
        switch form {
        case .check, .judge, .when, .why, .compare, .count, .duration: break
        case .until: question.form = .value
        case .which, .list:
            question.form = .value
            if gauges == [.diskUsed], form == .list { set(.list, .fileSystems) }
        default: question.form = .value
        }
        if form == .check, gauges == [.trackedConnectionLimit] || gauges == [.trackedConnectionCount] {
            question.subject = .gauges([.trackedConnections])
        }
        if form == .check, gauges == [.maxOpenFiles] { question.subject = .gauges([.openFiles]) }
        if gauges == [.diskFree], question.statistic == .low, question.window == nil {
            question.subject = .gauges([.diskUsed]); question.statistic = .now
        }
        if has("slow"),
            gauges.contains(where: {
                [.diskUsed, .diskReads, .diskWrites, .diskBusy, .diskWait].contains($0)
            })
        {
            question.subject = .gauges([.ioPressure])
        }
        if has("slow"), gauges.contains(.networkReceived) { set(.check, .networkOK) }
        if form == .check, has("free"), gauges == [.memoryAvailable] {
            question.subject = .gauges([.memoryUsed])
        }
        if form == .check, gauges == [.diskFree] || gauges == [.diskTotal] {
            question.subject = .gauges([.diskUsed])
        }
        if form == .check, gauges == [.inodesFree] { question.subject = .gauges([.inodesUsed]) }
        if form == .check, gauges == [.cpuIdle] { question.subject = .gauges([.cpuBusy]) }
        if form == .check, gauges == [.swapTotal] || gauges == [.swapIn, .swapOut] {
            question.subject = .gauges([.swapUsed])
        }
        return true
    }

    /// A word where the name of a process would stand, and which is none of ours.
    private var processName: String? {
        guard !namesHostNames,
            let name = words.unknown.first(where: { !$0.contains("/") && !Self.isPercentile($0) })
        else { return nil }
        let plain = words.plain
        guard let index = plain.firstIndex(of: name) else { return nil }
        if plain.first == "is", index == 1, gauges.isEmpty { return name }
        let after = index + 1 < plain.count ? plain[index + 1] : ""
        let before = index > 0 ? plain[index - 1] : ""
        let verbs: Set<String> = [
            "use", "uses", "using", "running", "run", "runs", "alive", "up", "down", "dead", "leaking",
            "need", "needs", "eat", "eats", "eating", "take", "takes", "taking", "doing", "ok", "fine",
            "healthy", "working", "there", "started", "crashed", "consume", "consumes", "consuming", "hang",
            "hanging", "stopped", "exist", "have", "has", "still", "process", "cpu", "memory", "ram", "mem",
            "usage", "status", "state", "service", "daemon", "slow",
        ]
        let befores: Set<String> = [
            "does", "of", "by", "process", "about", "for", "service", "daemon", "called", "named", "has",
            "did", "see", "find", "status",
        ]
        return verbs.contains(after) || befores.contains(before) ? name : nil
    }

    private mutating func readRest() {
        if namesHostNames {
            // What is known of a process or a mount that the question names.
            question.subject = .nothing
            return
        }
        if let name = processName {
            set(question.form, .process(name))
        } else if words.plain.allSatisfy(Vocabulary.isKnown),
            saysForm || saysStatistic || question.window != nil || question.isBrief || question.count != nil
        {
            // "Why?", "in the last hour": about the whole where nothing came before.
            let onlyTime = question.window != nil || question.isBrief
            if question.form == .why {
                set(.why, .host)
            } else if onlyTime {
                set(.value, .host)
            } else {
                set(.unclear)
            }
            if question.subject == .host { isWholeByDefault = true } else { isUnclearByDefault = true }
        } else {
            set(.unclear)
        }
    }

    private var isWholeByDefault = false
    private var isUnclearByDefault = false

    // MARK: What goes without saying

    private mutating func finish(now: Date) {
        switch question.subject {
        case .gauges(let gauges): finish(gauges, now: now)
        case .changes: finishChanges(now: now)
        case .findings, .host, .slow, .networkOK, .boot, .gaps, .memoryLeak, .disk, .memory:
            question.judged = nil
        case .processes: question.judged = nil
        default: break
        }
        if question.form != .judge { question.judged = nil }
        question.isYesNo = isCheck
        question.isSince = isSince && question.form == .when
        question.suspectsHang = !says(
            "answer", "responding", "answering", "respond", "reachable", "accessible", "ok", "fine", "answers"
        )
        question.suspectsNetworkTrouble = !has("fine") || has("loss", "drop", "error")
        question.suspectsSilence = says(
            "stale", "old", "missing", "stopped", "silent", "dead", "down", "broken")
        if [.check, .judge, .compare].contains(question.form), question.subject != .host {
            let isUp =
                question.subject == .relay && says("up", "running", "working", "alive", "reachable", "online")
            question.suspectsTrouble =
                !(has("fine") || isUp || says("enough", "headroom", "sufficient", "all", "plenty"))
        }
        if question.comparison == nil, question.form == .compare, question.subject != .changes {
            question.form = .value
        }
        if case .processes = question.subject, question.form == .list, question.count == 1 {
            question.form = .which; question.count = nil
        }
        switch question.subject {
        case .processes, .fileSystems, .nothing: break
        default: question.count = nil
        }
        if case .gauges = question.subject, question.form != .explain {} else { question.statistic = .now }
    }

    private mutating func finish(_ gauges: [Gauge], now: Date) {
        guard let gauge = gauges.first else { return }
        let isRate = gauge.traits.unit == .bytesPerSecond
        if gauges.count > 1, saysStatistic || question.form != .value, gauges.first == .load1 {
            question.subject = .gauges([.load1])
        }
        if gauges.first == .load1, gauges.count > 1, question.window != nil {
            question.subject = .gauges([.load1])
        }
        if question.statistic == .total, !isRate { question.statistic = .now }
        if question.statistic == .percentile(99) || question.statistic == .percentile(50),
            gauge == .relayLatency || gauge == .relayMedianLatency
        {
            question.statistic = .now
        }
        if question.statistic == .peak,
            gauge == .maxOpenFiles
                || gauge == .diskUsed && says("fullest") && !says("peak", "max", "maximum", "highest")
                || gauge == .diskBusy && !says("peak", "max", "maximum", "highest")
        {
            question.statistic = .now
        }
        if gauge == .temperature, question.statistic == .peak, says("hottest"),
            !says("peak", "max", "highest")
        {
            question.statistic = .now
        }
        if gauge == .temperature, says("how hot did", "did it get"), question.window != nil {
            question.statistic = .peak
        }
        if gauge == .uptime { clearTime() }
        let moved =
            says(
                "downloaded", "uploaded", "transferred", "written", "sent", "received", "came in", "send",
                "receive", "download", "upload", "read", "traffic", "data")
            && says("how much", "amount", "how many")
            && !says(
                "is being", "per second", "right now", "currently", "are we", "is there", "is read",
                "is written", "is sent", "is received", "how fast")
        if isRate, question.statistic == .now, question.window != nil, moved { question.statistic = .total }
        if question.statistic == .now, question.form == .value, question.window != nil {
            question.statistic = .mean
        }
        if question.form == .compare { finishComparison(now: now) }
        if question.form == .check, question.statistic != .now, question.threshold == nil {
            question.form = .value
        }
        if question.form == .when, question.statistic == .now, question.threshold == nil {
            question.statistic = .peak
        }
        if question.form == .why { question.statistic = .now; question.threshold = nil }
        if question.form == .count || question.form == .duration { question.statistic = .now }
        if question.threshold != nil {
            if question.form == .value || question.form == .list { question.form = .check };
            if question.form != .check || question.statistic == .trend { question.statistic = .now };
            if question.form == .when { question.statistic = .now }
        }
        if question.form == .check, question.threshold != nil { question.statistic = .now }
        guard question.window == nil else { return }
        switch question.form {
        case .when, .count, .duration: question.window = TimeWindow(minutes: 1440)
        case .value where question.statistic == .total: question.window = TimeWindow(minutes: 1440)
        case .value where question.statistic != .now: question.window = TimeWindow(minutes: 60)
        default: break
        }
    }

    private mutating func finishComparison(now: Date) {
        question.statistic = .now
        if says(
            "usual", "usually", "normal", "normally", "unusual", "unusually", "typical", "average",
            "baseline", "always", "abnormal")
        {
            question.comparison = .usual
            question.window = nil
        } else if says("yesterday") {
            question.comparison = .before(1440)
            question.window = nil
        } else if says("last week", "week ago", "a week") {
            question.comparison = .before(10_080)
            question.window = nil
        } else if let window = question.window {
            // "An hour ago" is around that moment.
            question.comparison = .before(
                max(
                    1,
                    window.endsMinutesAgo == 0 ? window.minutes : window.endsMinutesAgo + window.minutes / 2))
            question.window = nil
        } else if says("before", "earlier", "it was") {
            question.comparison = .before(60)
        } else {
            question.comparison = .usual
        }
    }

    private mutating func finishChanges(now: Date) {
        question.form = .value
        if says("yesterday") {
            let minutes = TimeWindow(in: "today", now: now)?.minutes ?? 1440
            question.window = TimeWindow(minutes: says("today") || says("since yesterday") ? minutes : 60)
            question.comparison = .before(1440)
        } else if says("last week", "week ago") {
            question.window = TimeWindow(minutes: 1440)
            question.comparison = .before(10_080)
        } else if let window = question.window, window.endsMinutesAgo > 0,
            says("ago", "since", "to an hour", "from an hour")
        {
            question.window = nil
            question.comparison = nil
            let back = window.endsMinutesAgo + window.minutes / 2
            if back != 60 { question.window = TimeWindow(minutes: back) }
        } else if question.window?.minutes == 60, question.window?.endsMinutesAgo == 0 {
            question.window = nil
        }
    }

    // MARK: Going on

    /// Whether it says too little by itself, or says that it goes on.
    var isContinuation: Bool {
        switch question.form {
        case .greeting, .thanks, .goodbye, .smalltalk, .help, .order, .unmeasured: return false
        default: break
        }
        let isLinked =
            words.plain.count <= 8
            && begins(
                "and", "what about", "how about", "same for", "same", "also", "or", "ok and", "then", "but",
                "by", "what of", "now", "only", "not", "and what about", "the same")
        let isBare =
            isWholeByDefault || isUnclearByDefault
            || (question.form == .explain && question.subject == .nothing)
            || question.form == .unclear && words.plain.count <= 3 && words.unknown.isEmpty
        let refers = words.plain.count <= 6 && says("that", "it", "this") && question.subject == .nothing
        return isLinked || isBare || refers || words.plain == ["top", String(question.count ?? 0)]
    }

    func continuing(_ previous: Query) -> Query {
        var next = previous
        next.unknownWords = question.unknownWords
        let hasSubject = question.subject != .nothing && !isWholeByDefault && question.form != .unclear
        let explicit = saysForm || isWholeByDefault && question.form == .why
        if let count = question.count {
            next.count = count; if case .processes = previous.subject { next.form = .list }
        }
        if hasSubject {
            switch (previous.subject, question.subject) {
            case (.processes, .gauges(let gauges))
            where gauges == [.memoryUsed] || gauges == [.memoryAvailable]:
                next.subject = .processes(.memory)
                return next
            case (.processes, .gauges(let gauges)) where gauges == [.cpuBusy]:
                next.subject = .processes(.cpu)
                return next
            case (.gauges, .gauges):
                next.subject = question.subject
                if case .gauges(let gauges) = question.subject, gauges.count > 1, gauges.first == .load1,
                    next.statistic != .now
                {
                    next.subject = .gauges([.load1])
                }
            default:
                var own = question
                if own.window == nil, case .gauges = own.subject { own.window = previous.window }
                return own
            }
        }
        let form = hasSubject || isWholeByDefault || question.form == .explain ? question.form : saidForm
        if explicit, form != .unclear, form != .check || hasSubject { next.form = form }
        if question.form == .explain {
            next.form = .explain
            if case .gauges(let gauges) = next.subject { next.subject = .gauges(Array(gauges.prefix(1))) }
            next.statistic = .now
            next.window = nil
            return next
        }
        if next.form == .check && previous.form != .check && !hasSubject { next.form = previous.form }
        if let window = question.window {
            if !(form == .when && previous.window != nil && saidStatistic == .peak) { next.window = window }
        }
        if saysStatistic { next.statistic = saidStatistic }
        if let threshold = question.threshold { next.threshold = threshold }
        guard case .gauges = next.subject else { return next }
        if next.form == .why {
            next.statistic = .now
            next.window = nil
            next.threshold = nil
        }
        if next.form == .when, next.statistic == .now, next.threshold == nil { next.statistic = .peak }
        if next.form == .value, next.window != nil, next.statistic == .now { next.statistic = .mean }
        if next.form == .value || next.form == .when, next.statistic != .now, next.window == nil {
            next.window = TimeWindow(minutes: 60)
        }
        return next
    }
}
