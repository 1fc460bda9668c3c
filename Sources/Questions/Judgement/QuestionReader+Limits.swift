import MaintenanceAPI

/// Which resource is nearest to its limit, whether the host has the right size, and which of several things limits it.
extension QuestionReader {
    mutating func readLimits() -> Bool {
        readNearestLimit() || readSizing() || readTimesTheWork() || readLimitingOne()
    }

    private var isOfNow: Bool {
        question.window == nil && question.threshold == nil && question.needed == nil && !namesHostNames
            && !has("relay", "probe", "process", "llm")
    }

    /// How many kinds of resources it names.
    private var resourceCount: Int {
        [has("cpu", "core"), has("memory"), has("disk", "io", "filesystem"), has("network", "traffic")]
            .count { $0 }
    }

    // MARK: Nearest and farthest

    private static let nearest = [
        "nearest to its limit", "closest to its limit", "nearest its limit", "nearest to the limit",
        "closest to the limit", "nearest to their limit", "closest to their limit", "close to its limits",
        "close to the limits", "near its limits", "near to its limits", "far from its limits",
        "near the limits", "tightest", "scarcest", "most constrained", "most strained", "most stressed",
        "weakest",
    ]
    private static let farthest = [
        "slack", "most headroom", "most room", "most spare", "most capacity", "farthest from its limit",
        "furthest from its limit", "farthest from the limit", "furthest from the limit", "least used",
        "least loaded", "most idle", "least busy", "idlest", "most reserve", "most reserves", "most left",
    ]
    private static let failing: Set<String> = [
        "break", "breaks", "fail", "fails", "saturate", "saturates", "saturated", "give", "gives", "run",
        "runs",
        "collapse", "collapses", "limit", "bottleneck", "max", "exhausted", "upgrade", "snap", "snaps",
        "goes",
        "overflow", "overflows", "crack", "hit", "hits", "suffer", "suffers", "choke", "chokes", "full",
    ]

    /// "Which resource is nearest to its limit?", "what would break first?", "which has the most slack?"
    private mutating func readNearestLimit() -> Bool {
        let isOfAll =
            says("resource", "resources", "part", "component", "subsystem", "limits") || resourceCount >= 3
            || resourceCount == 0 && gauges.isEmpty
        guard isOfNow, isOfAll || asksWhichToEnlarge,
            !has("core", "inode", "openfile", "swap") || resourceCount >= 3
        else {
            return false
        }
        let isFirst =
            says("first", "next") && !Self.failing.isDisjoint(with: words.plain)
            && !says("when", "who", "how long", "at first", "happened", "came", "was", "did")
            && (begins("what", "which") || words.plain.contains("which") || words.plain.contains("what"))
        let isNear =
            isFirst || says("help most", "helps most", "help the most") && begins("what", "where", "which")
            || Self.nearest.contains { says($0) }
        let isFar =
            Self.farthest.contains { says($0) } && (begins("which", "what") || says("resource", "resources"))
            || says("headroom", "room", "slack")
                && says("per resource", "each resource", "of each", "by resource")
        guard isNear || isFar || asksWhichToEnlarge, !says("process", "program", "which one") else {
            return false
        }
        set(.value, .topic(.nearestLimit(isFarthest: isFar && !isNear)))
        (question.statistic, question.count, saysForm) = (.now, nil, true)
        return true
    }

    /// "Is it RAM or disk that I should upgrade?"
    private var asksWhichToEnlarge: Bool {
        resourceCount == 2 && words.plain.contains("or") && has("disk")
            && says("upgrade", "enlarge", "extend", "need more", "buy more", "add more", "get more")
            && !says("when", "why", "how")
    }

    // MARK: The right size

    private static let tooSmall = [
        "too small for", "undersized", "underpowered", "too weak for", "underprovisioned",
        "under provisioned",
    ]
    private static let bigEnough = [
        "big enough for", "powerful enough", "strong enough", "right size", "well sized",
    ]
    private static let tooBig = [
        "oversized", "too big for", "overkill", "overprovisioned", "over provisioned", "more server than",
        "more machine than", "bigger than i need", "bigger than we need", "bigger than needed", "downsize",
        "smaller server", "smaller machine", "smaller box", "smaller instance", "smaller host",
        "too powerful",
        "too much machine", "too big a",
    ]

    /// "Is my server too small for what it does?", "is this box oversized?", "more RAM or more cores?"
    private mutating func readSizing() -> Bool {
        guard isOfNow else { return false }
        let size: Query.Sizing
        if has("memory"), has("cpu", "core"), words.plain.contains("or"), !has("disk"),
            says("need", "more", "buy", "add", "upgrade", "spend", "invest", "get", "missing", "lack"),
            !says("use", "uses", "using", "busy", "higher", "fuller")
        {
            size = .moreOfWhich
        } else if gauges.isEmpty || has("host") || gauges == [.cpuBusy] {
            guard has("host") || says("it", "this", "i", "we", "thing", "instance", "box"),
                !has("disk", "memory")
            else {
                return false
            }
            if Self.tooSmall.contains(where: { says($0) }) {
                size = .tooSmall
            } else if Self.tooBig.contains(where: { says($0) }) {
                size = .tooBig
            } else if Self.bigEnough.contains(where: { says($0) }) {
                size = .bigEnough
            } else {
                return false
            }
        } else {
            return false
        }
        set(size == .moreOfWhich ? .value : .check, .topic(.sizing(size)))
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    // MARK: A multiple of the work

    private static let multiples: [(words: [String], times: Double)] = [
        (["twice", "double", "doubles", "doubled", "two times"], 2),
        (["triple", "triples", "tripled", "three times", "thrice"], 3),
    ]

    /// "Will it cope if traffic doubles?", "could it do twice the work?"
    private mutating func readTimesTheWork() -> Bool {
        guard let times = Self.multiples.first(where: { $0.words.contains { says($0) } })?.times, isOfNow,
            isCheck || begins("what if", "what happens if", "suppose"),
            says(
                "cope", "handle", "survive", "take", "bear", "stand", "manage", "hold", "enough", "do",
                "support",
                "carry", "serve", "work", "traffic", "load", "users", "requests", "if"),
            !says("has", "did", "was", "had", "than", "usual")
        else { return false }
        set(.check, .topic(.headroom))
        (question.times, question.statistic, saysForm) = (times, .now, true)
        return true
    }

    // MARK: One of several

    private static let limiting = [
        "problem", "holds", "holding", "limit", "limits", "limiting", "starved", "waiting", "contention",
        "slows",
        "slowing", "culprit", "blame", "fault", "struggling", "issue", "bound", "responsible", "short of",
        "starving", "saturated",
    ]

    /// "Is it the disk, the CPU or the memory that holds us back?", "CPU starved or waiting on storage?"
    private mutating func readLimitingOne() -> Bool {
        guard isOfNow, resourceCount >= 2, words.plain.contains("or"), !saysStatistic,
            Self.limiting.contains(where: { says($0) }),
            isCheck || words.isQuestion || begins("which", "what"),
            !says("why", "when", "did", "was", "were", "worry", "any", "full"), !isComparison
        else { return false }
        set(.value, .bottleneck)
        (question.statistic, question.suspected, hasSeveral, saysForm) = (.now, nil, true, true)
        return true
    }
}
