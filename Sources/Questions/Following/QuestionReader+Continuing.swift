import Foundation
import MaintenanceAPI

/// How a question goes on from the one before.
extension QuestionReader {
    /// Goes on from `previous` where it asks of the same thing.
    private func ofTheSame(_ earlier: Query) -> Query? {
        guard refersToOne else { return nil }
        let previous = earlier.ofItsFigure
        var next = previous
        next.also = []
        next.unknownWords = []
        let gauges = previous.gauges
        if isOnly(Self.units) { return next }
        if let rank {
            next.rank = rank
            if case .processes = previous.subject { next.form = .which }
            return next
        }
        if isOnly(Self.nowWords)
            || isOnly(Self.pointing.union(Self.looking)) && !gauges.isEmpty && says("how")
        {
            next.threshold = nil
            next.comparison = nil
            // "How high was it?", of what was.
            if says("was", "were", "did"), previous.window != nil, !isOnly(Self.nowWords) {
                next.form = .value
                if next.statistic == .now { next.statistic = .peak }
                return next
            }
            next.window = nil
            next.statistic = .now
            if next.form != .check { next.form = .value }
            if isOnly(Self.pointing.union(Self.looking)), !isOnly(Self.nowWords) { next.form = .value }
            return next
        }
        let ways = Self.up.union(Self.down)
        if !ways.isDisjoint(with: words.plain),
            isOnly(
                Self.pointing.union(ways).union([
                    "still", "up", "going", "getting", "too", "already", "how", "fast", "quickly", "rate",
                    "at", "much",
                    "by",
                ])),
            !gauges.isEmpty || !previous.names.isEmpty
        {
            next.isYesNo = isCheck || says("still")
            next.direction = direction
            next.threshold = nil
            let isDisk = gauges.isEmpty || gauges == [.diskUsed] || gauges == [.diskFree]
            // "Did it grow?", of all the time.
            if isDisk, begins("did", "has", "and did", "and has"), previous.names.isEmpty {
                next.subject = .topic(.difference(.diskUsed))
                (next.form, next.statistic, next.comparison) = (.value, .now, nil)
                next.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
                return next
            }
            next.subject = isDisk ? .diskGrowth : .gauges(Array(gauges.prefix(1)))
            next.form = isDisk ? .check : .value
            next.statistic = isDisk ? .now : .trend
            next.comparison = nil
            next.window = isDisk ? nil : question.window ?? TimeWindow(minutes: 60)
            return next
        }
        if question.threshold != nil || question.judged != nil, let gauge = gauges.first {
            next.subject = .gauges([gauge])
            next.form =
                question.threshold == nil
                ? .judge
                : isDuration
                    ? .duration
                    : question.form == .when
                        ? .when
                        : says("how often", "how many times")
                            ? .count
                            : saidForm == .value && [.duration, .count, .when].contains(previous.form)
                                ? previous.form : .check
            next.threshold = question.threshold
            next.judged = question.judged
            next.suspectsTrouble = !has("fine")
            next.statistic = .now
            next.comparison = nil
            next.window =
                question.window ?? (next.form == .check ? nil : previous.window ?? TimeWindow(minutes: 1440))
            return next
        }
        if says(
            "before that", "before then", "beforehand", "before it", "before the trouble",
            "before the problem", "before this"),
            !gauges.isEmpty
        {
            next.form = .when
            next.isBefore = true
            next.isSince = false
            next.threshold = nil
            next.window = previous.window ?? TimeWindow(minutes: 1440)
            return next
        }
        if says("again") || isCheck && comesBack, question.form != .when,
            previous.subject == .findings || !gauges.isEmpty || previous.subject == .host
        {
            next.form = .check
            next.subject = .findings
            next.about = gauges.isEmpty ? previous.about : gauges
            next.statistic = .now
            next.isSince = true
            next.window = nil
            return next
        }
        if Self.rates.contains(where: { says($0) }),
            previous.subject == .disk || previous.subject == .diskGrowth
        {
            next.form = .value
            next.subject = .diskGrowth
            next.isYesNo = false
            return next
        }
        if let timed = timeOfTheSame(previous, next) { return timed }
        if says("who", "which process", "what process", "which program", "culprit"),
            !gauges.isEmpty || previous.subject == .host || previous.subject == .slow
        {
            let isMemory =
                gauges.first.map { $0.rawValue.hasPrefix("memory") || $0.rawValue.hasPrefix("swap") } ?? false
            next.form = .which
            next.subject = .processes(isMemory ? .memory : .cpu)
            next.statistic = .now
            next.window = nil
            next.threshold = nil
            next.comparison = nil
            return next
        }
        if says("which", "who", "what") && !says("what time"),
            previous.form == .check || previous.form == .count,
            words.plain.count <= 6
        {
            next.form = .which
            return next
        }
        guard isOnly(Self.pointing.union(Self.judging).union(Self.places)),
            !Self.judging.subtracting(["so", "too", "more", "than", "still", "really", "very", "right"])
                .isDisjoint(with: words.plain)
        else { return nil }
        return judgement(of: previous)
    }

    func continuing(_ previous: Query) -> Query { withStatistics(of: previous, continued(previous)) }

    private func continued(_ previous: Query) -> Query {
        if previous.gauges == [.oomKills], let window = question.window, gauges.isEmpty,
            says("how many", "how often")
        {
            var next = previous
            (next.form, next.window, next.also, next.isSinceBoot) = (.value, window, [], false)
            return next
        }
        // "… and how busy is each?"
        if previous.gauges == [.coreCount], has("each") || says("every one", "each one"),
            !has("memory", "disk")
        {
            var next = previous
            (next.form, next.subject, next.also) = (.list, .cores, [])
            return next
        }
        // "What was the load before that?", where something else was asked about.
        if let gauge = gauges.first, says("before that", "before it", "before this", "before then"),
            question.form == .value,
            question.window == nil
        {
            var next = question
            (next.form, next.subject, next.statistic, next.isBefore) = (.when, .gauges([gauge]), .now, true)
            next.window = TimeWindow(minutes: 1440)
            return next
        }
        if let same = ofTheSame(previous) { return same }
        var next = previous
        next.also = []
        next.isBefore = false
        if previous.form == .unmeasured { next.form = .value }
        next.names = question.names.isEmpty ? previous.names : question.names
        switch previous.subject {
        case .processes where says("how long", "since when"):
            (next.form, next.isSince, next.isOfFirst) = (.when, true, false)
            return next
        case .processes
        where says("it", "its", "that", "this", "they", "their", "he", "same") && !gauges.isEmpty
            && !says("same by", "same for", "the same by", "same with", "same in"):
            next.form = .value
            next.isOfFirst = true
            next.about = has("memory") ? [.memoryUsed] : has("cpu") ? [.cpuBusy] : []
            return next
        case .topic(.processesNamed(let name?)) where says("it", "they", "them", "their", "its", "those"):
            (next.form, next.subject) = (.value, .process(name))
            return next
        // "Its RSS?"
        case .process where pointsToIts, .nothing where pointsToIts && !next.names.isEmpty:
            (next.form, next.isOfFirst, next.about) = (.value, true, has("cpu") ? [.cpuBusy] : [.memoryUsed])
            return next
        case .process, .pid, .nothing:
            if says("how big", "how large", "how fat", "how much memory", "how high"),
                !next.names.isEmpty || previous.subject != .nothing
            {
                next.form = .value
                (next.isOfFirst, next.about, next.isEnd) = (true, [.memoryUsed], false)
                if says("did", "was", "get", "got", "at most") { next.statistic = .peak }
                return next
            }
            guard pointsAtProcess(of: previous), question.form == .value || question.form == .check else {
                break
            }
            next.form = question.form
            return next
        default: break
        }
        if question.isSinceBoot, !previous.gauges.isEmpty, gauges.isEmpty {
            next.isSinceBoot = true
            next.window = question.window
            return next
        }
        next.unknownWords = question.unknownWords
        // "How much is free there?"
        if question.form == .unclear || gauges == [.memoryAvailable, .diskFree]
            || gauges == [.diskFree] && !has("disk", "space"),
            has("free"),
            let gauge = previous.gauges.first, let free = Self.free[gauge]
        {
            next.form = .value
            next.subject = .gauges([free])
            next.statistic = .now
            next.window = nil
            next.threshold = nil
            return next
        }
        if let other = otherWay(previous.subject) {
            next.subject = other
            if previous.form == .unmeasured, !saysStatistic { next.form = .unmeasured }
            return next
        }
        if let before = previous.window, !before.isMoment, !saysForm,
            question.window == nil || says("hour", "hours"),
            says("after that", "afterwards", "after it", "the hour after", "thereafter", "next hour")
        {
            next.window = TimeWindow(
                minutes: before.minutes, endsMinutesAgo: max(0, before.endsMinutesAgo - before.minutes))
            return next
        }
        if let related = related(to: previous) {
            next.subject = .gauges([related])
            return next
        }
        let hasSubject = question.subject != .nothing && !isWholeByDefault && question.form != .unclear
        let explicit = saysForm || isWholeByDefault && question.form == .why
        if let count = question.count {
            next.count = count; if case .processes = previous.subject { next.form = .list }
        }
        if hasSubject {
            switch (previous.subject, question.subject) {
            case (.processes, .gauges(let gauges))
            where gauges == [.memoryUsed] || gauges == [.memoryAvailable]:
                next.subject = .processes(.memory)
                return next
            case (.processes, .gauges(let gauges)) where gauges == [.cpuBusy]:
                next.subject = .processes(.cpu)
                return next
            case (.gauges(let before), .gauges):
                let isOfPressure = before.contains { $0.rawValue.contains("Pressure") }
                next.subject =
                    isOfPressure && question.gauges.count > 1
                    ? .gauges(pressures(overMinute: before.contains(.cpuPressureOverMinute)))
                    : Self.ofTheSamePart(before, question.gauges).map { .gauges([$0]) } ?? question.subject
                if isOfPressure, previous.form == .explain, question.form != .explain { next.form = .value }
                if question.form == .check { next.suspectsTrouble = question.suspectsTrouble }
                if case .gauges(let gauges) = question.subject, gauges.count > 1, gauges.first == .load1,
                    next.statistic != .now
                {
                    next.subject = .gauges([.load1])
                }
            default:
                return inTheSameWay(previous)
            }
        }
        let form = hasSubject || isWholeByDefault || question.form == .explain ? question.form : saidForm
        if explicit, form != .unclear, form != .check || hasSubject { next.form = form }
        // "On which one is least?", of free space.
        if saidForm == .which, saysStatistic, !hasSubject, previous.window == nil, previous.names.isEmpty,
            [[.diskFree], [.diskUsed]].contains(previous.gauges), [.low, .peak].contains(saidStatistic)
        {
            let component = Query.Component(
                kind: .fileSystem, measure: previous.gauges == [.diskFree] ? .free : .full,
                rank: saidStatistic == .low ? .least(1) : .most(1))
            (next.form, next.subject, next.statistic) = (.which, .topic(.component(component)), .now)
            return next
        }
        if question.form == .explain {
            next.form = .explain
            if case .gauges(let gauges) = next.subject { next.subject = .gauges(Array(gauges.prefix(1))) }
            next.statistic = .now
            next.window = nil
            return next
        }
        if next.form == .check && previous.form != .check && !hasSubject { next.form = previous.form }
        if let window = question.window {
            if !(form == .when && previous.window != nil && saidStatistic == .peak) { next.window = window }
        }
        if saysStatistic { next.statistic = saidStatistic }
        // "Since when is it growing?"
        if form == .when, says("since"), next.statistic == .trend {
            (next.form, next.isSince, next.threshold, next.isYesNo) = (.when, true, nil, false)
            next.window = question.window ?? TimeWindow(minutes: 1440)
            if next.subject == .relay { next.subject = .gauges([.relayQueued]) }
            return next
        }
        // "And the average?" asks no longer when it was above so much.
        if saysStatistic, !saysForm, saidStatistic == .mean,
            previous.threshold != nil || [.count, .duration, .when].contains(previous.form)
        {
            (next.form, next.threshold, next.isSince, next.isEnd) = (.value, nil, false, false)
        }
        // "And what was the maximum?", after whether it is too much.
        if saysStatistic, !saysForm, !isCheck, previous.form == .check, next.form == .check,
            [.peak, .low, .mean].contains(saidStatistic)
        {
            next = next.ofItsFigure
            (next.form, next.threshold) = (.value, nil)
        }
        // "How fast?", of what may grow.
        if begins(
            "how fast", "and how fast", "how quickly", "and how quickly", "at what rate", "at which rate"),
            next.statistic == .trend, next.form == .value
        {
            next.isYesNo = false
        }
        if !hasSubject, saysStatistic { (next.isYesNo, next.direction) = (isCheck, direction) }
        if let threshold = question.threshold { next.threshold = threshold }
        guard case .gauges = next.subject else { return next }
        if next.form == .why {
            // "Why?", of what was highest then.
            let isLowOfMemory =
                previous.statistic == .low && previous.gauges.first?.rawValue.hasPrefix("memory") ?? false
            if previous.statistic == .peak || isLowOfMemory || [.when, .duration].contains(previous.form),
                !previous.isSince || previous.form == .duration, let gauge = next.gauges.first
            {
                // Little is left where much is used.
                let isLow = previous.statistic == .low && (gauge == .memoryAvailable || gauge == .memoryFree)
                let gauge = isLow ? .memoryUsed : gauge
                if isLow { next.subject = .gauges([gauge]) }
                (next.isAtPeak, next.about, next.threshold, next.statistic) = (true, [gauge], nil, .now)
                (next.isSince, next.isEnd, next.isYesNo) = (false, false, false)
                next.window = previous.window
                return next
            }
            next.statistic = .now
            // Of a time that is past, why it was so then.
            next.window = next.window.flatMap { $0.isMoment || $0.endsMinutesAgo > 0 ? $0 : nil }
            next.threshold = nil
        }
        if next.form == .when, next.statistic == .now, next.threshold == nil { next.statistic = .peak }
        if next.form == .value, let window = next.window, next.statistic == .now {
            next.statistic = .mean
            if window.isMoment { next.window = window.middle }
        }
        if next.form == .value || next.form == .when, next.statistic != .now, next.window == nil {
            next.window = TimeWindow(minutes: 60)
        }
        return next
    }
}
