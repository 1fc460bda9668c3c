import MaintenanceAPI

/// How many of what was told, and how much of the whole that is.
extension QuestionReader {
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
        guard asksBusyCores, previous.gauges == [.coreCount] || previous.subject == .topic(.limits)
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
}
