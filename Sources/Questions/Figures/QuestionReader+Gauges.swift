import Foundation
import MaintenanceAPI

/// Questions about figures, and what is left.
extension QuestionReader {
    private static let overMinute: [Gauge: Gauge] = [
        .cpuPressure: .cpuPressureOverMinute, .memoryPressure: .memoryPressureOverMinute,
        .ioPressure: .ioPressureOverMinute, .cpuPressureFull: .cpuPressureFullOverMinute,
        .memoryPressureFull: .memoryPressureFullOverMinute, .ioPressureFull: .ioPressureFullOverMinute,
    ]

    /// "PSI cpu some avg60": the averages that the kernel keeps, as they are now.
    mutating func readAveragesOfPressure() {
        let isOverMinute = text.contains("avg60")
        guard isOverMinute || text.contains("avg10"), !gauges.isEmpty || has("pressure") else { return }
        if gauges.isEmpty || gauges == [.cpuPressure] && !has("cpu") {
            gauges = [.cpuPressure, .memoryPressure, .ioPressure]
        }
        if isOverMinute { gauges = gauges.map { Self.overMinute[$0] ?? $0 } }
        (question.statistic, saysStatistic, saidStatistic, isCertain) = (.now, false, .now, true)
    }

    /// "I/O pressure, some and full".
    mutating func readBothPressures() {
        let full: [Gauge: Gauge] = [
            .cpuPressure: .cpuPressureFull, .memoryPressure: .memoryPressureFull,
            .ioPressure: .ioPressureFull,
        ]
        let some = gauges.compactMap { gauge in
            full[gauge] == nil ? full.first { $0.value == gauge }?.key : gauge
        }
        guard has("pressure"), says("some"), says("full"), !says("mean", "difference", "explain"),
            let gauge = some.first, let other = full[gauge]
        else { return }
        (gauges, hasSeveral, isCertain) = ([gauge, other], true, true)
    }

    mutating func readGauges(_ found: Set<String>) -> Bool {
        guard !gauges.isEmpty else { return false }
        if gauges.count == 2, comparesEachOther, isComparable, question.window == nil || saysThan {
            question.comparison = .eachOther
            set(.compare, .gauges(gauges))
            return true
        }
        if gauges == [.tcpTimeWait] || gauges == [.tcpEstablished], says("established"), has("timewait") {
            set(.value, .gauges([.tcpEstablished, .tcpTimeWait]))
            return true
        }
        if has("error"), has("drop", "loss"), has("network", "interface", "packet"), !has("relay", "disk"),
            question.window == nil, question.threshold == nil, saidForm == .value
        {
            set(.value, .gauges([.receiveErrors, .sendErrors, .receiveDrops, .sendDrops]))
            return true
        }
        if hasSeveral {
            set([.when, .check, .why].contains(question.form) ? question.form : .value, .gauges(gauges))
            return true
        }
        if says(
            "before the spike", "before the peak", "before the problem", "before the flood",
            "before the incident")
        {
            set(.when, .gauges(Array(gauges.prefix(1))))
            question.isBefore = true
            question.window = question.window ?? TimeWindow(minutes: 1440)
            return true
        }
        if says(
            "before and now", "now and before", "before vs now", "now vs before", "before versus now",
            "earlier and now", "then and now", "now and then", "now and earlier"), question.window == nil
        {
            set(.when, .gauges(Array(gauges.prefix(1))))
            (question.isBefore, question.isWithNow, question.statistic) = (true, true, .now)
            question.window = TimeWindow(minutes: 1440)
            return true
        }
        if says(
            "vs", "versus", "compared", "against", "compare", "compares", "and max", "and peak",
            "and maximum",
            "and highest", "and average", "and mean", "now max", "now maximum", "now peak", "now highest",
            "now and max",
            "max and now", "now average", "now mean", "now and the max", "now and at its highest", "and now",
            "where is it now", "and currently",
            "and right now", "and at the moment", "what is it now", "how is it now"), saysStatistic,
            says("now", "current", "currently", "at the moment")
        {
            question.isWithNow = true
            set(.value, .gauges(gauges))
            return true
        }
        // "How far above its mean is the load?"
        if question.statistic == .mean, saysStatistic, question.form != .check,
            says(
                "its average", "its mean", "the average", "the mean", "average so far", "mean so far",
                "their average"),
            says(
                "against", "compare", "compares", "compared", "vs", "versus", "above", "below", "from", "than"
            )
        {
            (question.isWithNow, question.threshold) = (true, nil)
            set(.value, .gauges(gauges))
            return true
        }
        if begins("how fast", "how quickly", "at what rate"), gauges.count == 1,
            says(
                "filling", "fill", "fills", "growing", "grow", "grows", "rising", "rise", "rises", "climbing",
                "increasing", "leaking",
                "shrinking", "falling", "draining", "dropping", "building", "build"),
            question.form == .value
        {
            question.statistic = .trend
            saysStatistic = true
        }
        // "There was a download around 7:53, how fast was it?"
        if let window = question.window, window.isMoment, !saysStatistic,
            says("how fast", "how quick", "how high"),
            gauges.first?.traits.unit == .bytesPerSecond
        {
            (question.statistic, saysStatistic) = (.peak, true)
            question.window = TimeWindow(
                minutes: window.middle.minutes + 2, endsMinutesAgo: max(0, window.middle.endsMinutesAgo - 1))
        }
        // "Now and an hour ago".
        if let window = question.window, window.isMoment,
            says("now", "currently", "right now", "at the moment", "today"),
            says("and", "vs", "versus", "compared"), question.form == .value, !saysStatistic
        {
            question.isWithNow = true
        }
        if question.statistic == .trend, let window = question.window, window.isMoment,
            says("compared", "than", "versus", "vs", "against"), gauges.count >= 1
        {
            question.statistic = .now
            set(.compare, .gauges([gauges[0]]))
            return true
        }
        if gauges == [.diskUsed], question.threshold != nil,
            begins("mounts", "disks", "filesystems", "partitions", "volumes"),
            !namesHostNames, question.window == nil
        {
            set(.list, .fileSystems)
            return true
        }
        if gauges == [.diskUsed], question.threshold != nil,
            [.which, .list, .count].contains(question.form) || says("how many")
        {
            set(says("how many", "number of") ? .count : .list, .fileSystems)
            return true
        }
        if gauges == [.diskUsed], let count = question.count, count > 1, !namesHostNames,
            question.window == nil,
            says("fullest", "most", "highest", "biggest")
        {
            set(.list, .fileSystems)
            question.statistic = .now
            return true
        }
        // "How much memory does redis use?"
        if let name = processName { set(question.form, .process(name)); return true }
        question.subject = .gauges(gauges)
        if says("change", "changed", "changes", "delta"), question.statistic == .now, question.window != nil,
            question.form == .value
        {
            question.statistic = .trend
            saysStatistic = true
        }
        // "Has the number of zombies changed?"
        if says("changed", "change", "changing", "moved", "constant", "stable", "steady"),
            question.form == .check,
            question.statistic == .now, question.comparison == nil, question.threshold == nil
        {
            (question.form, question.statistic, saysStatistic) = (.value, .trend, true)
            question.window = question.window ?? TimeWindow(minutes: 60)
            (question.asksChange, question.wantsSteady) = (true, says("constant", "stable", "steady"))
            return true
        }
        let form = question.form
        switch form {
        case .check, .judge, .when, .why, .compare, .count, .duration: break
        case .until: question.form = .value
        case .which, .list:
            question.form = .value
            if gauges == [.diskUsed] || gauges == [.diskFree], form == .list { set(.list, .fileSystems) }
        default: question.form = .value
        }
        if form == .check, gauges == [.trackedConnectionLimit] || gauges == [.trackedConnectionCount] {
            question.subject = .gauges([.trackedConnections])
        }
        if form == .check, gauges == [.maxOpenFiles] { question.subject = .gauges([.openFiles]) }
        if gauges == [.diskUsed], question.statistic == .peak, question.window == nil, form != .when {
            // The worst of several, not the highest of a time.
            question.statistic = .now
        }
        if gauges == [.swapUsed], form == .check, says("swapping"), question.threshold == nil,
            !says("used", "use")
        {
            // Swapping is what goes on, as opposed to what lies there.
            question.statistic = .trend
            question.direction = .up
        }
        if gauges == [.diskFree], question.statistic == .low, question.window == nil {
            question.subject = .gauges([.diskUsed]); question.statistic = .now
        }
        if has("slow"),
            gauges.contains(where: {
                [.diskUsed, .diskReads, .diskWrites, .diskBusy, .diskWait].contains($0)
            })
        {
            question.subject = .gauges([.ioPressure])
        }
        if has("slow"), gauges.contains(.networkReceived) { set(.check, .networkOK) }
        if form == .check, question.needed == nil, has("free"), gauges == [.memoryAvailable] {
            question.subject = .gauges([.memoryUsed])
        }
        if form == .check, question.needed == nil, gauges == [.diskFree] || gauges == [.diskTotal] {
            question.subject = .gauges([.diskUsed])
        }
        if form == .check, gauges == [.inodesFree] { question.subject = .gauges([.inodesUsed]) }
        if form == .check, gauges == [.cpuIdle] { question.subject = .gauges([.cpuBusy]) }
        if form == .check, gauges == [.swapTotal] || gauges == [.swapIn, .swapOut] {
            question.subject = .gauges([.swapUsed])
        }
        return true
    }

    private var saysThan: Bool { says("than", "or") }

    /// Two figures of one kind; two of the load are compared by what they say.
    private var isComparable: Bool {
        gauges[0].traits.unit == gauges[1].traits.unit && !says("usual", "normal", "yesterday")
    }

    /// A word where the name of a process would stand, and which is none of ours.
    var processName: String? {
        guard !namesHostNames,
            let name = words.unknown.first(where: {
                !$0.contains("/") && $0 != "established" && !Self.isPercentile($0) && !$0.hasSuffix("ing")
            })
        else { return nil }
        let plain = words.plain
        guard let index = plain.firstIndex(of: name) else { return nil }
        if plain.first == "is", index == 1, gauges.isEmpty { return name }
        let after = index + 1 < plain.count ? plain[index + 1] : ""
        let before = index > 0 ? plain[index - 1] : ""
        let verbs: Set<String> = [
            "use", "uses", "using", "running", "run", "runs", "alive", "up", "down", "dead", "leaking",
            "need", "needs", "eat", "eats", "eating", "take", "takes", "taking", "doing", "ok", "fine",
            "healthy", "working", "there", "started", "crashed", "consume", "consumes", "consuming", "hang",
            "hanging", "stopped", "exist", "have", "has", "still", "process", "cpu", "memory", "ram", "mem",
            "usage", "status", "state", "service", "daemon", "slow",
        ]
        let befores: Set<String> = [
            "does", "of", "by", "process", "about", "for", "service", "daemon", "called", "named", "has",
            "did", "see", "find", "status", "takes", "uses", "needs", "eats", "consumes",
        ]
        return verbs.contains(after) || befores.contains(before) ? name : nil
    }

    mutating func readRest() {
        if !namesHostNames, asksNeed {
            // "Do I need to worry?", as opposed to "do I need to renew the contract?"
            let isOfHost = !Self.acting.isDisjoint(with: words.plain) && words.unknown.isEmpty
            set(isOfHost ? .check : .unmeasured, isOfHost ? .host : .nothing)
            question.suspectsTrouble = !says("can i")
            isWholeByDefault = isOfHost && isOnly(Self.pointing.union(Self.judging))
            return
        }
        if namesHostNames {
            // What is known of a process or a mount that the question names; of a mount over time, how full it was.
            let isOverTime = question.statistic != .now || question.window != nil || question.threshold != nil
            question.subject =
                namesMountPoint && isOverTime
                ? .gauges([.diskUsed])
                : !namesMountPoint && says("big", "large", "size", "heavy")
                    ? .gauges([.memoryUsed]) : .nothing
            return
        }
        if let name = processName {
            set(question.form, .process(name))
        } else if words.plain.allSatisfy(Vocabulary.isKnown),
            saysForm || saysStatistic || question.window != nil || question.isBrief || question.count != nil
        {
            // "Why?", "in the last hour": about the whole where nothing came before.
            let onlyTime = question.window != nil || question.isBrief
            let isOfThis = question.form == .why || says("this", "it", "that", "the problem", "the trouble")
            if isOfThis, says("going on", "going", "like this"), says("how long", "since when") {
                set(.when, .host)
            } else if isOfThis, question.form == .when,
                says("start", "started", "begin", "began", "since when")
            {
                set(.when, .host)
            } else if question.form == .why {
                set(.why, .host)
            } else if isCheck, says("it") {
                set(.check, .host)
                question.suspectsTrouble = !says("up", "alive", "on", "online", "there", "running")
            } else if onlyTime {
                set(.value, .host)
            } else {
                set(.unclear)
            }
            if question.subject == .host { isWholeByDefault = true } else { isUnclearByDefault = true }
        } else if isCheck, has("host") || says("it", "this", "that thing"), processName == nil {
            // "Is the box sweating?": whatever is meant, how the host is answers it.
            set(.check, .host)
            question.suspectsTrouble = Self.calm.isDisjoint(with: words.plain)
        } else {
            set(.unclear)
        }
    }

    private var asksNeed: Bool {
        says(
            "do i need to", "do i have to", "should i", "must i", "do we need to", "do we have to", "shall i",
            "can i", "should we", "need i", "have i to", "is it necessary to", "is there a need to",
            "do you need me")
    }

    /// What somebody does because something is wrong.
    private static let acting: Set<String> = [
        "worry", "worried", "act", "react", "intervene", "care", "look", "wake", "get", "panic", "call",
        "hurry",
        "step", "fix", "concerned", "alarmed", "anything", "something", "check", "attend", "jump", "stay",
        "sleep",
        "relax", "go", "leave", "rest", "bed", "home", "know", "page", "calling", "escalate", "phone",
    ]

    /// Words of people for a host that has nothing to do.
    private static let calm: Set<String> = [
        "calm", "chilling", "chill", "bored", "relaxed", "asleep", "sleeping", "comfy", "comfortable", "cosy",
        "quiet",
        "breathing", "resting", "snoozing", "cruising", "humming", "purring", "content", "smiling",
        "peaceful", "sane",
        "holding", "coping", "surviving", "winning",
    ]
}
