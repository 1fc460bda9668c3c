import Foundation
import MaintenanceAPI
import Values

/// What was before, who it was, how often, which of several, against what: asked of what was found.
extension QuestionReader {
    /// What a question calls that which was found.
    static let events: Set<String> = [
        "spike", "spikes", "peak", "peaks", "burst", "surge", "jump", "outage", "gap", "incident", "phase",
        "episode", "flood", "anomaly", "anomalies", "event", "events", "problem", "problems", "issue",
        "issues", "trouble", "thing", "things", "period", "stretch", "alert", "alarm", "warning", "rise",
        "increase", "state", "situation",
    ]

    // MARK: Before that

    private static let quantities: Set<String> = [
        "how", "many", "much", "high", "low", "there", "about", "value", "figure", "number", "used", "like",
        "look", "looked", "lot", "long", "up", "run", "running", "had", "it", "before", "earlier",
        "previously", "beforehand", "formerly", "originally", "prior", "that", "then", "now", "to", "change",
        "boot", "reboot", "restart", "rebooted", "restarted", "booted", "my", "our", "happened", "started",
        "began", "start", "begin", "since", "anything", "something", "else", "nothing", "any", "happen",
    ]
    private static let ownPattern = Pattern(#/\bbefore (?:my|our|the|that|this) (\w+)\b/#)

    /// "What was it before?", "how many were there before my script?"
    var asksOfBefore: Bool {
        guard question.window == nil, question.threshold == nil, question.form != .until,
            says("before", "earlier", "previously", "beforehand", "formerly", "originally", "prior"),
            gauges.isEmpty || gauges == [.uptime] || has("process")
        else { return false }
        // What somebody did is known to them alone.
        let own = words.plain.joined(separator: " ").firstMatch(of: Self.ownPattern).map { String($0.1) }
        return content.allSatisfy {
            Self.quantities.contains($0) || Self.events.contains($0) || $0 == own || $0 == "process"
                || $0 == "processes"
        }
    }

    func ofBefore(_ previous: Query) -> Query? {
        guard asksOfBefore else { return nil }
        let isOfBoot =
            previous.gauges == [.uptime] || previous.subject == .boot || previous.subject == .topic(.reboots)
            || previous.subject == .downtime
        if isOfBoot {
            var next = ofNow(previous, .uptime)
            (next.form, next.statistic, next.isBefore) = (.value, .mean, true)
            next.window = TimeWindow(minutes: 1440)
            return next
        }
        if previous.subject == .findings, let window = previous.window, previous.pick == nil {
            var next = same(previous)
            next.window = TimeWindow(
                minutes: window.minutes, endsMinutesAgo: window.minutes + window.endsMinutesAgo)
            return next
        }
        // "And what was it before?", of what needs attention.
        if [.host, .slow].contains(previous.subject), previous.form != .why, previous.window == nil,
            !previous.isOfService, isOnly(Self.pointing.union(["before", "like", "how", "earlier"]))
        {
            var next = same(previous)
            (next.form, next.isBefore, next.isYesNo) = (.when, true, false)
            return next
        }
        let isWhy = previous.form == .why && [.host, .slow].contains(previous.subject)
        let ofProcess: Gauge? =
            switch previous.subject {
            case .processes(let order): order == .cpu ? .cpuBusy : .memoryUsed
            default: nil
            }
        // Of file systems it is told how they grew.
        if let gauge = previous.figures.first, [.diskUsed, .diskFree].contains(gauge), !has("boot"),
            previous.statistic == .now, previous.window == nil
        {
            var next = ofNow(previous, .diskUsed)
            (next.form, next.subject, next.isYesNo) = (.value, .topic(.difference(.diskUsed)), false)
            (next.threshold, next.window) = (nil, TimeWindow(minutes: TimeWindow.maxMinutes))
            return next
        }
        guard let gauge = previous.figures.first ?? ofProcess ?? (isWhy ? .cpuBusy : nil), gauge != .oomKills,
            gauge != .diskUsed, !has("boot")
        else {
            return nil
        }
        var next = ofNow(previous, gauge)
        next.threshold = nil
        // "And earlier?", of what there is none of now.
        if words.plain.count <= 2, says("earlier"), previous.statistic == .now, previous.window == nil {
            (next.form, next.statistic, next.also) = (.value, .peak, [])
            next.window = TimeWindow(minutes: TimeWindow.maxMinutes)
            return next
        }
        next.form = .when
        next.isBefore = true
        // "Was it like that before?": yes were, that it was as it is.
        next.isYesNo =
            isCheck && (previous.form == .check || !says("like that", "like this", "the same", "so"))
        next.isWithNow = says("now")
        next.window = TimeWindow(minutes: 1440)
        guard let window = previous.window else { return next }
        // Before a stretch that the question named, as long a stretch; before what stood out, whatever it was.
        let isOfStretch = previous.form == .value && !window.isMoment && previous.statistic != .now
        if isOfStretch || window.isMoment || window.endsMinutesAgo > 0 && previous.form != .when {
            next.window = TimeWindow(
                minutes: isOfStretch ? window.minutes : 60,
                endsMinutesAgo: window.minutes + window.endsMinutesAgo)
            (next.form, next.isBefore) = (.value, false)
            next.statistic = isOfStretch ? previous.statistic : .mean
        } else {
            next.window = window
        }
        return next
    }

    // MARK: Since boot

    private static let totals: Set<String> = [
        "altogether", "total", "overall", "all", "how", "many", "much", "about", "so", "far", "sum",
        "together", "times", "often", "happened",
    ]

    /// "And altogether since boot?"
    var saysSinceBootOnly: Bool {
        guard gauges.isEmpty, question.isSinceBoot || says("since", "after", "from") else { return false }
        let rest = text.replacing(Self.sinceBootPattern, with: "")
        guard question.isSinceBoot || rest != text else { return false }
        return Words(rest).plain.allSatisfy {
            Self.totals.contains($0) || Self.linking.contains($0) || Self.pointing.contains($0)
        }
    }

    func sinceBoot(_ previous: Query) -> Query? {
        guard saysSinceBootOnly else { return nil }
        var next = same(previous)
        (next.isBefore, next.isWithNow) = (false, false)
        switch next.subject {
        case .gauges([.oomKills]):
            next.window = nil
            next.isSum = true
            return next
        case .gauges(let gauges):
            guard let gauge = gauges.first, gauge != .uptime else { return nil }
            if gauge == .load1 { next.subject = .gauges([gauge]) }
            if next.form != .check && next.form != .when && next.form != .count && next.form != .duration {
                next.form = .value
                let isSum = gauge.traits.unit == .bytesPerSecond || gauge.traits.unit == .perSecond
                if next.statistic == .now { next.statistic = isSum ? .total : .mean }
            }
        case .findings: break
        default: return nil
        }
        next.isSinceBoot = true
        next.window = TimeWindow(minutes: TimeWindow.maxMinutes)
        return next
    }

    // MARK: How often

    private static let often: Set<String> = [
        "how", "often", "many", "times", "twice", "once", "more", "than", "only", "happen", "happened",
        "occur", "occurred", "again", "already", "far", "so", "several", "repeatedly", "on", "going",
    ]

    /// "How many times?", "did it happen twice?"
    var asksHowOften: Bool {
        question.window == nil && gauges.isEmpty && saysOnly(Self.often, Self.events)
            && (says("how often", "how many times", "twice", "several times", "more than once", "only once")
                || words.plain.last == "once")
    }

    func howOften(_ previous: Query) -> Query? {
        guard asksHowOften else { return nil }
        var next = same(previous)
        next.form = .count
        next.threshold = previous.threshold
        switch next.subject {
        case .gauges(let gauges) where previous.threshold != nil:
            next.subject = .gauges(Array(gauges.prefix(1)))
            next.statistic = .now
            next.window = previous.window.flatMap { $0.isMoment ? nil : $0 } ?? TimeWindow(minutes: 1440)
        case .gauges([.oomKills]): return nil
        case .gauges(let gauges):
            next = ofNow(previous, gauges[0])
            next.form = .count
            next.subject = .findings
            next.about = [gauges[0]]
            next.window = previous.window.flatMap { $0.isMoment ? nil : $0 }
        case .findings: break
        case .boot, .downtime: (next.form, next.subject) = (.value, .topic(.reboots))
        default: return nil
        }
        return next
    }

    // MARK: Who

    private static let persons: Set<String> = [
        "who", "whom", "whose", "by", "responsible", "behind", "culprit", "fault", "blame", "guilty",
        "process", "program", "caused", "causes", "causing", "using", "doing", "did", "it", "then", "most",
        "to", "from", "comes", "came", "thing", "there", "all", "would", "could", "might", "should", "app",
        "took", "used", "ate", "made", "fills", "filled", "eats", "takes", "opened", "open", "opens",
        "belong", "belongs", "own", "owns", "hold",
        "holds",
        "held", "created", "creates", "started", "starts", "wrote", "writes", "sent", "sends", "spawned",
        "keeps", "kept",
        "command", "starts", "many", "much", "reading", "writing", "sending", "receiving", "downloading",
        "uploading", "read",
        "write",
        "leaves", "left", "so", "had", "them", "those", "these", "running", "ran", "active", "at",
    ]

    /// "Which process leaves them behind?"
    private var asksWhoDoesThat: Bool {
        says("which process", "what process", "which program", "what program", "who", "which app", "whose")
            && says("them", "these", "those", "that", "it", "this") && words.plain.count <= 8
            && Set(gauges).isSubset(of: [.processCount])
            && !says("most", "how", "when") && question.window == nil && question.threshold == nil
            && !has("cpu", "memory", "hog", "slow")
    }

    /// "Who did that?", "by whom?", "which process was it?"
    var asksWho: Bool {
        if asksWhoDoesThat { return true }
        let content = words.plain.filter { !["is", "was"].contains($0) }
        guard question.window == nil, question.threshold == nil, !content.isEmpty,
            content.allSatisfy({
                Self.persons.contains($0) || Self.pointing.contains($0) || Self.linking.contains($0)
            })
        else { return false }
        return says(
            "who", "whom", "which process", "what process", "which program", "what program", "which app",
            "culprit", "what was running", "what ran", "what was active", "what took it", "what used it",
            "what ate it", "what caused it", "what took that",
            "what command", "which command", "what did that", "what was behind", "what is behind",
            "what stood behind",
            "what caused that", "what used that", "what made it", "what took them", "what opened",
            "belong to",
            "belongs to", "what owns", "what holds", "what created", "what started", "what keeps",
            "what spawned",
            "what sends", "what writes", "what wrote", "what reads", "what read it", "what received",
            "what sent", "what fills", "what filled", "what eats", "what takes")
    }

    /// "What was it?", of what was high then.
    var asksWhatItWas: Bool {
        words.plain.count <= 6 && question.window == nil
            && says("what was it", "what was that", "what did it", "what did that", "what was doing it")
            && content.allSatisfy { ["then", "doing"].contains($0) }
    }

    /// "Is it one process only?"
    var asksWhetherOne: Bool {
        isCheck && says("one process", "single process", "one program", "single program")
            && question.window == nil && !has("cpu", "memory")
    }

    func who(_ previous: Query) -> Query? {
        let isOfPast = [.when, .duration].contains(previous.form)
        guard
            asksWho || asksWhatItWas && isOfPast
                || asksWhetherOne && previous.figures.first.flatMap(Self.order) != nil
        else {
            return nil
        }
        var next = same(previous)
        let gauge = previous.figures.first
        switch previous.subject {
        case .host, .slow, .bottleneck: break
        case .boot, .downtime, .topic(.reboots):
            (next.form, next.subject) = (.unmeasured, .nothing)
            return next
        // "Which process?", of a leak.
        case .memoryLeak:
            (next.form, next.isYesNo) = (.which, false)
            return next
        // "Who did it?", of what happened.
        case .findings where gauge == nil && previous.pick == nil && !previous.asksOngoing,
            .topic(.summary), .changes:
            next = ofNow(previous, .cpuBusy)
            (next.form, next.subject, next.threshold) = (.which, .processes(.cpu), nil)
            (next.isAtPeak, next.about) = (true, [.cpuBusy])
            next.window = previous.window ?? TimeWindow(minutes: 1440)
            return next
        case .topic(.absent):
            guard let gauge else { return nil }
            next = ofNow(previous, gauge)
            next.form = .unmeasured
            return next
        default:
            guard let gauge else { return nil }
            guard let order = Self.order(of: gauge) else {
                next = ofNow(previous, gauge)
                next.form = .unmeasured
                return next
            }
            next = ofNow(previous, gauge)
            next.subject = .processes(order)
        }
        if case .processes = next.subject {} else { next.subject = .processes(.cpu) }
        (next.form, next.statistic, next.threshold, next.comparison) = (.which, .now, nil, nil)
        next.window = nil
        if let window = previous.window {
            let isOver = window.isMoment || window.endsMinutesAgo > 0 && window.minutes <= 60
            if isOver { next.window = window.middle } else { (next.window, next.isAtPeak) = (window, true) }
        } else if previous.subject == .findings || previous.subject == .topic(.summary) {
            (next.window, next.isAtPeak) = (TimeWindow(minutes: 1440), true)
        } else if previous.isAtPeak {
            next.isAtPeak = true
        }
        if next.isAtPeak, let gauge { next.about = [gauge] }
        return next
    }

    private static func order(of gauge: Gauge) -> Query.Order? {
        let name = gauge.rawValue
        if name.hasPrefix("memory") || name.hasPrefix("swap") { return .memory }
        return name.hasPrefix("cpu") && gauge != .cpuSteal && gauge != .cpuIOWait || name.hasPrefix("load")
            ? .cpu : nil
    }

    // MARK: Which of several

    private static let picking: Set<String> = [
        "first", "second", "third", "fourth", "last", "latest", "newest", "earliest", "oldest", "worst",
        "biggest", "longest", "strongest", "severe", "serious", "most", "came", "come", "happened", "happen",
        "began", "begin", "started", "other", "when", "how", "long", "take", "lasted", "about", "there",
        "at", "time", "recent", "nearest",
    ]

    /// "Which came first?", "and the last one?", "which was the worst?"
    var pick: Query.Pick? {
        guard question.threshold == nil, gauges.isEmpty, saysOnly(Self.picking, Self.events) else {
            return nil
        }
        if says("worst", "biggest", "strongest", "most severe", "most serious") { return .worst }
        if says("longest", "lasted most") { return .longest }
        if says("latest", "newest", "most recent", "last one", "the last", "came last", "happened last") {
            return .last
        }
        if says("first", "earliest", "oldest") { return .at(1) }
        if says("second", "the other", "other one") { return .at(2) }
        if says("third") { return .at(3) }
        return says("fourth") ? .at(4) : nil
    }

    func picked(_ previous: Query) -> Query? {
        let isSummary = previous.subject == .topic(.summary)
        guard let pick, previous.subject == .findings || isSummary else { return nil }
        var next = same(previous)
        if isSummary { next.subject = .findings }
        next.pick = pick
        next.form = says("when", "what time") ? .when : says("how long") ? .duration : .value
        return next
    }
}
