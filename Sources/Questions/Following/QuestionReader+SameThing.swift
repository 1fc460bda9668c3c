import MaintenanceAPI

/// A further side of what was told: the load over another time, the number of a process, whether two things began together.
extension QuestionReader {
    private static let loads: [String: Gauge] = [
        "1": .load1, "one": .load1, "5": .load5, "five": .load5, "15": .load15, "fifteen": .load15,
    ]
    private static let ofLoads: Set<String> = [
        "minute", "minutes", "min", "m", "load", "average", "avg", "over", "value", "figure", "now", "only",
    ]

    /// "And the 15 minute one?"
    var asksOtherLoad: Bool {
        saysOnly(Self.ofLoads, Set(Self.loads.keys))
            && (says("minute", "minutes", "min") || content.count == 1)
            && !says("last", "past", "ago", "in", "earlier", "before", "for", "since")
            && gaugeOfOtherLoad != nil
    }

    private var gaugeOfOtherLoad: Gauge? { words.plain.lazy.compactMap { Self.loads[$0] }.first }

    func otherLoad(_ previous: Query) -> Query? {
        guard asksOtherLoad, let gauge = gaugeOfOtherLoad, previous.threshold == nil,
            let before = previous.gauges.first, [.load1, .load5, .load15].contains(before)
        else { return nil }
        var next = same(previous)
        next.subject = .gauges([gauge])
        return next
    }

    private static let ofClocks: Set<String> = [
        "by", "how", "many", "much", "far", "seconds", "minutes", "off", "wrong", "ahead", "behind", "late",
        "fast",
        "slow", "error", "big", "difference", "exactly", "about",
    ]

    /// "By how many seconds is it off?", of the clock.
    var asksErrorOfClock: Bool {
        saysOnly(Self.ofClocks)
            && says(
                "off", "wrong", "ahead", "behind", "late", "fast", "how far", "how much", "how many seconds")
    }

    func errorOfClock(_ previous: Query) -> Query? {
        guard asksErrorOfClock, previous.subject == .topic(.clock) else { return nil }
        var next = same(previous)
        (next.form, next.isYesNo, next.window) = (.count, false, nil)
        return next
    }

    /// "How often does it take one?", of the probe and its readings.
    var asksTheInterval: Bool {
        says(
            "how often", "how frequently", "at what interval", "how many times", "what interval",
            "every how many", "every how long")
            && words.plain.count <= 10
            && (gauges.isEmpty || gauges == [.probeInterval]) && question.window == nil
            && question.threshold == nil
            && says("it", "that", "they", "one", "does", "do", "every how many", "every how long")
    }

    /// "When was the last one?", "how many so far?", of readings.
    var asksOfReadings: Bool {
        question.window == nil && words.plain.count <= 7 && gauges.isEmpty
            && says(
                "the last one", "last one", "the newest one", "newest", "how many so far",
                "how many until now",
                "how many by now", "how many already", "how many are there", "how many do you have",
                "how many have you")
    }

    func ofReadings(_ previous: Query) -> Query? {
        guard asksOfReadings else { return nil }
        switch previous.subject {
        case .gauges([.probeInterval]), .readingAge, .telemetry, .topic(.product(.retention)),
            .topic(.product(.readings)):
            break
        default: return nil
        }
        var next = Query()
        next.subject = says("how many") ? .topic(.product(.readingCount)) : .readingAge
        return next
    }

    func interval(_ previous: Query) -> Query? {
        guard asksTheInterval else { return nil }
        switch previous.subject {
        case .telemetry, .readingAge, .topic(.product(.probe)), .topic(.product(.readings)): break
        default: return nil
        }
        var next = Query()
        next.subject = .gauges([.probeInterval])
        return next
    }

    private static let ofHeights: Set<String> = [
        "how", "high", "much", "big", "many", "bad", "far", "value", "what", "up", "go", "went", "get", "got",
        "then",
    ]

    /// "And how high?", after when or how long.
    var asksHowHigh: Bool {
        saysOnly(Self.ofHeights)
            && says("how high", "how much", "how big", "how many", "how bad", "what value", "how far")
            && question.window == nil && question.threshold == nil
    }

    func howHigh(_ previous: Query) -> Query? {
        guard asksHowHigh, [.when, .duration].contains(previous.form), !previous.gauges.isEmpty,
            previous.gauges != [.oomKills], previous.gauges != [.uptime], !previous.isBefore
        else { return nil }
        var next = same(previous)
        (next.form, next.threshold, next.isYesNo) = (.value, nil, false)
        (next.isSince, next.isEnd) = (false, false)
        next.statistic = previous.statistic == .low ? .low : .peak
        next.window = previous.window ?? TimeWindow(minutes: 1440)
        return next
    }

    private static let ofNumbers: Set<String> = [
        "pid", "pids", "process", "number", "id", "its", "his", "and", "what", "which", "under", "the",
        "give",
        "with", "has", "have", "about", "name", "first", "one", "top", "of", "that",
    ]

    /// "What is its PID?"
    var asksNumberOfProcess: Bool {
        says("pid", "process id", "process number") && saysOnly(Self.ofNumbers) && question.window == nil
    }

    func numberOfProcess(_ previous: Query) -> Query? {
        guard asksNumberOfProcess else { return nil }
        let order: Query.Order
        switch previous.subject {
        case .processes(let own): order = own
        case .process: order = .cpu
        case .topic(.processAt(let place, let own)):
            var next = same(previous)
            (next.form, next.subject, next.rank) = (.value, .topic(.numberOfProcess(own)), place)
            return next
        default:
            guard !previous.names.isEmpty else { return nil }
            order = previous.gauges.contains { $0.rawValue.hasPrefix("memory") } ? .memory : .cpu
        }
        var next = same(previous)
        (next.form, next.subject, next.statistic) = (.value, .topic(.numberOfProcess(order)), .now)
        return next
    }

    private static let ofStarts: Set<String> = [
        "both", "they", "all", "two", "these", "those", "start", "started", "begin", "began", "happen",
        "happened", "come", "came", "up", "same", "time", "moment", "once", "together", "simultaneously",
        "at", "the", "did", "each", "appear", "appeared", "occur", "occurred",
    ]

    /// "Did both start at the same time?"
    var asksSameStart: Bool {
        isCheck && saysOnly(Self.ofStarts, Self.events)
            && says("same time", "same moment", "at once", "together", "simultaneously")
    }

    func sameStart(_ previous: Query) -> Query? {
        guard asksSameStart, [.host, .slow, .findings, .bottleneck].contains(previous.subject) else {
            return nil
        }
        var next = same(previous)
        (next.form, next.subject, next.isYesNo) = (.check, .topic(.sameStart), true)
        (next.window, next.statistic, next.pick) = (nil, .now, nil)
        return next
    }

    private static let ways: Set<String> = [
        "in", "out", "or", "incoming", "outgoing", "inbound", "outbound", "received", "sent", "up", "down",
        "read", "written",
        "reads", "writes", "both", "direction", "each", "which", "way",
    ]

    /// "In or out?"
    var asksInOrOut: Bool {
        !content.isEmpty
            && words.plain.allSatisfy {
                Self.ways.contains($0) || Self.linking.contains($0) || Self.pointing.contains($0)
            }
            && says(
                "in or out", "incoming or outgoing", "inbound or outbound", "received or sent", "up or down",
                "reads or writes", "read or written", "out or in", "sent or received", "which direction",
                "which way")
    }

    func inOrOut(_ previous: Query) -> Query? {
        guard asksInOrOut, let gauge = previous.gauges.first else { return nil }
        var next = same(previous)
        switch gauge {
        case .networkReceived, .networkSent: next.subject = .gauges([.networkReceived, .networkSent])
        case .diskReads, .diskWrites: next.subject = .gauges([.diskReads, .diskWrites])
        case .receiveDrops, .sendDrops: next.subject = .gauges([.receiveDrops, .sendDrops])
        case .receiveErrors, .sendErrors: next.subject = .gauges([.receiveErrors, .sendErrors])
        default: return nil
        }
        (next.form, next.threshold, next.isYesNo, next.direction) = (.value, nil, false, nil)
        return next
    }

    /// "And how busy is it?", of disks.
    var asksHowBusy: Bool {
        says("how busy")
            && words.plain.allSatisfy {
                ["how", "busy", "is", "it", "are", "they", "and", "the", "that", "disk", "disks"].contains($0)
            }
    }

    func howBusy(_ previous: Query) -> Query? {
        guard asksHowBusy, let gauge = previous.gauges.first,
            [.diskReads, .diskWrites, .diskReadOperations, .diskWriteOperations, .diskWait].contains(gauge)
        else { return nil }
        var next = ofNow(previous, .diskBusy)
        (next.form, next.threshold, next.isYesNo) = (.value, nil, false)
        return next
    }

    /// "When will it run out?", of memory or swap, where it does not say of what.
    var asksUntilFull: Bool {
        words.plain.count <= 9 && says("it", "that", "this", "we", "they") && question.window == nil
            && !has("disk", "space", "filesystem", "memory", "swap", "inode")
            && (question.form == .until || says("how long until", "how long before", "until when"))
            && says("full", "run out", "runs out", "out", "last", "lasts", "exhausted", "used up")
    }

    func untilFull(_ previous: Query) -> Query? {
        guard asksUntilFull else { return nil }
        let isMemory: Bool
        switch previous.subject {
        case .memory, .memoryLeak, .processes(.memory): isMemory = true
        default:
            guard let gauge = previous.figures.first else { return nil }
            isMemory = gauge.rawValue.hasPrefix("memory")
            guard isMemory || gauge.rawValue.hasPrefix("swap") else { return nil }
        }
        var next = same(previous)
        (next.form, next.subject, next.window, next.statistic) = (
            .until, isMemory ? .memory : .swap, nil, .now
        )
        (next.threshold, next.comparison, next.names, next.about) = (nil, nil, [], [])
        next.isYesNo = isCheck
        return next
    }

    /// "And full at what time?", of disks.
    var asksFullWhen: Bool {
        let known: Set = [
            "full", "at", "what", "time", "when", "will", "be", "is", "it", "and", "by", "then", "that",
        ]
        if says("when will it be"), says("goes on", "like this", "this rate", "continues"),
            words.plain.count <= 12
        {
            return true
        }
        return words.plain.count <= 8 && words.plain.allSatisfy(known.contains) && says("full")
            && says("what time", "when")
    }

    func fullWhen(_ previous: Query) -> Query? {
        guard asksFullWhen else { return nil }
        switch previous.subject {
        case .disk, .diskGrowth, .fileSystems, .topic(.difference(.diskUsed)): break
        case .gauges(let gauges) where gauges.first?.rawValue.hasPrefix("disk") ?? false: break
        default: return nil
        }
        var next = same(previous)
        (next.form, next.subject, next.window, next.statistic) = (.until, .disk, nil, .now)
        (next.threshold, next.comparison, next.isYesNo) = (nil, nil, false)
        return next
    }

    /// "How many of them run?", of processes.
    var asksHowManyRun: Bool {
        says("how many") && says("of them", "of those", "of these")
            && says("run", "running", "active", "busy", "doing", "working", "at work")
            && words.plain.count <= 12
    }

    func runningOfAll(_ previous: Query) -> Query? {
        guard asksHowManyRun, previous.gauges == [.processCount] else { return nil }
        return ofNow(previous, .runningProcesses)
    }

    /// "What are they all?", of processes.
    var asksWhatTheyAre: Bool {
        words.plain.count <= 6
            && (begins(
                "what are they", "who are they", "which are they", "what are those", "and what are they",
                "what are all")
                || words.plain == ["which", "ones"] || says("name them", "list them", "show them"))
    }

    func allOfThem(_ previous: Query) -> Query? {
        guard asksWhatTheyAre, previous.gauges == [.processCount] || previous.gauges == [.runningProcesses]
        else { return nil }
        var next = Query()
        (next.form, next.subject) = (.list, .processes(.cpu))
        return next
    }

    /// "Can I get that back?", of the page cache.
    var asksToReclaim: Bool {
        (isCheck || words.plain.count <= 3) && words.plain.count <= 9 && gauges.isEmpty
            && says(
                "count as used", "counted as used", "part of used", "included in used", "count as",
                "that back", "it back", "get that back", "get it back", "free it", "free that", "reclaim",
                "release it", "be freed",
                "drop it", "drop that",
                "clear it", "clear that", "given back", "gets freed", "be used")
    }

    func reclaimed(_ previous: Query) -> Query? {
        guard asksToReclaim, previous.gauges == [.memoryCached] || previous.gauges == [.memoryBuffers] else {
            return nil
        }
        var next = ofNow(previous, .memoryCached)
        next.form = .explain
        return next
    }

    /// "Can it read them?", of the relay and the messages that wait in it.
    var asksWhoReads: Bool {
        isCheck && words.plain.count <= 7 && says("read", "see", "decrypt", "look into")
            && words.plain.allSatisfy {
                [
                    "can", "could", "does", "do", "it", "they", "them", "that", "those", "read", "see",
                    "decrypt", "the", "relay", "messages",
                    "and", "also", "look", "into", "my", "these",
                ].contains($0)
            }
    }

    func readers(_ previous: Query) -> Query? {
        guard asksWhoReads,
            previous.subject == .relay || previous.gauges.first?.rawValue.hasPrefix("relay") ?? false
        else { return nil }
        var next = Query()
        (next.form, next.subject) = (.value, .topic(.product(.readers)))
        return next
    }
}
