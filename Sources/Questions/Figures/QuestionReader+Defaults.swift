import Foundation
import MaintenanceAPI
import Values

/// What goes without saying.
extension QuestionReader {
    mutating func finish(now: Date) {
        switch question.subject {
        case .gauges(let gauges): finish(gauges, now: now)
        case .changes: finishChanges(now: now)
        case .topic(.component(let part)) where part.rank == .even: question.isLowest = isOneSided
        case .nothing where namesHostNames && asksMost: question.asksMost = true
        case .findings, .host, .slow, .networkOK, .boot, .gaps, .memoryLeak, .disk, .memory:
            question.judged = nil
        case .processes:
            question.judged = nil
            // "The most memory of any process so far": over all the time that processes are kept.
            if question.window == nil, !question.isAtPeak, [.which, .value, .list].contains(question.form),
                says("at its worst", "at worst", "at their worst", "at its peak", "at most", "ever", "so far")
            {
                question.window = TimeWindow(minutes: 1440)
            }
        default: break
        }
        if question.form != .judge { question.judged = nil }
        if [.findings, .topic(.summary)].contains(question.subject), question.form != .count, saysInOrder {
            (question.subject, question.isInOrder) = (.findings, true)
        }
        // "More reads or writes?" names the one.
        let isOneOrOther =
            question.comparison == .eachOther || question.asksOngoing && question.form == .value
        question.isYesNo = isCheck && !(isOneOrOther && words.plain.contains("or"))
        if question.gauges == [.temperature], says("fahrenheit", "kelvin") {
            question.unit = words.plain.lazy.compactMap(Query.AskedUnit.init(word:)).first {
                $0.kind == .temperature
            }
        }
        readUnit()
        question.isSum = says(
            "in total", "altogether", "together", "all in all", "all together", "combined", "in sum",
            "in all", "overall",
            "total capacity", "across all", "over all", "of all file systems", "of all disks")
        question.picksVerdict = question.picksVerdict || asksWhichJudgement
        question.direction = question.direction ?? direction
        question.comparesThen = isOfThen
        if question.comparison != .eachOther, question.statistic != .trend, question.form != .compare,
            !question.asksEver
        {
            question.direction = nil
        }
        let saysStart =
            (says("start", "started", "starting", "begin", "began", "beginning")
                || says(
                    "go up", "went up", "going up", "rise", "rose", "climb", "climbed", "jump", "jumped",
                    "increase", "increased")
                    && says("when did", "since when", "when was"))
            && !has("process")
        question.isSince =
            question.isSince || question.form == .when && (isSince || saysStart && !gauges.isEmpty)
        question.premise = premise
        question.isEnd =
            (isEnding || says("since when") && saysWellAgain) && question.form == .when
            && question.subject != .topic(.hangSince)
        question.suspectsHang = !says(
            "answer", "responding", "answering", "respond", "reachable", "accessible", "ok", "fine",
            "answers", "reach",
            "usable", "access", "healthy", "alive"
        )
        let isOver = says(
            "stopped", "over", "gone", "ended", "resolved", "solved", "recovered", "stop", "disappeared")
        question.suspectsNetworkTrouble =
            !isOver
            && (!has("fine") && !says("up", "connected") || has("loss", "drop", "error", "trouble"))
        question.suspectsSilence = says(
            "stale", "old", "missing", "stopped", "silent", "dead", "down", "broken", "out of date",
            "outdated",
            "late", "delayed")
        if question.form == .until, question.subject == .disk || question.subject == .nothing,
            says("how full", "how much", "how many percent", "what percentage"), says("be", "have", "left"),
            let minutes = horizon(now: now)
        {
            question.hoursAhead = max(1, Int((Double(minutes) / 60).rounded()))
        }
        if question.form == .until {
            question.suspectsTrouble = !says(
                "last", "hold", "suffice", "sufficient", "enough", "wait", "survive", "make it",
                "get through", "cope")
            question.asksLevelAhead =
                !isCheck && says("will")
                && says("what", "where", "how much", "how high", "how full", "how will")
            question.horizon = horizon(now: now) ?? question.window?.minutes
            if says("today", "tonight") || isWeekday || says("till", "until", "before", "by") {
                question.window = nil
            }
        }
        if [.check, .judge, .compare].contains(question.form), question.subject != .host {
            let isRightClock =
                question.subject == .topic(.clock) && !Self.wrongness.contains(where: { says($0) })
            let isUp =
                question.subject == .relay
                && says(
                    "up", "running", "working", "alive", "reachable", "online", "delivered", "through",
                    "arriving",
                    "flowing")
            let isSuffering = says("suffering", "suffer", "affected", "struggling", "hurt", "impacted")
            question.suspectsTrouble =
                isSuffering
                || !(has("fine") || isRightClock || isUp
                    || says("enough", "headroom", "sufficient", "all", "plenty")
                    || question.asksOngoing && saysCalmAgain
                    || question.gauges == [.ioPressure] && says("fast", "quick", "responsive")
                    || question.gauges == [.inodesUsed] && begins("will") && says("last", "hold", "suffice"))
        }
        if question.window != nil, question.threshold == nil, [.check].contains(question.form),
            says("quiet", "idle", "calm", "idling", "bored", "relaxed"), question.gauges == [.cpuBusy]
        {
            (question.asksCalm, question.suspectsTrouble) = (true, false)
        }
        if question.subject == .findings, isCheck, has("fine"), !has("trouble", "anomaly"), !deniesSomething,
            !Self.notNormal.contains(where: { says($0) })
        {
            question.wantsWhole = true
        }
        if question.subject == .bottleneck { question.deniesPresence = deniesSomething }
        if [.check, .compare].contains(question.form), deniesSomething {
            question.suspectsTrouble = question.subject == .host && !has("trouble")
            question.deniesPresence = true
        }
        if question.comparison == nil, question.form == .compare, question.subject != .changes {
            question.form = .value
        }
        if namesHostNames, isCheck, asksMost { question.asksMost = true }
        if case .processes = question.subject, question.form == .list, question.count == 1 {
            question.form = .which; question.count = nil
        }
        switch question.subject {
        case .processes, .fileSystems, .nothing: break
        default: question.count = nil
        }
        if case .gauges = question.subject, question.form != .explain {} else { question.statistic = .now }
    }

    mutating func finish(_ gauges: [Gauge], now: Date) {
        guard var gauge = gauges.first else { return }
        // Less than so many bytes is no percentage.
        if let threshold = question.threshold, threshold.value >= 1_048_576, gauge.traits.unit == .percent,
            !threshold.isAbove
        {
            gauge = gauge == .diskUsed ? .diskFree : .memoryAvailable
            question.subject = .gauges([gauge])
        }
        // "Is swap used a lot?", as opposed to "is swap used?"
        if question.form == .check,
            says("a lot", "too much", "too many", "heavily", "very much", "excessively")
        {
            question.judgesAmount = true
        }
        let isRate = gauge.traits.unit == .bytesPerSecond || gauge.traits.unit == .perSecond
        if gauge.traits.unit == .perSecond, question.statistic == .now, question.window != nil,
            says("how many"),
            !says("per second", "a second", "rate", "each second")
        {
            question.statistic = .total
        }
        let gauges = question.gauges
        if gauges.count > 1, saysStatistic || question.form != .value, gauges.first == .load1 {
            question.subject = .gauges([.load1])
        }
        if gauges.first == .load1, gauges.count > 1, question.window != nil {
            question.subject = .gauges([.load1])
        }
        if question.statistic == .total, !isRate { question.statistic = .now }
        if question.statistic == .percentile(99) || question.statistic == .percentile(50),
            gauge == .relayLatency || gauge == .relayMedianLatency
        {
            (question.statistic, saysStatistic) = (.now, false)
        }
        if question.statistic == .peak, !question.asksEver,
            gauge == .maxOpenFiles
                || gauge == .diskUsed && says("fullest") && !says("peak", "max", "maximum", "highest")
                || gauge == .diskBusy && !says("peak", "max", "maximum", "highest")
        {
            question.statistic = .now
        }
        if gauge == .temperature, question.statistic == .peak, says("hottest"),
            !says("peak", "max", "highest")
        {
            question.statistic = .now
        }
        if gauge == .temperature,
            says("how hot did", "did it get", "how hot was", "how hot were", "how hot has"),
            question.window != nil
        {
            question.statistic = .peak
        }
        if gauge == .uptime {
            clearTime()
            if question.isBefore { question.window = TimeWindow(minutes: 1440) }
        }
        if gauge.traits.unit == .bytesPerSecond, question.statistic == .now, question.window != nil,
            asksAmount
        {
            question.statistic = .total
        }
        if let window = question.window, window.isMoment, question.statistic == .now,
            question.form == .value || question.form == .check && question.threshold == nil, !saysStatistic
        {
            question.window = window.middle
        }
        if question.statistic == .now, question.form == .value, question.window != nil {
            question.statistic = .mean
        }
        if question.form == .compare, question.comparison != .eachOther { finishComparison(now: now) }
        if question.isWithNow, question.statistic != .total, question.window == nil {
            question.window = TimeWindow(minutes: 1440)
        }
        if gauges == [.networkReceived], has("flood"), question.form == .check {
            if question.window == nil {
                question.form = .compare
                question.comparison = .usual
            }
            question.statistic = .now
        }
        if question.form == .check, question.statistic != .now, question.threshold == nil {
            question.form = .value
        }
        if question.form == .when, question.statistic == .now, question.threshold == nil {
            question.statistic = .peak
        }
        if question.form == .why { question.statistic = .now; question.threshold = nil }
        if question.form == .count || question.form == .duration { question.statistic = .now }
        if question.threshold != nil {
            if question.form == .value || question.form == .list { question.form = .check };
            if question.form != .check || question.statistic == .trend { question.statistic = .now };
            if question.form == .when { question.statistic = .now }
        }
        if question.form == .check, question.threshold != nil { question.statistic = .now }
        if question.form == .check, question.threshold != nil, question.window == nil, gauge != .uptime,
            says(
                "at any time", "ever", "at some point", "any time", "at all", "at one point", "was", "were",
                "did")
        {
            question.window = TimeWindow(minutes: 1440)
        }
        guard question.window == nil else { return }
        // "Is it still growing?" is of the last minutes.
        if question.statistic == .trend, says("still"), isCheck { question.window = TimeWindow(minutes: 15) }
        guard question.window == nil else { return }
        switch question.form {
        case .when, .count, .duration: question.window = TimeWindow(minutes: 1440)
        case .value where question.statistic == .total: question.window = TimeWindow(minutes: 1440)
        case .value where question.statistic != .now: question.window = TimeWindow(minutes: 60)
        default: break
        }
    }

    private static let untilClockPattern = Pattern(
        #/\b(?:till|until|before|by|at) (\d{1,2})(?::(\d{2}))? ?(am|pm)?\b/#)

    private static let aheadPattern = Pattern(#/\bin (\d+) (hour|day|week|minute)s?\b/#)

    /// Until when something has to last, in minutes from now.
    private func horizon(now: Date) -> Int? {
        let sinceMidnight = Int(now.timeIntervalSince1970) / 60 % 1440
        let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
        let today = (Int(now.timeIntervalSince1970) / 86_400 + 4) % 7
        if let day = days.firstIndex(where: { words.plain.contains($0) }) {
            return ((day - today + 6) % 7 + 1) * 1440 - sinceMidnight
        }
        let tomorrow = says("tomorrow") ? 1440 : 0
        if let clock = clockTime { return (clock - sinceMidnight + 1440) % 1440 + tomorrow }
        if says("today", "tonight", "tomorrow", "midnight", "the day") {
            return tomorrow + 1440 - sinceMidnight
        }
        if let match = words.plain.joined(separator: " ").firstMatch(of: Self.aheadPattern),
            let count = Int(match.1)
        {
            let unit = match.2
            return count * (unit == "hour" ? 60 : unit == "day" ? 1440 : unit == "week" ? 10_080 : 1)
        }
        if says("next month", "this month", "the month", "end of month", "a month") { return 30 * 1440 }
        if says("next year", "this year", "the year", "a year") { return 365 * 1440 }
        return says("weekend", "next week", "this week", "the week", "end of week")
            ? ((8 - today + 6) % 7 + 1) * 1440 - sinceMidnight : nil
    }

    /// "Until 5 pm", "by noon", "will … at 12", in minutes after midnight.
    private var clockTime: Int? {
        guard says("till", "until", "before", "by") || says("at") && says("will") else { return nil }
        if says("noon") { return 720 }
        guard let match = words.plain.joined(separator: " ").firstMatch(of: Self.untilClockPattern),
            var hour = Int(match.1), hour < 24
        else { return nil }
        if match.3 == "pm", hour < 12 { hour += 12 }
        return hour * 60 + (match.2.flatMap { Int($0) } ?? 0)
    }

    private var isWeekday: Bool {
        says("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    }

    /// "Is it postgres that takes all the memory?"
    private var asksMost: Bool {
        says(
            "most", "all the", "all my", "biggest", "largest", "the hog", "culprit", "responsible",
            "to blame", "main",
            "greediest", "hungriest", "top", "number one", "is it", "the one", "the reason", "the cause",
            "causing", "behind the", "behind this", "behind it")
    }

    /// How much in all, as opposed to how much per second.
    var asksAmount: Bool {
        says(
            "how much", "how many", "amount", "amounts", "volume", "bytes", "gigabytes", "megabytes", "gb",
            "gib",
            "mb", "mib", "total", "sum", "altogether", "data", "quantity")
            && !says(
                "per second", "a second", "rate", "speed", "throughput", "bandwidth", "average", "right now",
                "currently", "how fast", "is being", "per sec", "mean")
    }
}
