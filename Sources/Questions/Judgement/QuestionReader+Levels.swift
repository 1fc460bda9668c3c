import Foundation
import MaintenanceAPI
import Values

/// Levels: when one will be reached, how much has to go to be below it, and how large a thing is and how much is left.
extension QuestionReader {
    mutating func readLevel() -> Bool { readLevelAhead() || readSurplus() || readRoom() }

    private static let pathPattern = Pattern(#/(?:^|\s)/(?:[\w.-]+(?:/[\w.-]+)*)?(?=[\s?.,!:;]|$)/#)

    /// A mount point of the host, or what is written like one.
    var namesPath: Bool { namesMountPoint || text.contains(Self.pathPattern) }

    var isAboutSpace: Bool {
        has("disk", "space", "filesystem") || namesPath || says("partition", "volume", "drive")
    }

    // MARK: A level ahead

    /// "When will the disk be at 90 %?", "how long until memory is over 80 %?"
    private mutating func readLevelAhead() -> Bool {
        guard let level = question.threshold?.value ?? (saysPercent ? question.judged : nil), isAhead,
            let gauge = gaugeAhead(level)
        else { return false }
        let isAbove = question.threshold?.isAbove ?? !says("down to", "back at", "back to")
        question.threshold = Query.Threshold(isAbove: isAbove, value: level)
        question.judged = nil
        set(.until, .topic(.reaching(gauge)))
        saysForm = true
        return true
    }

    private var saysLength: Bool {
        says("how many hours", "how many days", "how many minutes", "how much time", "how much longer")
    }

    private static let percentPattern = Pattern(#/\d ?(?:%|percent\b|pct\b)/#)

    private var saysPercent: Bool { text.contains(Self.percentPattern) }

    private var isAhead: Bool {
        guard
            !says(
                "was", "were", "did", "had", "has", "been", "until now", "so far", "you", "warn",
                "alert", "yesterday", "ago", "fit", "enough", "how full", "last", "lasts"),
            !says("how many", "how much") || saysLength, !says("have") || says("have to")
        else { return false }
        if says(
            "will", "going to", "gonna", "would", "shall", "when does", "when do", "how soon", "eta",
            "forecast",
            "predict", "expected to", "how long till", "how long before", "time left until", "hours until",
            "time until", "how long does it take", "days until", "minutes until", "time to reach",
            "how long to reach", "have to expect")
        {
            return true
        }
        // "How long until / is at 90 %?"
        return says("how long until", "how long till", "until", "till") && (begins("how long") || saysLength)
            || says("when is", "when are") && says("at", "reaching", "going", "hitting", "full")
                && isAboutSpace && saysPercent
    }

    private func gaugeAhead(_ level: Double) -> Gauge? {
        guard !has("process", "relay", "probe"), gauges.count <= 3 else { return nil }
        let isPercent = level <= 100
        switch gauges.first {
        case nil: return isAboutSpace && isPercent ? .diskUsed : nil
        case .diskUsed?, .diskTotal?: return isPercent ? .diskUsed : nil
        // The history of memory is kept in percent.
        case .memoryUsed?, .swapUsed?: return isPercent ? gauges.first : nil
        case .memoryUsedBytes?, .swapUsedBytes?, .memoryAvailable?, .memoryTotal?: return nil
        case .diskFree?, .diskUsedBytes?: return nil
        case let gauge?: return gauge
        }
    }

    private static let otherLevels: Set<String> = [
        "percent", "%", "pct", "when", "at", "reach", "reaches", "reached", "will", "would", "hit", "hits",
        "until", "till", "to", "about", "time", "today", "tomorrow", "be", "what", "which", "day", "date",
        "going", "does", "would", "level", "full", "above", "over", "long", "how", "and", "say",
    ]

    /// The figures whose history is kept, for those of the same thing.
    private static let kept: [Gauge: Gauge] = [
        .diskFree: .diskUsed, .diskTotal: .diskUsed, .diskUsedBytes: .diskUsed, .memoryAvailable: .memoryUsed,
        .memoryTotal: .memoryUsed, .memoryUsedBytes: .memoryUsed, .swapFree: .swapUsed, .swapTotal: .swapUsed,
    ]

    /// "And 90 %?", after "when will it be full?"
    var asksOtherLevel: Bool { (question.window == nil || says("will")) && otherLevelAsked != nil }

    private var otherLevelAsked: Double? {
        let content = content.filter { !Self.otherLevels.contains($0) }
        // "nan" and "inf" are no levels.
        let level =
            content.count == 1 ? content.first.flatMap { Double($0) ?? number($0).map(Double.init) } : nil
        return level.flatMap { Self.value($0) }
    }

    private static let exact: Set<String> = [
        "at", "what", "clock", "time", "when", "exactly", "which", "hour", "precisely", "that", "be", "will",
        "about",
        "roughly", "approximately", "happen", "so",
    ]

    /// "At what time?", of what will be.
    var asksExactTime: Bool { saysOnly(Self.exact) && says("time", "when", "hour") && words.plain.count <= 7 }

    func exactTime(_ previous: Query) -> Query? {
        guard asksExactTime else { return nil }
        guard previous.form == .until else { return timeOfTheSame(previous, same(previous)) }
        var next = same(previous)
        (next.isYesNo, next.horizon, next.hoursAhead) = (false, nil, nil)
        return next
    }

    func otherLevel(_ previous: Query) -> Query? {
        // "When does it hit 90 %?", after how full it is.
        let isAhead = says(
            "when does", "when will", "when would", "when is", "how long until", "until when", "will")
        guard let level = otherLevelAsked, previous.form == .until || isAhead, gauges.isEmpty else {
            return nil
        }
        let gauge: Gauge? =
            switch previous.subject {
            case .topic(.reaching(let gauge)): gauge
            case .nothing: previous.names.isEmpty ? nil : .diskUsed
            default: previous.figures.first.flatMap { Self.kept[$0] ?? $0 }
            }
        guard let gauge else { return nil }
        var next = same(previous)
        (next.form, next.subject, next.statistic) = (.until, .topic(.reaching(gauge)), .now)
        next.threshold = Query.Threshold(isAbove: true, value: level)
        (next.window, next.horizon, next.hoursAhead, next.isYesNo) = (nil, nil, nil, false)
        return next
    }

    // MARK: What has to go

    /// "How many GB must I free on /var to get to 80 %?", "how much do I need to delete?"
    private mutating func readSurplus() -> Bool {
        guard
            says("how much", "how many", "what amount", "amount of")
                || begins("what do i need to", "what must i", "what should i", "what do i have to"),
            says(
                "delete", "remove", "free", "free up", "clean", "clean up", "clear", "purge", "go", "prune",
                "get rid of", "deleted", "removed", "freed", "reclaim", "cleared"),
            says(
                "must", "need to", "have to", "should", "has to", "needs to", "do i", "do we", "to get",
                "to be", "to delete", "to free", "to remove", "would i", "must be", "needed"),
            gauges.isEmpty || gauges.allSatisfy({ $0.rawValue.hasPrefix("disk") }) || isAboutSpace,
            !has("memory", "swap", "cpu", "inode", "process"), question.window == nil,
            !says("do i have", "do we have") || says("have to"),
            !says(
                "free do", "go up", "go down", "space is", "is free", "are free"),
            !(has("free") && says("is there", "are there", "left", "available"))
        else { return false }
        let level = question.threshold?.value ?? question.judged
        question.threshold = level.flatMap {
            $0 <= 100 ? Query.Threshold(isAbove: true, value: $0) : nil
        }
        (question.judged, question.needed, question.count) = (nil, nil, nil)
        set(.value, .topic(.surplus))
        saysForm = true
        return true
    }

    // MARK: Size and what is left

    /// "How many GB has /var in total and how many are free?"
    private mutating func readRoom() -> Bool {
        let saysSize =
            says(
                "total", "size", "capacity", "how big", "how large", "in all", "altogether", "overall",
                "installed")
            || says("have", "has") && says("how many", "how much")
        let saysFree = says(
            "free", "left", "available", "remaining", "unused", "is free", "are free", "still free")
        guard saysSize, saysFree, says("and", "plus", "vs", "versus") || text.contains("&"),
            question.window == nil, question.threshold == nil, question.needed == nil, !saysPercentile,
            !has("inode", "cpu", "process", "relay", "swap", "port", "connection", "load"),
            has("memory") != isAboutSpace
        else { return false }
        set(.value, .topic(.room(has("memory") ? .memory : .disks)))
        question.statistic = .now
        hasSeveral = true
        saysForm = true
        return true
    }

    private var saysPercentile: Bool { if case .percentile = question.statistic { true } else { false } }
}
