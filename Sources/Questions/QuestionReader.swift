import Foundation
import MaintenanceAPI
import Values

/// Reads one question.
struct QuestionReader {
    var question = Query()
    let text: String
    let now: Date
    var words: Words
    var concepts: Set<String>
    let namesHostNames: Bool
    let namesMountPoint: Bool
    /// What stands in the text, as it was written and as it was read.
    let phrases: (written: Phrases, meant: Phrases)
    /// What the text itself says, as opposed to what is taken for granted.
    var saysForm = false
    var saidForm = Query.Form.value
    var saysStatistic = false
    var saidStatistic = Query.Statistic.now
    /// The particulars that the text itself names, before anything is taken for granted.
    private(set) var particulars = Particulars()
    var gauges: [Gauge] = []
    var hasSeveral = false
    /// It names nothing that it is about.
    var isWholeByDefault = false
    var isUnclearByDefault = false
    /// "Up for more than a day?"
    var asksUptimeBeyond = false
    /// "…, right?" stood at its end.
    var isTagged = false
    /// It cannot be read part by part.
    var isOneQuestion: Bool {
        hasSeveral || question.form == .judge || question.form == .order || question.needed != nil
            || question.form == .help || question.isOfBothEnds
    }

    private static let emphasisPattern = Pattern(
        #/(?i)\b(what|why|how|who|where|when|which) (?:on earth|in the world|the heck|the hell|the fuck|the devil|exactly|even)\b/#
    )
    private static let howLongPattern = Pattern(
        #/(?i)\bsince how (?:much|many|long)(?: time)?\b|\b(?:for|from) how (?:much|many) time\b/#)

    private static let excludedPattern = Pattern(
        #/(?i),? (?:(?:i\.?e\.?|that is),? not|and not|but not|instead of|rather than|as opposed to|excluding|not counting) (?:(?:to|by|in|of|for|on|from|the|a) )*[\w-]+(?=[?.!,]|$)/#
    )

    /// "…, one number": how it is to be told.
    private static let oneNumberPattern = Pattern(
        #/(?i)[,;:] *(?:just |only |as )?(?:one|a|a single|the) (?:number|figure|value)(?: only| please| pls)?(?=[?.! ]*$)/#
    )

    private static let faultPattern = Pattern(
        #/(?i)\b(?:whose|at|the|our|my|your|their|\w+['’]s) fault\b/#)

    init(_ text: String, names: [String], now: Date) {
        let whole = Self.leavingOut(text, names: names)
        let names = whole.names
        question.leftOut = whole.left
        // What something is not, it does not ask for.
        let text = Self.readSinceBoot(
            Self.withoutPoliteness(whole.text).replacing(Self.howLongPattern, with: "how long")
                .replacing(Self.emphasisPattern) { "\($0.1)" }
                .replacing(Self.excludedPattern, with: "").replacing(Self.oneNumberPattern, with: ""),
            &question)
        self.text = text.lowercased()
        self.now = now
        // Whose fault it is asks why, and nothing of page faults.
        words = Words(text.replacing(Self.faultPattern, with: "to blame"), names: names)
        concepts = words.set
        namesHostNames = words.plain.contains(Vocabulary.name)
        namesMountPoint = names.contains { $0.hasPrefix("/") }
        phrases = (Self.written(self.text), words.phrases)
        readTag()
        question.unknownWords = words.unknown
        question.names = Self.inOrder(names, of: self.text)
        question.isBrief = isBrief
        readWindow(text, now: now)
        readWholeTime()
        readCount()
        readThreshold()
        readLengthOfUptime()
        readEmptiness()
        particulars = Particulars(
            window: question.window, count: question.count, threshold: question.threshold,
            judged: question.judged)
        readStatistic()
        read()
        if question.form == .explain, question.gauges == [.cpuPressure], !has("cpu") {
            question.subject = .gauges([.cpuPressure, .memoryPressure, .ioPressure])
        }
        if question.isSinceBoot { question.window = TimeWindow(minutes: TimeWindow.maxMinutes) }
        finish(now: now)
        if question.subject != .gauges([.memoryAvailable]), question.subject != .gauges([.diskFree]) {
            question.needed = nil
        }
    }

    struct Particulars {
        var window: TimeWindow?
        var count: Int?
        var threshold: Query.Threshold?
        var judged: Double?
    }

    /// The names that a text holds, as they follow one another in it.
    private static func inOrder(_ names: [String], of text: String) -> [String] {
        func isInside(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || "/_-".contains(character)
        }
        let places = names.compactMap { name -> (name: String, at: String.Index)? in
            let ranges = text.ranges(of: name.lowercased())
            let own = ranges.first { range in
                !(text[..<range.lowerBound].last.map(isInside) ?? false)
                    && !(text[range.upperBound...].first.map(isInside) ?? false)
            }
            return (own ?? ranges.first).map { (name, $0.lowerBound) }
        }
        return places.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element.name)
    }

    func has(_ words: String...) -> Bool { words.contains { concepts.contains($0) } }
    func says(_ phrases: String...) -> Bool { phrases.contains { words.contains(phrase: $0) } }
    func begins(_ phrases: String...) -> Bool { words.begins(with: phrases) }

    var isBrief: Bool {
        says("short")
            && !says(
                "short of", "short on", "in short supply", "short circuit", "short lived", "run short",
                "runs short")
            || says(
                "one line", "single line", "one sentence", "brief", "briefly", "shortly", "tldr",
                "tl dr", "concise", "in a word")
    }

    // MARK: What

    mutating func set(_ form: Query.Form, _ subject: Query.Subject = .nothing) {
        question.form = form
        question.subject = subject
    }

    private static let degreesPattern = Pattern(#/\d ?(?:°|c\b|celsius|degrees)/#)

    mutating func read() {
        if readCommand() || readProduct() || readTalk() || readRelief() || readOrder() || readHelp() {
            return
        }
        let found = Vocabulary.gauges(in: asked)
        gauges = asksUptimeBeyond ? [.uptime] : found?.gauges ?? []
        // "Was the server busy?", "how long did the busy phase last?"
        if gauges.isEmpty,
            says("busy", "busier", "quieter", "idler", "loaded")
                || question.window != nil && says("quiet", "calm", "idle"),
            has("host") || says("it", "phase", "period", "spell", "stretch", "time", "hour", "hours"),
            !has("relay", "probe", "process")
        {
            gauges = [.cpuBusy]
        }
        if question.needed != nil {
            gauges = has("disk", "space", "filesystem") ? [.diskFree] : [.memoryAvailable]
        }
        if gauges.isEmpty, question.threshold != nil || question.judged != nil,
            text.contains(Self.degreesPattern), !namesHostNames
        {
            gauges = [.temperature]
        }
        if has("probe"), has("cpu"), has("memory") || says("rss"), question.window == nil,
            question.threshold == nil
        {
            set(.value, .gauges([.probeCPU, .probeMemory]))
            (hasSeveral, saysForm) = (true, true)
            return
        }
        if says("headroom"), has("cpu"), has("memory"), question.window == nil, question.threshold == nil {
            set(isCheck ? .check : .value, .topic(.headroom))
            saysForm = true
            return
        }
        readSeveral()
        if readWhatToDo() || readLevel() || readDifference() || readClockError() || readMounts()
            || readShare()
            || readElsewhere()
        {
            return
        }
        // "Explain the memory situation": how it is, and why.
        if begins("explain"), says("situation", "state", "status", "problem", "issue"), !gauges.isEmpty {
            set(.why, .gauges([gauges[0]]))
            saysForm = true
            return
        }
        if readNeed() || readExplanation() { return }
        question.form = form
        saysForm = question.form != .value
        saidForm = question.form
        if readCourseOfLoad() || readPastOfSpace() || readPastCause() || readOfService() || readAbsent()
            || readUnmeasured()
        {
            return
        }
        if readComparedNames() || readCulprit() || readDowntime() || readTopic() { return }
        if readProcesses() || readFacts() || readParts() || readService() || readWhole() { return }
        if readGauges(found?.concepts ?? []) { return }
        readRest()
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
        let heads: Set = ["pressure", "error", "drop", "iops", "probe"]
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

    private static let numberOfCoresPattern = Pattern(#/\d+ (?:cores?|cpus?)\b/#)

    /// The concepts that may ask for a gauge.
    var asked: Set<String> {
        var asked = concepts
        if says("activity") { asked.insert("activity") }
        if says("how many times", "how often") { asked.remove("count") }
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
        if has("process"), says("started", "spawned", "created", "launched", "forked", "starting") {
            asked.insert("forkrate")
        }
        if says("how many"), says("really running", "actually running", "are running", "on cpu"),
            has("count"), !has("relay", "thread", "container", "docker", "probe"), words.unknown.isEmpty,
            !says("processes are running", "processes running", "programs are running", "services")
        {
            asked.insert("runnable")
        }
        if says("capacity"), has("free") { asked.remove("total") }
        if says("total storage", "total space", "total disk space", "total capacity") {
            asked.remove("filesystem")
        }
        if has("load"), says("per core", "per cpu", "per processor") { asked.remove("count") }
        if says("running"), says("blocked") && says("vs", "versus", "and", "or") || says("state") {
            asked.insert("runnable")
            asked.remove("process")
        }
        if says("system", "kernel", "sys"), says("user"), has("cpu"),
            says("vs", "versus", "and", "or", "compared")
        {
            asked.formUnion(["usertime", "kerneltime"])
        }
        if has("process"), says("wait", "waiting", "waits"), has("io", "disk", "iowait") {
            asked.insert("blocked")
        }
        if says("wait", "waits", "waiting", "waited"), has("disk"),
            has("host", "cpu", "process") || says("we", "it", "everything", "i", "us"),
            !has("request", "memory")
        {
            asked.insert("iowait")
        }
        if has("cpu", "core"), asked.remove("queue") != nil { asked.insert("runnable") }
        // "A load of 1.3 on 4 cores" is no load per core.
        if has("core", "cpu"), has("load"), text.contains(Self.numberOfCoresPattern) {
            asked.subtract(["core", "cpu", "count"])
        }
        if says("hardware interrupts") { asked.insert("irq") }
        if says("reading", "sample"), says("time", "duration", "long") { asked.insert("sampletime") }
        return asked
    }
}
