import MaintenanceAPI
import Values

/// By how much a figure rose or fell.
extension QuestionReader {
    private static let changing = [
        "grow", "grown", "grew", "rise", "risen", "rose", "fall", "fallen", "fell", "change", "changed",
        "increase", "increased", "decrease", "decreased", "drop", "dropped", "shrink", "shrunk", "gain",
        "gained", "lose", "lost", "climb", "climbed", "go up", "gone up", "went up", "go down", "gone down",
        "went down", "differ", "differs", "jump", "jumped", "sink", "sunk", "sank", "add", "added",
    ]

    /// "By how much did /srv/data grow in the last hour?", "how much memory did we lose?"
    mutating func readDifference() -> Bool {
        guard
            says("by how much", "by how many", "how many percent") || begins("how much did", "how much has")
                || isMoreThan
                || begins(
                    "how much bigger", "how much larger", "how much fatter", "how much more",
                    "how much fuller")
                    && says("get", "got", "become", "became", "grow", "grew", "grown", "gotten")
                || begins("how much") && says("did", "has", "have") && says("lose", "lost", "gain", "gained")
                || didSpaceChange || isDelta,
            isDelta || Self.changing.contains(where: { says($0) })
                || says("fatter", "higher", "lower", "more", "less", "fuller", "bigger", "larger", "smaller"),
            !says("per hour", "per day", "each hour", "per minute", "will", "going to"),
            !says("an hour", "a day") || says("ago"),
            question.threshold == nil, !has("cost", "token", "relay", "packet", "message"),
            namedCount < 2 || !comparesEachOther,
            !saysStatistic || question.statistic == .trend,
            let gauge = namesHostNames && !namesMountPoint ? differingOfProcess : differing
        else { return false }
        let isUsual = says("usual", "usually", "normal", "normally")
        let asksWhether = didSpaceChange && !begins("how", "by")
        let isMoreUsed = has("free") ? direction == .down : direction == .up
        set(.value, .topic(.difference(gauge)))
        if asksWhether {
            (question.isYesNo, question.direction) = (true, direction == nil ? nil : isMoreUsed ? .up : .down)
        }
        finishDifference(isUsual)
        return true
    }

    /// "Delta of used memory over the last 4 minutes".
    private var isDelta: Bool {
        begins("delta of", "delta", "change of", "change in", "net change", "the change in", "difference in")
            && question.window != nil && !gauges.isEmpty && !says("when", "biggest", "largest")
    }

    /// "Did free disk space shrink?"
    private var didSpaceChange: Bool {
        begins("did", "has", "have") && has("free") && isAboutSpace && !has("memory", "swap", "inode")
            && (direction != nil || says("change", "changed"))
            && says(
                "change", "changed",
                "shrink", "shrunk", "shrank", "drop", "fall", "decrease", "go down", "get less", "grow",
                "increase")
    }

    /// "How much higher is the load than usual?"
    private var isMoreThan: Bool {
        begins(
            "how much more", "how much less", "how much higher", "how much lower", "how much fuller",
            "how much bigger", "how much larger", "how much smaller")
            && says("than")
            && says("usual", "usually", "normal", "ago", "yesterday", "before", "earlier", "last")
    }

    /// "How many seconds is the host's clock off?"
    mutating func readClockError() -> Bool {
        guard says("clock", "clocks", "system time", "host time", "server time"),
            says(
                "off", "wrong", "ahead", "behind", "drift", "drifted", "skew", "skewed", "fast", "slow",
                "late"),
            says("how many", "how much", "how far", "how big", "how large"), gauges.isEmpty
        else { return false }
        set(.count, .topic(.clock))
        (question.window, question.statistic, question.count) = (nil, .now, nil)
        saysForm = true
        return true
    }

    /// What a difference is between: this stretch and an earlier one, now and what is usual, both ends of a stretch.
    private mutating func finishDifference(_ isUsual: Bool) {
        question.statistic = .now
        saysForm = true
        if isUsual {
            question.comparison = .usual
        } else if says("compared", "than", "versus", "vs", "against") {
            var own = self
            own.finishComparison(now: now)
            question.comparison = own.question.comparison ?? .before(60)
        }
        // "Since a minute ago."
        if question.comparison == nil, let window = question.window, window.isMoment {
            question.comparison = .before(window.middleMinutesAgo)
        }
        if question.comparison != nil { question.window = nil }
    }

    /// Of one process only its memory is known from before.
    private var differingOfProcess: Gauge? {
        namedCount == 1 && (gauges.isEmpty || gauges.allSatisfy { $0.rawValue.hasPrefix("memory") })
            ? .memoryUsed : nil
    }

    var differing: Gauge? {
        if gauges.isEmpty || has("disk", "space", "filesystem") || namesPath && gauges.first == .diskUsed {
            return isAboutSpace ? .diskUsed : nil
        }
        guard let gauge = gauges.first, gauge != .uptime else { return nil }
        // The history of memory is kept in percent.
        return switch gauge {
        case .memoryTotal, .memoryAvailable, .memoryUsedBytes: .memoryUsed
        case .swapTotal, .swapFree, .swapUsedBytes: .swapUsed
        case .diskFree, .diskTotal, .diskUsedBytes: .diskUsed
        default: gauge
        }
    }

    // MARK: Of what was asked before

    private static let differences: Set<String> = [
        "by", "how", "much", "many", "percent", "gb", "mb", "points", "exactly", "higher", "lower", "more",
    ]

    /// "By how much?"
    var asksByHowMuch: Bool {
        if comparesBeginning, gauges.isEmpty || isBareRoom { return words.plain.count <= 10 }
        if begins(
            "how much did it", "how much has it", "and how much did it", "how much did that",
            "how much did they"),
            Self.changing.contains(where: { says($0) }) || says("fill", "fill up", "filled"),
            gauges.isEmpty || isBareRoom, words.plain.count <= 12
        {
            return true
        }
        return says("by how much", "by how many", "how much higher", "how much lower", "how much more")
            && saysOnly(Self.differences) && question.window == nil && gauges.isEmpty
    }

    /// "How much degrees more", "how much more": no room that is asked for.
    private var isBareRoom: Bool { !has("disk", "memory", "swap", "cpu", "network") && gauges.count <= 1 }

    func difference(_ previous: Query) -> Query? {
        guard asksByHowMuch, previous.comparison != .eachOther,
            let gauge = previous.figures.first ?? (previous.names.isEmpty ? nil : .diskUsed),
            gauge != .uptime
        else { return nil }
        var next = same(previous)
        (next.form, next.subject) = (.value, .topic(.difference(gauge)))
        (next.statistic, next.threshold, next.isYesNo) = (.now, nil, false)
        if next.comparison != nil { next.window = nil }
        if comparesBeginning || isOfWholeTime {
            next.window = TimeWindow(minutes: TimeWindow.maxMinutes)
            (next.comparison, next.isYesNo, next.direction) = (nil, isCheck, direction)
        }
        return next
    }
}
