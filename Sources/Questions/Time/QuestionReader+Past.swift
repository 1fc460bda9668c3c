import MaintenanceAPI
import Values

/// Why something was as it was, and which process did it: asked of what is over.
extension QuestionReader {
    private static let beingOver = [
        "was", "were", "did", "had", "spiked", "peaked", "jumped", "rose", "went", "got", "caused", "earlier",
        "happened", "made", "ago", "before", "just now", "triggered", "took", "used", "ate", "consumed",
        "grabbed",
        "hogged", "needed", "pegged", "maxed", "maxed out", "hammered", "saturated", "overloaded", "loaded",
        "burned",
        "burnt", "stole", "occupied", "filled",
    ]
    private static let going = [
        "is", "are", "still", "now", "currently", "right now", "at the moment", "has been", "have been",
        "does", "do", "keeps", "than", "before it", "usual",
    ]
    /// Times of which nobody knows the minute: what stands out lately is meant.
    private static let vague = [
        "some minutes ago", "few minutes ago", "couple of minutes ago", "couple minutes ago", "a while ago",
        "some time ago", "a bit ago", "a while back",
    ]
    /// What goes on now is not meant by these.
    private static let overWords = ["earlier", "before", "previously", "ago"]
    private static let causing = [
        "which process", "what process", "which program", "what program", "which processes", "which app",
        "who", "what application", "which application", "which task", "which job", "what was using",
        "what was eating", "what used", "what ate", "what hogged", "what was hogging", "what was running",
        "which service", "what hammered", "what was hammering", "what loaded", "what was loading",
        "what kept", "what was hitting", "what was going on", "what was happening", "what was on",
    ]

    var saysVagueTime: Bool { Self.vague.contains { says($0) } }

    /// "Why was the CPU so high?", "which process caused the load some minutes ago?"
    mutating func readPastCause() -> Bool {
        let isWho = Self.causing.contains { says($0) } && (saidForm != .why || says("process", "program"))
        let isWhat =
            begins(
                "what was that", "what was the", "what was this", "what are those", "what were those",
                "what were the")
            && says("spike", "spikes", "peak", "surge", "burst", "jump", "bump") && !saysStatisticOfFigure
        guard isWho || saidForm == .why || isWhat, Self.beingOver.contains(where: { says($0) }),
            !Self.going.contains(where: { says($0) }), question.threshold == nil, !namesHostNames,
            !has("relay", "probe", "oom", "boot", "reading", "telemetry", "cost", "token", "zombie", "kill"),
            let gauge = pastGauge(isWho) ?? pastDisk
        else { return false }
        // A moment that is named needs no search.
        let isVague = saysVagueTime
        if let window = question.window, !isVague, window.isMoment || window.endsMinutesAgo > 0 {
            // "So much about 9 minutes ago": nobody remembers the very minute.
            guard window.isMoment, window.middleMinutesAgo <= 60,
                says("about", "around", "roughly", "approximately", "circa", "approx")
            else { return false }
            let middle = window.middleMinutesAgo
            let around = max(2, middle / 4)
            question.window = TimeWindow(minutes: 2 * around, endsMinutesAgo: max(0, middle - around))
        }
        question.window = isVague ? nil : question.window
        question.isOver = Self.overWords.contains { says($0) }
        // Who asks of a few minutes ago means nothing that was before.
        if says("few minutes ago", "couple of minutes ago", "couple minutes ago") {
            question.window = TimeWindow(minutes: 10)
        }
        // "Was it python3 that took it?", "what was that spike?"
        if isWho, Self.isOfProcesses(gauge) {
            set(.which, .processes(gauge.rawValue.hasPrefix("memory") ? .memory : .cpu))
        } else {
            set(.why, .gauges([gauge]))
        }
        (question.isAtPeak, question.about, question.statistic) = (true, [gauge], .now)
        saysForm = true
        return true
    }

    /// "What was the peak of the CPU?" asks for the figure.
    private var saysStatisticOfFigure: Bool { !gauges.isEmpty && says("peak") && !says("that") }

    /// What was high. Slowness shows in the load, whatever it comes from.
    private func pastGauge(_ isWho: Bool) -> Gauge? {
        if gauges.count > 1, gauges[0] != .load1, gauges != [.networkReceived, .networkSent] { return nil }
        if let gauge = gauges.first {
            if isWho { return Self.isOfProcesses(gauge) ? gauge : nil }
            return gauge.traits.unit == .bytes || [.diskUsed, .uptime, .coreCount].contains(gauge)
                ? nil : gauge
        }
        if says(
            "that spike", "the spike", "that peak", "that jump", "that bump", "that surge", "those spikes")
        {
            return .cpuBusy
        }
        return !isWho && has("slow") || says("spike", "peak", "spikes", "surge", "burst", "jump", "bump")
            ? .load1 : nil
    }

    private static func isOfProcesses(_ gauge: Gauge) -> Bool {
        [.cpuBusy, .memoryUsed, .load1, .cpuUser, .cpuSystem].contains(gauge)
    }

    /// "What hammered the disk earlier?": no reading tells which process, but when it was.
    private var pastDisk: Gauge? {
        guard has("disk") || has("io"), !isAboutSpace || says("hammered", "hammering"),
            says(
                "hammered", "hammering", "hitting", "busy", "thrashed", "thrashing", "loaded", "loading",
                "slow")
        else { return nil }
        return has("read") ? .diskReads : has("write") ? .diskWrites : .diskBusy
    }

    /// "Why did the free disk space go down?": by how much, as no reading tells which files.
    mutating func readPastOfSpace() -> Bool {
        if says("who", "which process", "what", "which program"), isAboutSpace || says("disk"),
            says("filled", "fills", "filling", "fill up", "filled up", "ate", "eating up", "took", "used up"),
            !says("how", "when", "most", "percent"), question.threshold == nil,
            !has("memory", "swap", "inode")
        {
            set(.value, .topic(.difference(.diskUsed)))
            (question.statistic, question.asksWriter) = (.now, true)
            saysForm = true
            return true
        }
        guard saidForm == .why, isAboutSpace, Self.beingOver.contains(where: { says($0) }),
            says(
                "go", "went", "down", "up", "grow", "grew", "shrink", "shrank", "drop", "dropped", "fill",
                "filled",
                "rise", "rose", "increase", "increased", "jump", "jumped", "disappear", "less", "more",
                "fall", "fell"),
            question.threshold == nil, !has("memory", "swap", "inode", "io", "latency", "hung")
        else { return false }
        set(.value, .topic(.difference(.diskUsed)))
        question.statistic = .now
        saysForm = true
        return true
    }

    // MARK: Of the load averages

    /// "Why is the 5 min load higher than the 1 min load?"
    mutating func readCourseOfLoad() -> Bool {
        let named = ["minute1", "minute5", "minute15"].count { has($0) }
        guard saidForm == .why, has("load"), named >= 2,
            says(
                "higher", "lower", "more", "less", "bigger", "smaller", "different", "differ", "above",
                "below")
        else { return false }
        set(.why, .topic(.courseOfLoad))
        (question.window, question.statistic, question.comparison, question.threshold) = (nil, .now, nil, nil)
        saysForm = true
        return true
    }

    // MARK: Since when it is well again

    /// "Since when is it quiet again?"
    var saysWellAgain: Bool {
        says(
            "quiet again", "calm again", "normal again", "ok again", "okay again", "fine again", "idle again",
            "low again", "well again", "better again", "healthy again", "back to normal", "good again",
            "stable again", "back down", "down again", "over")
    }
}
