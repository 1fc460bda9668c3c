import MaintenanceAPI

/// Whether a question goes on from the one before, by the words that point to it.
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
            || words.plain.count <= 14 && begins("and", "so")
                && says(
                    "of it", "of that", "of those", "of them", "the one for", "the one of", "the same for")
        if pointsToIts || refersToOne || words.plain.count <= 3 && begins("per", "each") { return true }
        let isAdded =
            words.plain.count <= 6
            && (words.plain.last == "too" || words.plain.last == "also"
                || words.plain.suffix(2) == ["as", "well"])
            && !says("too much", "too many") && (!gauges.isEmpty || namesNoPart) && !saysForm
        let isBare =
            isWholeByDefault || isUnclearByDefault
            || (question.form == .explain && question.subject == .nothing)
            || question.form == .unclear && words.plain.count <= 3 && words.unknown.isEmpty
        let refers =
            words.plain.count <= 6 && says("that", "it", "this", "there", "of it", "those", "they", "them")
            && question.subject == .nothing
            || words.plain.count <= 8 && says("there", "on it", "on that", "on them")
                && (gauges == [.diskFree] || gauges == [.memoryAvailable, .diskFree]) && !has("disk", "space")
        return isLinked || isAdded || isBare || refers || words.plain == ["top", String(question.count ?? 0)]
    }

    /// Whether what was asked before may be needed to understand it.
    var mayContinue: Bool { isContinuation || points }

    /// "Is that bad: …"
    var pointsAhead: Bool { isContinuation && says("that", "this", "it", "these", "those") }

    private var points: Bool {
        !namesHostNames && words.plain.count <= 9
            && says(
                "it", "its", "they", "their", "he", "that one", "this one", "same one", "same process",
                "that process", "this process",
                "that program", "that thing", "this thing", "the thing", "the process", "this program",
                "the program",
                "that guy", "this guy", "the culprit")
            && !has("host") && (!gauges.isEmpty || isUnclearByDefault)
    }

    /// "Its RSS?": a process by its use, where only a word points to which.
    var pointsToIts: Bool {
        let isUse =
            switch question.subject {
            case .processes: true
            default: says("rss", "vsz", "resident", "footprint", "pss")
            }
        return isUse && words.plain.count <= 6 && says("its", "their", "his") && question.window == nil
            && !says("who", "which")
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
    var refersToOne: Bool {
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
            "since when", "since what date", "since which date", "since which day", "since what time",
            "when did",
            "when was", "how long", "until when", "till when", "for how long",
            "from when")
        return isOnly(Self.pointing.union(Self.judging).union(Self.places))
            || says("since when") && saysWellAgain
            || isBareTime && isOnly(Self.pointing.union(Self.lasting).union(Self.events))
            || says(
                "before that", "before then", "beforehand", "before it", "before the trouble",
                "before the problem",
                "before this")
                && isOnly(Self.pointing.union(Self.lasting))
            || has("anomaly") && says("again", "since", "since then", "before")
            || (says("again") || isCheck && comesBack) && plain.count <= 7
    }

    /// "Did it come back since?"
    var comesBack: Bool {
        says("come back", "came back", "returned", "return", "recur", "recurred", "reappear")
    }

    /// "How long until it is full?", "how fast does it grow?", where it names nothing itself.
    var pointsAtOne: Bool {
        words.plain.count <= 10 && says("it", "that", "this", "they", "those", "these") && !namesHostNames
            && !has("disk", "space", "filesystem", "memory", "swap", "host", "cpu", "load", "process", "you")
    }

    /// Whether it asks of what the answer to `previous`, about the whole host, told first.
    func asksOfTold(_ query: Query, after previous: Query) -> Bool {
        guard previous.isOfAll || previous.isOfTold, !query.isAdvice, query.about.isEmpty, query.also.isEmpty,
            query.pick == nil || query.form == .why
        else { return false }
        switch query.form {
        case .when, .duration, .until: break
        case .why:
            let isOfEvents = [.findings, .topic(.summary)].contains(previous.subject) && !query.asksOngoing
            guard says("since when", "how long", "when") && !says("why", "reason", "cause") || isOfEvents
            else {
                return false
            }
        case .check: guard query.statistic == .trend else { return false }
        case .value:
            guard
                query.statistic == .trend || query.subject == .diskGrowth || asksHowHigh && !says("how many")
            else {
                return false
            }
        default: return false
        }
        switch query.subject {
        case .host, .slow, .changes, .findings, .topic(.course), .topic(.summary): return true
        case .disk, .memory, .diskGrowth, .swap: return gauges.isEmpty || pointsAtOne
        default: return false
        }
    }

    static let rates = [
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
        "ours", "mine",
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
        "time", "date", "day",
        "many", "minutes", "hours", "go", "on", "going", "like", "so", "high", "low", "busy", "stay",
        "stayed", "up",
        "down", "before", "beforehand", "number", "value", "figure", "count", "using", "used", "taking",
        "eating",
        "running", "doing", "start", "started", "begin", "began", "stop", "stopped", "end",
        "ended", "over",
        "already", "exactly", "at", "calm", "calmed", "settle", "back", "to", "normal", "recover",
        "recovered", "again", "bad", "slow", "full", "then", "much", "happening", "still", "ongoing",
        "over",
    ]
}
