import MaintenanceAPI

/// Another one of several parts, only one of them, how many they are, and more of what was told.
extension QuestionReader {
    private static let ofOnes: Set<String> = [
        "which", "what", "who", "is", "are", "one", "ones", "the", "and", "of", "them", "these", "those",
        "both", "two", "then", "so", "only", "just", "core", "cores", "disk", "disks", "process",
        "interface", "sensor", "busy", "it", "about", "how", "please", "but", "full", "working", "at", "show",
        "me", "name", "used", "loaded", "filesystem", "partition", "mount", "top", "first", "entry", "line",
    ]
    private static let extremes: Set<String> = [
        "most", "highest", "biggest", "largest", "busiest", "hottest", "warmest", "worst", "fullest",
        "heaviest", "hardest", "busier", "hotter", "fuller", "least", "lowest", "smallest", "idlest",
        "coolest", "coldest", "quietest", "emptiest", "fewest", "laziest", "calmest", "top", "first",
        "lazier", "quieter", "idler", "emptier", "cooler", "smaller", "bigger", "less",
    ]
    private static let leasts: Set<String> = [
        "least", "lowest", "smallest", "idlest", "coolest", "coldest", "quietest", "emptiest", "fewest",
        "laziest", "calmest", "lazier", "quieter", "idler", "emptier", "cooler", "smaller", "less",
    ]

    /// "And the laziest one?", "which one is busier?", "only the biggest one".
    var asksExtremeOne: Bool {
        question.window == nil && question.threshold == nil && words.plain.count <= 8
            && (says("one", "which", "only", "just") || words.plain.count <= 4 && says("the"))
            && !Self.extremes.isDisjoint(with: words.plain)
            && words.plain.allSatisfy { Self.ofOnes.contains($0) || Self.extremes.contains($0) }
            && !says("how long", "how many", "how much")
    }

    func extremeOne(_ previous: Query) -> Query? {
        guard asksExtremeOne else { return nil }
        let isLeast = !Self.leasts.isDisjoint(with: words.plain)
        let isOnly = says("only", "just")
        var next = same(previous)
        switch previous.subject {
        case .cores, .gauges([.busiestCore]):
            next = Query()
            let component = Query.Component(
                kind: .core, measure: .use, rank: isLeast ? .least(1) : .most(1))
            (next.form, next.subject) = (.which, .topic(.component(component)))
        case .topic(.component(var component)):
            component.rank = isLeast ? .least(1) : .most(1)
            (component.number, component.isNamed) = (nil, false)
            (next.form, next.subject, next.isYesNo) = (.which, .topic(.component(component)), false)
        case .processes where isOnly && !isLeast:
            (next.form, next.rank, next.count, next.isLowest) = (.which, nil, nil, false)
        case .gauges([.diskUsed]) where isOnly && !isLeast && previous.names.isEmpty,
            .fileSystems where isOnly && !isLeast:
            next = Query()
            (next.subject, next.rank) = (.gauges([.diskUsed]), 1)
        default: return nil
        }
        return next
    }

    // MARK: On which

    private static let ofParts: Set<String> = [
        "on", "from", "by", "at", "interface", "interfaces", "nic", "card", "link", "device", "disk", "disks",
        "drive", "drives", "core", "cores", "sensor", "sensors", "filesystem", "mount", "partition", "volume",
        "file", "system", "fs", "cpu",
    ]

    /// "On which interface?", of a figure that each of several has.
    var asksOnWhich: Bool {
        says("which", "what") && words.plain.count <= 6 && question.window == nil
            && content.allSatisfy(Self.ofParts.contains) && !content.isEmpty
            && (kindOfComponent != nil
                || says("nic", "card", "device", "drive", "volume", "partition", "mount"))
    }

    func onWhich(_ previous: Query) -> Query? {
        guard asksOnWhich, previous.names.isEmpty, previous.statistic == .now, previous.window == nil,
            let gauge = previous.gauges.first,
            let (kind, measure) = Self.part(of: gauge, isBoth: previous.gauges.count > 1)
        else { return nil }
        var next = Query()
        let component = Query.Component(kind: kind, measure: measure, rank: .most(1))
        (next.form, next.subject) = (.which, .topic(.component(component)))
        return next
    }

    private static func part(
        of gauge: Gauge, isBoth: Bool
    ) -> (Query.Component.Kind, Query.Component.Measure)? {
        switch gauge {
        case .networkReceived: (.interface, isBoth ? .traffic : .received)
        case .networkSent: (.interface, .sent)
        case .receiveErrors, .sendErrors: (.interface, .errors)
        case .receiveDrops, .sendDrops: (.interface, .drops)
        case .diskReads: (.disk, isBoth ? .traffic : .reads)
        case .diskWrites: (.disk, .writes)
        case .diskReadOperations, .diskWriteOperations: (.disk, .operations)
        case .diskWait: (.disk, .wait)
        case .diskBusy: (.disk, .use)
        case .temperature: (.sensor, .temperature)
        case .diskUsed: (.fileSystem, .full)
        case .cpuBusy, .busiestCore: (.core, .use)
        default: nil
        }
    }

    // MARK: How many

    private static let ofWaiting: Set<String> = [
        "how", "many", "processes", "process", "tasks", "task", "threads", "programs", "are", "of", "them",
        "is", "there", "wait", "waiting", "stuck", "blocked", "hanging", "hang", "and", "so", "then", "now",
        "in", "all", "exactly", "about", "that", "those", "these", "do", "queue", "ones", "jobs",
    ]

    /// "How many?", after whether tasks wait; "and how many are stuck?", after how many run.
    var asksHowManyWait: Bool {
        says("how many") && question.window == nil && question.threshold == nil
            && words.plain.allSatisfy(Self.ofWaiting.contains)
    }

    func howManyWait(_ previous: Query) -> Query? {
        guard asksHowManyWait, let gauge = previous.gauges.first else { return nil }
        let waiting: Gauge
        switch gauge {
        case .cpuPressure where previous.gauges.count == 1: waiting = .runningProcesses
        case .ioPressure where previous.gauges.count == 1: waiting = .blockedProcesses
        case .runningProcesses, .blockedProcesses, .processCount:
            guard says("stuck", "blocked", "hanging", "hang", "wait", "waiting") else { return nil }
            waiting = .blockedProcesses
        default: return nil
        }
        var next = ofNow(previous, waiting)
        (next.form, next.threshold, next.isYesNo) = (.value, nil, false)
        return next
    }

    /// "How many of them are busy?", of cores.
    func busyCores(_ previous: Query) -> Query? {
        guard says("how many", "which"), says("of them", "of those", "of these", "are"),
            says("busy", "used", "in use", "idle", "working", "free"),
            previous.gauges == [.coreCount] || previous.subject == .topic(.limits)
        else { return nil }
        var next = Query()
        (next.form, next.subject) = (.list, .cores)
        return next
    }

    var asksBusyCores: Bool {
        words.plain.count <= 8 && says("how many", "which") && says("of them", "of those", "of these", "are")
            && says("busy", "used", "in use", "idle", "working", "free") && question.window == nil
    }

    /// "How many?", after whether there are any.
    var asksHowManyAlone: Bool {
        [
            ["how", "many"], ["how", "many", "are", "there"], ["how", "many", "exactly"],
            ["how", "many", "are", "they"],
        ]
        .contains(words.plain.filter { !Self.linking.contains($0) })
    }

    func howManyAlone(_ previous: Query) -> Query? {
        guard asksHowManyAlone, previous.form == .check, previous.threshold == nil,
            let gauge = previous.gauges.first, gauge != .oomKills,
            [.count, .perSecond].contains(gauge.traits.unit)
        else { return nil }
        var next = previous
        (next.form, next.isYesNo, next.also, next.deniesPresence) = (.value, false, [], false)
        return next
    }

    // MARK: The rest

    /// "Anything else?", "what else?", "and after that?", of what is wrong.
    var asksForRest: Bool {
        words.plain.count <= 6
            && says(
                "anything else", "something else", "what else", "nothing else", "and after that", "and then")
            && words.plain.allSatisfy {
                Self.pointing.contains($0) || Self.linking.contains($0)
                    || ["anything", "something", "else", "nothing", "there", "wrong", "after", "any"]
                        .contains($0)
            }
    }

    func restOfAll(_ previous: Query) -> Query? {
        guard asksForRest, !previous.isOfService else { return nil }
        switch previous.subject {
        case .host, .slow, .bottleneck, .findings, .changes, .topic(.summary): break
        default: return nil
        }
        var next = Query()
        (next.form, next.subject, next.suspectsTrouble, next.isRest) = (.check, .host, true, true)
        return next
    }

    // MARK: Need

    private static let ofNeeds: Set<String> = [
        "some", "any", "more", "bigger", "larger", "need", "i", "we", "should", "buy", "add", "another",
        "upgrade", "get", "to", "really", "at", "all", "even", "faster", "would", "help",
    ]

    /// "Do I need more?", of memory, swap or space.
    var asksForNeed: Bool {
        isCheck && words.plain.count <= 8 && says("need", "buy", "add", "upgrade", "get")
            && says("i", "we") && question.window == nil && question.threshold == nil
            && words.plain.allSatisfy {
                Self.pointing.contains($0) || Self.linking.contains($0) || Self.ofNeeds.contains($0)
            } && says("some", "any", "more", "it", "one", "bigger", "larger", "another")
    }

    func need(_ previous: Query) -> Query? {
        guard asksForNeed, previous.form != .explain, let gauge = previous.figures.first else { return nil }
        let name = gauge.rawValue
        let isDisk = name.hasPrefix("disk") && Self.partner(of: gauge) == nil
        // Swap is wanted where memory is short.
        guard isDisk || name.hasPrefix("memory") || name.hasPrefix("swap") else { return nil }
        var next = ofNow(previous, isDisk ? .diskUsed : .memoryUsed)
        (next.form, next.suspectsTrouble, next.isYesNo, next.judgesAmount) = (.check, true, true, true)
        next.threshold = nil
        return next
    }

    // MARK: A share

    private static let ofShares: Set<String> = [
        "of", "total", "all", "whole", "percent", "%", "percentage", "share", "fraction", "part", "how",
        "much", "what", "is", "that", "it", "the", "in", "memory", "ram", "as", "a", "which", "and", "are",
        "many", "does", "use", "take", "have", "this", "from", "overall",
    ]

    /// "How much of the total is that?", of what a process uses.
    var asksShareOfAll: Bool {
        question.window == nil && question.threshold == nil && words.plain.allSatisfy(Self.ofShares.contains)
            && says(
                "percent", "%", "percentage", "share", "fraction", "of total", "of all", "of the total",
                "of the whole", "what part", "which part", "of the memory", "of memory", "of all memory")
    }

    func shareOfAll(_ previous: Query) -> Query? {
        guard asksShareOfAll, previous.subject == .processes(.memory), !previous.isAtPeak,
            previous.window == nil, previous.form != .list
        else { return nil }
        var next = Query()
        (next.subject, next.names) = (.topic(.shareOfMemory), previous.names)
        return next
    }

    // MARK: More

    /// "In more detail, please."
    var asksForMore: Bool {
        words.plain.count <= 7 && question.window == nil && gauges.isEmpty
            && says(
                "more detail", "more details", "in detail", "the details", "details please", "detailed",
                "elaborate", "tell me more", "more information", "more info", "more specific", "long version",
                "more please", "some details", "be specific")
    }

    func more(_ previous: Query) -> Query? {
        guard asksForMore else { return nil }
        var next = Query()
        switch previous.subject {
        case .host, .slow, .findings, .changes:
            (next.subject, next.window) = (.topic(.summary), previous.window)
        case .processes(let order): (next.form, next.subject) = (.list, .processes(order))
        case .gauges([.diskUsed]), .gauges([.diskFree]), .fileSystems:
            (next.form, next.subject) = (.list, .fileSystems)
        case .gauges([.cpuBusy]): (next.form, next.subject) = (.list, .cores)
        default: return nil
        }
        return next
    }

    // MARK: Anything serious

    private static let serious: Set<String> = [
        "serious", "bad", "important", "critical", "urgent", "worrying", "dangerous", "alarming", "severe",
        "relevant", "grave",
    ]

    /// "Anything serious?", of what was found.
    var asksAnythingSerious: Bool {
        words.plain.count <= 7
            && says("anything", "something", "any", "was it", "is it", "is that", "was that")
            && !Self.serious.isDisjoint(with: words.plain)
            && words.plain.allSatisfy {
                Self.serious.contains($0) || Self.pointing.contains($0) || Self.linking.contains($0)
                    || ["anything", "something", "any", "there", "really", "among"].contains($0)
            }
    }

    func anythingSerious(_ previous: Query) -> Query? {
        guard asksAnythingSerious, previous.subject == .findings || previous.subject == .changes else {
            return nil
        }
        var next = same(previous)
        (next.form, next.subject, next.about) = (.value, .findings, [])
        (next.asksOngoing, next.isYesNo, next.suspectsTrouble) = (true, true, true)
        (next.window, next.pick) = (nil, nil)
        return next
    }

    // MARK: Without the cache

    /// "Without the cache, I mean", of memory.
    func withoutCache(_ previous: Query) -> Query? {
        guard saysWithoutCache, let gauge = previous.gauges.first else { return nil }
        let wanted: Gauge
        switch gauge {
        case .memoryAvailable, .memoryFree, .memoryTotal: wanted = .memoryFree
        case .memoryUsed, .memoryUsedBytes: wanted = .memoryUsedBytes
        default: return nil
        }
        var next = ofNow(previous, wanted)
        (next.form, next.threshold, next.isYesNo) = (.value, nil, false)
        return next
    }

    var saysWithoutCache: Bool {
        words.plain.count <= 9 && question.window == nil
            && says(
                "without the cache", "without cache", "without caches", "without the page cache",
                "without page cache", "without buffers", "minus cache", "minus the cache",
                "cache not counted",
                "not counting the cache", "not counting cache", "without the caches")
    }
}
