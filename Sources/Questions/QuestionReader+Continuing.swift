import Foundation
import MaintenanceAPI

/// How a question goes on from the one before.
extension QuestionReader {
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
        if refersToOne || words.plain.count <= 3 && begins("per", "each") { return true }
        let isBare =
            isWholeByDefault || isUnclearByDefault
            || (question.form == .explain && question.subject == .nothing)
            || question.form == .unclear && words.plain.count <= 3 && words.unknown.isEmpty
        let refers =
            words.plain.count <= 6 && says("that", "it", "this", "there", "of it", "those")
            && question.subject == .nothing
            || words.plain.count <= 8 && says("there", "on it", "on that", "on them")
                && (gauges == [.diskFree] || gauges == [.memoryAvailable, .diskFree]) && !has("disk", "space")
        return isLinked || isBare || refers || words.plain == ["top", String(question.count ?? 0)]
    }

    /// Whether what was asked before may be needed to understand it.
    var mayContinue: Bool { isContinuation || points }

    private var points: Bool {
        !namesHostNames && words.plain.count <= 9
            && says(
                "it", "its", "they", "their", "he", "that one", "this one", "same one", "same process",
                "that process", "this process",
                "that program")
            && !has("host") && (!gauges.isEmpty || isUnclearByDefault)
    }

    /// "How much memory does it use?" after a question about a process.
    func pointsAtProcess(of previous: Query) -> Bool {
        guard points,
            Set(gauges).isSubset(of: [.cpuBusy, .memoryUsed, .memoryUsedBytes, .memoryTotal, .threads])
        else { return false }
        return switch previous.subject {
        case .processes, .process, .pid: true
        case .nothing: !previous.names.isEmpty
        default: false
        }
    }

    /// "Which one?", "is that much?", "since when?", "how long did it last?", "and before that?", "again?": of what was
    /// asked before.
    private var refersToOne: Bool {
        let plain = words.plain
        guard plain.count <= 9, gauges.isEmpty, !namesHostNames else { return false }
        if plain == ["since"] { return true }
        if Self.rates.contains(where: { says($0) }), says("how much", "how many", "how fast", "and") {
            return true
        }
        if question.threshold != nil || question.judged != nil, !has("host", "process", "disk") {
            return true
        }
        if isOnly(Self.units) || rank != nil { return true }
        if isOnly(Self.nowWords), question.form == .value || question.form == .unclear { return true }
        if isOnly(Self.pointing.union(Self.looking)), says("how") { return true }
        if !Set(plain).isDisjoint(with: Self.up.union(Self.down)),
            isOnly(
                Self.pointing.union(Self.up).union(Self.down).union([
                    "still", "up", "going", "getting", "too", "already", "how", "fast", "quickly", "rate",
                    "at", "much",
                    "by",
                ]))
        {
            return true
        }
        if says("from when"), says("to when", "till when", "until when") { return true }
        let isBareTime = says(
            "since when", "when did", "when was", "how long", "until when", "till when", "for how long",
            "from when")
        return isOnly(Self.pointing.union(Self.judging).union(Self.places))
            || isBareTime && isOnly(Self.pointing.union(Self.lasting))
            || says(
                "before that", "before then", "beforehand", "before it", "before the trouble",
                "before the problem",
                "before this")
                && isOnly(Self.pointing.union(Self.lasting))
            || has("anomaly") && says("again", "since", "since then", "before")
            || says("again") && plain.count <= 7
    }

    private static let rates = [
        "per hour", "an hour", "a day", "per day", "each hour", "each day", "every hour",
    ]
    static let units: Set<String> = [
        "in", "gigabytes", "gb", "gib", "mb", "mib", "bytes", "percent", "%", "absolute", "absolutely",
        "terms", "numbers",
        "gigs", "megabytes", "gig", "please", "as", "a", "share", "tb", "tib", "terabytes",
    ]
    static let nowWords: Set<String> = [
        "now", "currently", "right", "at", "the", "moment", "present", "today's", "this",
    ]
    static let looking: Set<String> = [
        "how", "on", "here", "box", "server", "host", "machine", "doing", "looking", "look", "looks", "now",
        "high", "there",
    ]

    func isOnly(_ known: Set<String>) -> Bool {
        words.plain.allSatisfy { known.contains($0) || Self.linking.contains($0) }
    }

    static let linking: Set<String> = ["and", "ok", "so", "but", "then", "or", "also", "well", "hm"]
    /// Words that point to something without naming it.
    static let pointing: Set<String> = [
        "it", "its", "that", "this", "these", "those", "they", "them", "their", "the", "is", "are", "was",
        "were", "did",
        "does", "do", "has", "have", "been", "which", "one", "ones", "what", "who", "a", "an", "be", "in",
        "of", "for",
    ]
    /// "For a machine like this".
    static let places: Set<String> = [
        "machine", "host", "server", "box", "system", "here", "like", "size", "kind", "us", "our", "vm",
        "computer",
    ]
    static let judging: Set<String> = [
        "ok", "okay", "fine", "bad", "good", "much", "many", "lot", "high", "low", "too", "so", "normal",
        "usual",
        "unusual", "problem", "issue", "dangerous", "safe", "healthy", "worrying", "critical", "alarming",
        "serious",
        "enough", "more", "less", "than", "acceptable", "sane", "worse", "better", "right", "expected",
        "concerning",
        "worrisome", "still", "really", "very", "harmful", "tolerable", "should", "i", "we", "worry",
        "worried",
        "concerned", "panic", "about", "need", "to", "must", "alarmed", "nervous",
        "reasonable",
    ]
    static let lasting: Set<String> = [
        "trouble", "problem", "issue", "incident", "since", "when", "how", "long", "until", "till", "last",
        "lasted", "lasting", "take", "took", "from",
        "time",
        "many", "minutes", "hours", "go", "on", "going", "like", "so", "high", "low", "busy", "stay",
        "stayed", "up",
        "down", "before", "beforehand", "start", "started", "begin", "began", "stop", "stopped", "end",
        "ended", "over",
        "already", "exactly", "at", "calm", "calmed", "settle", "back", "to", "normal", "recover",
        "recovered", "again", "bad", "slow", "full", "then", "much", "happening", "still", "ongoing",
        "over",
    ]

    /// Goes on from `previous` where it asks of the same thing.
    private func ofTheSame(_ previous: Query) -> Query? {
        guard refersToOne else { return nil }
        var next = previous
        next.also = []
        next.unknownWords = []
        let gauges = previous.gauges
        if isOnly(Self.units) { return next }
        if let rank {
            next.rank = rank
            if case .processes = previous.subject { next.form = .which }
            return next
        }
        if isOnly(Self.nowWords)
            || isOnly(Self.pointing.union(Self.looking)) && !gauges.isEmpty && says("how")
        {
            next.window = nil
            next.statistic = .now
            next.threshold = nil
            next.comparison = nil
            if next.form != .check { next.form = .value }
            if isOnly(Self.pointing.union(Self.looking)), !isOnly(Self.nowWords) { next.form = .value }
            return next
        }
        let ways = Self.up.union(Self.down)
        if !ways.isDisjoint(with: words.plain),
            isOnly(
                Self.pointing.union(ways).union([
                    "still", "up", "going", "getting", "too", "already", "how", "fast", "quickly", "rate",
                    "at", "much",
                    "by",
                ])),
            !gauges.isEmpty || !previous.names.isEmpty
        {
            next.isYesNo = isCheck || says("still")
            next.direction = direction
            next.threshold = nil
            let isDisk = gauges.isEmpty || gauges == [.diskUsed] || gauges == [.diskFree]
            next.subject = isDisk ? .diskGrowth : .gauges(Array(gauges.prefix(1)))
            next.form = isDisk ? .check : .value
            next.statistic = isDisk ? .now : .trend
            next.comparison = nil
            next.window = isDisk ? nil : question.window ?? TimeWindow(minutes: 60)
            return next
        }
        if question.threshold != nil || question.judged != nil, let gauge = gauges.first {
            next.subject = .gauges([gauge])
            next.form =
                question.threshold == nil
                ? .judge : isDuration ? .duration : question.form == .when ? .when : .check
            next.threshold = question.threshold
            next.judged = question.judged
            next.suspectsTrouble = !has("fine")
            next.statistic = .now
            next.comparison = nil
            next.window =
                question.window ?? (next.form == .check ? nil : previous.window ?? TimeWindow(minutes: 1440))
            return next
        }
        if says(
            "before that", "before then", "beforehand", "before it", "before the trouble",
            "before the problem", "before this"),
            !gauges.isEmpty
        {
            next.form = .when
            next.isBefore = true
            next.isSince = false
            next.threshold = nil
            next.window = previous.window ?? TimeWindow(minutes: 1440)
            return next
        }
        if says("again"), question.form != .when,
            previous.subject == .findings || !gauges.isEmpty || previous.subject == .host
        {
            next.form = .check
            next.subject = .findings
            next.about = gauges.isEmpty ? previous.about : gauges
            next.statistic = .now
            next.isSince = true
            next.window = nil
            return next
        }
        if Self.rates.contains(where: { says($0) }),
            previous.subject == .disk || previous.subject == .diskGrowth
        {
            next.form = .value
            next.subject = .diskGrowth
            next.isYesNo = false
            return next
        }
        let isEnd = says(
            "calm down", "calmed down", "settle", "back to normal", "recover", "recovered", "until when",
            "till when", "stop", "end", "ended", "stopped", "over")
        let isLength =
            says("from when", "how long", "how many minutes", "how many hours", "for how long")
            && !says("since")
        if isLength || question.form == .when || says("since when") || words.plain == ["since"]
            || isEnd && says("when")
        {
            switch previous.subject {
            case .gauges(let gauges):
                next.form = isLength ? .duration : .when
                next.isSince = !isEnd
                next.isEnd = isEnd
                next.subject = .gauges(Array(gauges.prefix(1)))
                next.comparison = nil
                if !isLength, !says("since", "begin", "began", "start", "started"), !isEnd {
                    next.isSince = false
                }
                if next.form == .when, !next.isSince, !isEnd, previous.statistic == .now,
                    previous.threshold == nil
                {
                    next.statistic = .peak
                } else if next.statistic != .peak, next.statistic != .low {
                    next.statistic = .now
                }
                let before = previous.window.flatMap { $0.isMoment ? nil : $0 }
                next.window = question.window ?? before ?? TimeWindow(minutes: 1440)
            case .relay:
                next.subject = .gauges([.relayQueued])
                next.form = .when
                next.isSince = true
                next.window = TimeWindow(minutes: 1440)
            case .processes, .process, .nothing:
                next.form = .when
                next.isSince = true
            case .host, .slow, .bottleneck:
                next.form = .why
                next.isBrief = true
                if next.subject == .bottleneck { next.subject = .slow }
            case .findings:
                next.form = isLength ? .duration : .when
            case .boot: next.form = isLength ? .duration : .when; if isLength { next.subject = .downtime }
            case .gaps, .downtime:
                next.form = isLength ? .duration : .when; next.subject = .downtime; next.isEnd = isEnd
            case .networkOK:
                next.subject = .gauges([.receiveDrops])
                next.form = .when
                next.isSince = true
                next.window = TimeWindow(minutes: 1440)
            case .hungMount: next.form = .when
            default: return nil
            }
            return next
        }
        if says("who", "which process", "what process", "which program", "culprit"),
            !gauges.isEmpty || previous.subject == .host || previous.subject == .slow
        {
            let isMemory =
                gauges.first.map { $0.rawValue.hasPrefix("memory") || $0.rawValue.hasPrefix("swap") } ?? false
            next.form = .which
            next.subject = .processes(isMemory ? .memory : .cpu)
            next.statistic = .now
            next.window = nil
            next.threshold = nil
            next.comparison = nil
            return next
        }
        if says("which", "who", "what") && !says("what time"),
            previous.form == .check || previous.form == .count,
            words.plain.count <= 6
        {
            next.form = .which
            return next
        }
        guard isOnly(Self.pointing.union(Self.judging).union(Self.places)),
            !Self.judging.subtracting(["so", "too", "more", "than", "still", "really", "very", "right"])
                .isDisjoint(with: words.plain), !gauges.isEmpty
        else { return nil }
        next.subject = .gauges(Array(gauges.prefix(1)))
        next.threshold = nil
        next.isYesNo = true
        next.judgesAmount = true
        next.suspectsTrouble =
            !(has("fine") || says("normal", "usual", "safe", "enough", "acceptable", "expected", "sane"))
        if says("normal", "usual", "unusual", "expected", "more", "less") {
            next.form = .compare
            next.comparison = .usual
            next.direction = direction
            next.window = nil
            next.statistic = .now
        } else {
            next.form = .check
            next.statistic = .now
            next.window = nil
        }
        return next
    }

    private static let inwards: Set<String> = [
        "in", "incoming", "inbound", "received", "receive", "download", "down", "read", "reads", "rx",
        "reading",
    ]
    private static let outwards: Set<String> = [
        "out", "outgoing", "outbound", "sent", "send", "upload", "up", "write", "writes", "written", "tx",
        "writing",
    ]
    private static let pairs: [(Gauge, Gauge)] = [
        (.networkReceived, .networkSent), (.diskReads, .diskWrites), (.swapIn, .swapOut),
        (.diskReadOperations, .diskWriteOperations), (.receiveErrors, .sendErrors),
        (.receiveDrops, .sendDrops),
    ]

    /// "And out?" after what came in.
    private func otherWay(_ subject: Query.Subject) -> Query.Subject? {
        let rest = Set(words.plain).subtracting(Self.linking).subtracting([
            "what", "about", "how", "much", "the",
        ])
        guard let word = rest.first, rest.count == 1, Self.inwards.union(Self.outwards).contains(word) else {
            return nil
        }
        let isIn = Self.inwards.contains(word)
        switch subject {
        case .gauges(let gauges):
            guard let first = gauges.first, let pair = Self.pairs.first(where: { $0 == first || $1 == first })
            else { return nil }
            return .gauges([isIn ? pair.0 : pair.1])
        case .topic(.component(var component)):
            switch component.measure {
            case .received, .sent,
                .traffic where component.kind == .interface:
                component.measure = isIn ? .received : .sent
            case .reads, .writes, .traffic: component.measure = isIn ? .reads : .writes
            default: return nil
            }
            return .topic(.component(component))
        default: return nil
        }
    }

    /// "And errors?" after dropped packets: what the word means of the same part of the host.
    private func related(to previous: Query) -> Gauge? {
        guard let gauge = previous.gauges.first,
            gauges.isEmpty || gauges == [.coreCount] && has("core", "each")
        else { return nil }
        let parts: [String] =
            switch gauge {
            case .receiveErrors, .sendErrors, .receiveDrops, .sendDrops, .networkReceived, .networkSent,
                .retransmits:
                ["network"]
            case .diskReads, .diskWrites, .diskBusy, .diskWait, .diskReadOperations, .diskWriteOperations:
                ["disk", "io"]
            case .diskUsed, .diskFree, .diskTotal: ["disk", "space"]
            case .memoryUsed, .memoryAvailable, .memoryTotal: ["memory"]
            case .swapUsed, .swapFree, .swapTotal: ["swap"]
            case .openFiles, .maxOpenFiles: ["openfile"]
            case .trackedConnections, .trackedConnectionCount: ["conntrack"]
            case _ where gauge.rawValue.hasPrefix("cpu"): ["cpu"]
            case _ where gauge.rawValue.hasPrefix("relay"): ["relay"]
            case _ where gauge.rawValue.hasPrefix("load"): ["load"]
            default: []
            }
        guard !parts.isEmpty else { return nil }
        let found = Vocabulary.gauges(in: asked.union(parts))
        guard let found, found.gauges != Vocabulary.gauges(in: Set(parts))?.gauges,
            found.gauges != previous.gauges,
            !found.concepts.isSubset(of: Set(parts).union(["busy", "count", "host"]))
        else { return nil }
        return found.gauges.first
    }

    /// What is left of it.
    static let free: [Gauge: Gauge] = [
        .diskUsed: .diskUsed, .memoryUsed: .memoryAvailable, .swapUsed: .swapFree, .cpuBusy: .cpuIdle,
        .inodesUsed: .inodesFree,
    ]

    func continuing(_ previous: Query) -> Query {
        if let same = ofTheSame(previous) { return same }
        var next = previous
        next.also = []
        next.isBefore = false
        next.names = question.names.isEmpty ? previous.names : question.names
        switch previous.subject {
        case .processes
        where says("it", "its", "that", "this", "they", "their", "he", "same") && !gauges.isEmpty:
            next.form = .value
            next.isOfFirst = true
            next.about = has("memory") ? [.memoryUsed] : has("cpu") ? [.cpuBusy] : []
            return next
        case .process, .pid, .nothing:
            guard pointsAtProcess(of: previous), question.form == .value || question.form == .check else {
                break
            }
            next.form = question.form
            return next
        default: break
        }
        if question.isSinceBoot, !previous.gauges.isEmpty, gauges.isEmpty {
            next.isSinceBoot = true
            next.window = question.window
            return next
        }
        next.unknownWords = question.unknownWords
        // "How much is free there?"
        if question.form == .unclear || gauges == [.memoryAvailable, .diskFree]
            || gauges == [.diskFree] && !has("disk", "space"),
            has("free"),
            let gauge = previous.gauges.first, let free = Self.free[gauge]
        {
            next.form = .value
            next.subject = .gauges([free])
            next.statistic = .now
            next.window = nil
            next.threshold = nil
            return next
        }
        if let other = otherWay(previous.subject) {
            next.subject = other
            return next
        }
        if let before = previous.window, !before.isMoment, !saysForm,
            question.window == nil || says("hour", "hours"),
            says("after that", "afterwards", "after it", "the hour after", "thereafter", "next hour")
        {
            next.window = TimeWindow(
                minutes: before.minutes, endsMinutesAgo: max(0, before.endsMinutesAgo - before.minutes))
            return next
        }
        if let related = related(to: previous) {
            next.subject = .gauges([related])
            return next
        }
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
        if !hasSubject, saysStatistic { (next.isYesNo, next.direction) = (isCheck, direction) }
        if let threshold = question.threshold { next.threshold = threshold }
        guard case .gauges = next.subject else { return next }
        if next.form == .why {
            next.statistic = .now
            next.window = nil
            next.threshold = nil
        }
        if next.form == .when, next.statistic == .now, next.threshold == nil { next.statistic = .peak }
        if next.form == .value, let window = next.window, next.statistic == .now {
            next.statistic = .mean
            if window.isMoment { next.window = window.middle }
        }
        if next.form == .value || next.form == .when, next.statistic != .now, next.window == nil {
            next.window = TimeWindow(minutes: 60)
        }
        return next
    }
}
