import MaintenanceAPI
import Questions
import Values

/// Figures: one statistic of one series, or of two or three that belong together.
extension AnalystAnswer {
    func gaugeLines(_ gauges: [Gauge]) -> [String] {
        if gauges == [.oomKills], question.form != .explain { return oomKills }
        if question.form == .explain { return explanation(gauges[0]) }
        guard let report = series.first else { return noSuchFigure(gauges) }
        switch question.form {
        case .judge: return judgement(report)
        case .when: return when(report)
        case .count, .duration: return crossing(report)
        case .check where question.needed != nil: return room(report)
        case .check where question.threshold != nil: return crossing(report)
        case .check where question.comparison == nil: return check(report, gauges)
        default: break
        }
        if let comparison = question.comparison { return compare(report, comparison) }
        switch question.statistic {
        case .now: return current(gauges)
        case .mean: return mean(report)
        case .peak: return extreme(report, report.highest, "peaked at", "highest")
        case .low: return extreme(report, report.lowest, "was lowest at", "lowest")
        case .total: return total
        case .trend: return trend(report)
        case .percentile(let percent): return percentile(report, percent)
        }
    }

    private func noSuchFigure(_ gauges: [Gauge]) -> [String] {
        if gauges.first?.rawValue.hasPrefix("swap") == true, status?.memory?.swapTotalBytes == 0 {
            return ["No swap is configured."]
        }
        guard let gauge = gauges.first, let status else { return [Self.noData] }
        if gauge == .inodesFree || gauge == .inodesUsed || gauge == .inodesTotal {
            return ["The readings hold no inode figures of these file systems."]
        }
        if gauge.rawValue.hasPrefix("relay") {
            return ["There is not enough data: no reading tells of the relay."]
        }
        let since = status.isStale ? [age(status)] : []
        return ["There is no data on that: the readings do not tell \(gauge.name)."] + since
    }

    // MARK: Now

    private func current(_ gauges: [Gauge]) -> [String] {
        let sentences = series.compactMap { report in report.newest.map { (report.gauge, $0.value) } }
        guard let (gauge, value) = sentences.first else { return noSuchFigure(gauges) }
        let first: String
        switch gauges.first {
        case .load1? where gauges.count == 3:
            let averages = sentences.map { $0.1.text(2) }.joined(separator: " / ")
            first = "\(averages) over 1 / 5 / 15 minutes\(onCores)."
        case .networkReceived? where gauges.count == 2:
            first =
                sentences.map { "\($0.0.text($0.1)) \($0.0 == .networkReceived ? "in" : "out")" }.joined(
                    separator: ", ") + "."
        default:
            first =
                sentences.count == 1
                ? sentence(gauge, value) : sentences.map { phrase($0.0, $0.1) }.joinedWithAnd.sentence + "."
        }
        return [first] + staleness
    }

    private var onCores: String {
        status?.coreCount.map { ", on \($0) core\($0 == 1 ? "" : "s")" } ?? ""
    }

    /// A reading that is old is not now.
    private var staleness: [String] { status.map { $0.isStale ? [age($0)] : [] } ?? [] }

    func age(_ status: StatusResult) -> String {
        let length = Quantity.length(seconds: status.ageSeconds ?? 0)
        return
            "The newest reading is \(length) old (\(short(utc: status.takenAtUTC))): telemetry may have stopped."
    }

    func short(utc: String) -> String {
        utc.prefix(10) == utcText(now.milliseconds).prefix(10) ? String(utc.dropFirst(11)) : utc
    }

    /// A figure as a sentence of its own.
    func sentence(_ gauge: Gauge, _ value: Double) -> String {
        let text = gauge.text(value)
        switch gauge {
        case .cpuBusy: return "The CPU is \(text) busy\(onCores)."
        case .memoryUsed:
            let memory = status?.memory
            let used = memory?.usedBytes.map { " (\(Quantity.size($0)))" } ?? ""
            let room = used + (memory?.availableBytes.map { "; \(Quantity.size($0)) available" } ?? "")
            return
                "\(text)\(memory?.totalBytes.map { " of \(Quantity.size($0))" } ?? "") memory is used\(room)."
        case .swapUsed:
            let used = status?.memory?.swapUsedBytes.map { " (\(Quantity.size($0)))" } ?? ""
            return
                "\(text)\(status?.memory?.swapTotalBytes.map { " of \(Quantity.size($0))" } ?? "") swap is used\(used)."
        case .diskUsed: return fullest ?? "The fullest file system is \(text) full."
        case .diskFree: return space ?? "\(text) are free on file systems."
        case .diskTotal: return sizes ?? "\(text) in all file systems."
        case .inodesFree, .inodesUsed: return inodes ?? phrase(gauge, value).sentence + "."
        case .temperature:
            let sensor = status?.temperatures?.first.map { " (\($0.sensor))" } ?? ""
            return "\(text)\(sensor)."
        case .loadPerCore:
            return
                "\(text) per core\(status?.load?.over1Minute.map { ": load \($0.text(2))" } ?? "")\(onCores)."
        case .load1, .load5, .load15: return "\(phrase(gauge, value).sentence)\(onCores)."
        case .uptime:
            let since = status?.bootedAtUTC.map { ", since \($0)" } ?? ""
            return "Up \(text)\(since)."
        case .oomKills:
            return text == "0"
                ? "No process was killed for want of memory since boot." : "\(text) OOM kills since boot."
        default: return phrase(gauge, value).sentence + "."
        }
    }

    /// A figure with its name: "231 processes", "CPU pressure 1 %", "9 GiB memory available".
    func phrase(_ gauge: Gauge, _ value: Double) -> String {
        let (text, label) = (gauge.text(value), gauge.traits.label)
        switch gauge.traits.unit {
        case .count: return "\(text) \(value == 1 ? gauge.singularLabel : label)"
        case .perSecond: return "\(text) \(label) per second"
        case .bytes, .bytesPerSecond: return "\(text) \(label)"
        case .percentOfCore: return "\(text) of one core: \(label)"
        case .percent, .seconds, .milliseconds, .celsius, .none: return "\(label) \(text)"
        }
    }

    var shownSystems: [StatusResult.FileSystem] { status?.fileSystems.shown ?? [] }

    private var fullest: String? {
        guard
            let system = shownSystems.filter({ $0.usedPercent != nil }).max(by: {
                ($0.usedPercent ?? 0) < ($1.usedPercent ?? 0)
            }),
            let used = system.usedPercent
        else { return nil }
        let free = system.availableBytes.map { ", \(Quantity.size($0)) free" } ?? ""
        let others = shownSystems.filter { $0.name != system.name && $0.usedPercent != nil }
        let rest = others.prefix(2).map { "\($0.name) \(($0.usedPercent ?? 0).text(1)) %" }
        let more = rest.isEmpty || question.form == .which ? "" : "; \(rest.joined(separator: ", "))"
        return "\(system.name) is the fullest: \(used.text(1)) %\(free)\(more)."
    }

    private var space: String? {
        let parts = shownSystems.compactMap { system in
            system.availableBytes.map { "\(Quantity.size($0)) on \(system.name)" }
        }
        return parts.isEmpty ? nil : "\(parts.prefix(3).joined(separator: ", ")) free."
    }

    private var sizes: String? {
        let parts = shownSystems.compactMap { system in
            system.totalBytes.map { "\(system.name) \(Quantity.size($0))" }
        }
        return parts.isEmpty ? nil : parts.prefix(3).joined(separator: ", ") + "."
    }

    private var inodes: String? {
        let known = shownSystems.filter { $0.inodesUsedPercent != nil }
        guard let worst = known.max(by: { ($0.inodesUsedPercent ?? 0) < ($1.inodesUsedPercent ?? 0) }),
            let used = worst.inodesUsedPercent, let free = worst.inodesFree
        else { return nil }
        return question.gauges == [.inodesFree]
            ? "\(free) inodes are free on \(worst.name) (\(used.text(1)) % used)."
            : "\(used.text(1)) % of the inodes of \(worst.name) are used, \(free) are free."
    }

    /// Whether as much is free as something needs.
    private func room(_ report: SeriesReport) -> [String] {
        guard let needed = report.crossing?.threshold, let newest = report.newest else {
            return [noReadings(report)]
        }
        guard report.gauge == .diskFree else {
            let isEnough = newest.value >= needed
            return [
                "\(isEnough ? "Yes" : "No"): \(phrase(report.gauge, newest.value)), \(isEnough ? "enough for" : "less than") \(report.gauge.text(needed))."
            ]
        }
        let systems = shownSystems.filter { Double($0.availableBytes ?? 0) >= needed }
        let told = (systems.isEmpty ? shownSystems : systems).prefix(3).compactMap { system in
            system.availableBytes.map { "\(Quantity.size($0)) free on \(system.name)" }
        }
        return [
            "\(systems.isEmpty ? "No" : "Yes"): \(told.joinedWithAnd); \(report.gauge.text(needed)) needed."
        ]
    }

    // MARK: Statistics

    private func mean(_ report: SeriesReport) -> [String] {
        if series.count > 1 {
            let parts = series.compactMap { report in report.mean.map { phrase(report.gauge, $0) } }
            return parts.isEmpty
                ? [noReadings(report)]
                : ["\(parts.joinedWithAnd.sentence) on average \(stretch(report.window))."]
        }
        guard let mean = report.mean else { return [noReadings(report)] }
        if let window = question.window, window.isMoment, window.minutes <= 5 {
            let at = now.milliseconds - Int64(window.middleMinutesAgo) * 60_000
            let isCount = report.gauge.traits.unit == .count
            let told = isCount ? phrase(report.gauge, mean) : "\(report.name) was \(report.gauge.text(mean))"
            return ["\(told), \(self.moment(at)).".sentence]
        }
        let name = report.name
        return ["\(name) averaged \(report.gauge.text(mean)) \(stretch(report.window)).".sentence]
    }

    private func noReadings(_ report: SeriesReport) -> String {
        if let none = noReadingsFrom(report.window) { return none }
        return "There is no data \(stretch(report.window)): no reading of it tells \(report.name)."
    }

    private func extreme(
        _ report: SeriesReport, _ moment: SeriesReport.Moment?, _ verb: String, _ word: String
    ) -> [String] {
        guard let moment else { return [noReadings(report)] }
        let (gauge, name) = (report.gauge, report.name)
        if report.lowest?.value == report.highest?.value {
            return ["\(name) was \(gauge.text(moment.value)) throughout, \(stretch(report.window)).".sentence]
        }
        if series.count > 1 {
            let parts = series.compactMap { report in
                (word == "highest" ? report.highest : report.lowest).map {
                    "\(report.name) \(gauge.text($0.value))"
                }
            }
            return ["\(word.sentence) \(stretch(report.window)): \(parts.joinedWithAnd)."]
        }
        let present = question.isWithNow ? report.newest.map { "\(gauge.text($0.value)) now; " } ?? "" : ""
        return ["\(present)\(name) \(verb) \(gauge.text(moment.value)), \(self.moment(moment.at)).".sentence]
    }

    private var total: [String] {
        let parts = series.compactMap { report in
            report.total.map { total in
                "\(report.gauge.traits.unit == .bytesPerSecond ? Quantity.size(total) : total.text(0)) \(Self.participle(report.gauge))"
            }
        }
        guard let window = series.first?.window, !parts.isEmpty,
            series.contains(where: { $0.readingCount > 0 })
        else {
            return series.first.map { [noReadings($0)] } ?? [Self.noData]
        }
        return ["\(parts.joinedWithAnd) \(stretch(window))."]
    }

    private static func participle(_ gauge: Gauge) -> String {
        switch gauge {
        case .diskReads: "read from disks"
        case .diskWrites: "written to disks"
        default: gauge.name
        }
    }

    private func percentile(_ report: SeriesReport, _ percent: Int) -> [String] {
        guard let value = report.percentile?.value else { return [noReadings(report)] }
        let name = report.name
        let which = percent == 50 ? "median" : "p\(percent)"
        return ["\(report.gauge.text(value)): the \(which) of \(name) \(stretch(report.window))."]
    }

    private func trend(_ report: SeriesReport) -> [String] {
        guard let first = report.first, let last = report.last, let low = report.lowest,
            let high = report.highest,
            let mean = report.mean
        else { return [noReadings(report)] }
        let gauge = report.gauge
        let name = report.name.sentence
        let isAsked = question.isYesNo
        let course = "from \(gauge.text(first)) to \(gauge.text(last)) \(stretch(report.window))"
        guard low.value != high.value,
            abs(last - first) > 0.05 * max(abs(mean), 0.5) || report.changePerHour != nil
        else {
            let steady =
                low.value == high.value
                ? "\(name) is steady at \(gauge.text(mean)) \(stretch(report.window))."
                : "\(name) is about level: \(gauge.text(low.value)) to \(gauge.text(high.value)), mean \(gauge.text(mean)), \(stretch(report.window))."
            return [isAsked ? "No: " + steady.lowercasedStart : steady]
        }
        let direction = last > first ? "rising" : "falling"
        let peak =
            high.value > max(first, last)
            ? ["It peaked at \(gauge.text(high.value)), \(moment(high.at))."] : []
        return [
            (isAsked ? "Yes: " : "") + "\(isAsked ? name.lowercasedStart : name) is \(direction), \(course)."
        ] + peak
    }

    // MARK: When, how often, how long

    private func when(_ report: SeriesReport) -> [String] {
        if question.isSince, question.threshold == nil, let since = report.aboveUsualSince,
            let newest = report.newest
        {
            let usual = report.usual.map { ", usually \(report.gauge.text($0))" } ?? ""
            return [
                "Since \(clock(since)) (\(Quantity.length(seconds: report.age(since))) ago): \(report.name) is \(report.gauge.text(newest.value))\(usual)."
            ]
        }
        if question.threshold != nil || question.isSince && report.crossing != nil { return crossing(report) }
        let isLow = question.statistic == .low
        guard let moment = isLow ? report.lowest : report.highest else { return [noReadings(report)] }
        if report.lowest?.value == report.highest?.value {
            return [
                "At no time: \(report.name) was \(report.gauge.text(moment.value)) throughout, \(stretch(report.window))."
            ]
        }
        let mean = report.mean.map { "; the mean is \(report.gauge.text($0))" } ?? ""
        return [
            "\(self.moment(moment.at).sentence): \(report.name) \(report.gauge.text(moment.value))\(mean)."
        ]
    }

    private func crossing(_ report: SeriesReport) -> [String] {
        let gauge = report.gauge
        let name = report.name
        guard let crossing = report.crossing else { return [noReadings(report)] }
        let limit = "\(crossing.isAbove ? "above" : "below") \(gauge.text(crossing.threshold))"
        if question.form == .check, question.window == nil, let newest = report.newest {
            let isBeyond =
                crossing.isAbove ? newest.value > crossing.threshold : newest.value < crossing.threshold
            return ["\(isBeyond ? "Yes" : "No"): \(sentence(gauge, newest.value).lowercasedStart)"]
        }
        let extreme = crossing.isAbove ? report.highest : report.lowest
        guard crossing.times > 0, let last = crossing.lastAt else {
            let most =
                extreme.map {
                    "\(crossing.isAbove ? "the highest" : "the lowest") was \(gauge.text($0.value)), \(moment($0.at))"
                } ?? "there is no reading"
            let lead = question.form == .check ? "No" : question.form == .count ? "0 times" : "Never"
            return ["\(lead): \(name) was not \(limit) \(stretch(report.window)); \(most)."]
        }
        let length = Quantity.length(seconds: crossing.seconds)
        switch question.form {
        case .count:
            return [
                "\(crossing.times) time\(crossing.times == 1 ? "" : "s"): \(name) was \(limit) \(stretch(report.window)), for \(length) in all."
            ]
        case .duration:
            return [
                "\(length.sentence): \(name) was \(limit) \(stretch(report.window)), \(crossing.times) time\(crossing.times == 1 ? "" : "s")."
            ]
        case .when where question.isEnd:
            guard let end = crossing.endedAt, !crossing.isOngoing else {
                return ["It still is: \(name) is \(limit), since \(moment(last))."]
            }
            return ["Until \(moment(end)): \(name) was \(limit), since \(moment(last))."]
        case .when:
            let until =
                crossing.isOngoing ? "and still is" : crossing.endedAt.map { "until \(clock($0))" } ?? ""
            return ["\(moment(last).sentence) \(until): \(name) was \(limit)."]
        default:
            let most = extreme.map { ", up to \(gauge.text($0.value)), \(moment($0.at))" } ?? ""
            return ["Yes: \(name) was \(limit) for \(length) \(stretch(report.window))\(most)."]
        }
    }

    // MARK: Against something

    private func compare(_ report: SeriesReport, _ comparison: Query.Comparison) -> [String] {
        let gauge = report.gauge
        let name = report.name
        guard let newest = report.newest else { return [noReadings(report)] }
        let isAsked = question.isYesNo
        switch comparison {
        case .usual:
            guard let usual = report.usual else {
                return [
                    "Too little has been seen to say what is usual for \(name); it is \(gauge.text(newest.value)) now."
                ]
            }
            let range = gauge.text(usual)
            let margin = max(0.05 * abs(usual.upperBound), gauge.traits.metric?.traits.smallestChange ?? 0)
            let isMore = newest.value > usual.upperBound + margin
            let isLess = newest.value < usual.lowerBound - margin
            let hours =
                report.usualOverHours.map { " (of the last \(Quantity.length(seconds: $0 * 3600)))" } ?? ""
            let figures = "\(gauge.text(newest.value)) against the usual \(range)\(hours)"
            if question.suspectsTrouble || !isAsked {
                let word = isMore ? "Higher than usual" : isLess ? "Lower than usual" : "As usual"
                return [
                    isAsked
                        ? "\(isMore || isLess ? "Yes" : "No"): \(name) is \(figures)."
                        : "\(word): \(name) is \(figures)."
                ]
            }
            return ["\(isMore || isLess ? "No" : "Yes"): \(name) is \(figures)."]
        case .before(let minutes):
            guard let earlier = report.earlierMean else {
                return ["There is no data from then: \(name) is \(gauge.text(newest.value)) now."]
            }
            let difference = newest.value - earlier
            let isSame = abs(difference) <= max(0.05 * abs(earlier), 0.1)
            let ago = Quantity.length(seconds: Double(minutes) * 60)
            let figures = "\(name) is \(gauge.text(newest.value)) now, \(gauge.text(earlier)) \(ago) earlier"
            if isAsked {
                return [
                    "\(isSame ? "No, about the same" : difference > 0 ? "Yes" : "No, lower"): \(figures)."
                ]
            }
            return ["\(isSame ? "About the same" : difference > 0 ? "Higher" : "Lower"): \(figures)."]
        }
    }

    private func judgement(_ report: SeriesReport) -> [String] {
        guard let asked = question.judged else { return current(question.gauges) }
        let gauge = report.gauge
        let figure = gauge.text(asked)
        var usual = report.newest.map { "it is \(gauge.text($0.value)) here now" } ?? ""
        if let range = report.usual { usual += ", usually \(gauge.text(range))" }
        let limit = limit(of: gauge)
        guard let limit else { return ["That depends on what is usual: \(usual)."] }
        let isBad = asked >= limit
        let asksGood = !question.suspectsTrouble
        let verdict = isBad == asksGood ? "No" : "Yes"
        let why = "\(figure) is \(isBad ? "too much" : "fine") for \(gauge.name)"
        let from =
            HealthRule.ofGauge[gauge] == nil ? onCores : "; attention is needed from \(gauge.text(limit)) on"
        return ["\(verdict): \(why)\(from).", usual.sentence + "."]
    }

    /// From which value on a gauge needs attention; the load from one and a half per core on.
    private func limit(of gauge: Gauge) -> Double? {
        switch gauge {
        case .load1, .load5, .load15: status?.coreCount.map { Double($0) * 1.5 }
        case .cpuIdle: nil
        case .openFiles: status?.maxOpenFiles.map { Double($0) * 0.9 }
        default: HealthRule.ofGauge[gauge]?.raisesAt
        }
    }

    // MARK: Yes or no

    private static let present: Set<Gauge> = [
        .swapUsed, .zombies, .cpuSteal, .receiveDrops, .sendDrops, .receiveErrors, .sendErrors, .retransmits,
        .blockedProcesses, .threads,
        .cgroupThrottled, .cpuPressure, .memoryPressure, .ioPressure, .listenOverflows, .majorFaults, .swapIn,
        .swapOut, .probeFailed,
        .probeDropped, .probeWaiting, .relayExpired, .relayRejected, .relaySetAside, .tcpTimeWait,
    ]

    private func check(_ report: SeriesReport, _ gauges: [Gauge]) -> [String] {
        let gauge = report.gauge
        guard let newest = report.newest else { return noSuchFigure(gauges) }
        if gauge == .swapUsed, status?.memory?.swapTotalBytes == 0 { return ["No swap is configured."] }
        let value = newest.value
        var isBad: Bool
        if gauge == .diskUsed, let hung = hungLine { return hung }
        if Self.present.contains(gauge), question.suspectsTrouble {
            isBad = series.contains { ($0.newest?.value ?? 0) >= 0.05 }
            if [.cpuPressure, .memoryPressure, .ioPressure].contains(gauge) {
                isBad = series.contains { ($0.newest?.value ?? 0) >= 1 }
            }
        } else if let limit = limit(of: gauge) {
            isBad = value >= limit
        } else if let usual = report.usual {
            isBad = value > usual.upperBound * 1.5 + (gauge.traits.metric?.traits.smallestChange ?? 0)
        } else {
            return [sentence(gauge, value)] + staleness
        }
        let verdict = isBad == question.suspectsTrouble ? "Yes" : "No"
        let figure =
            series.count > 1 && gauges.count > 1
            ? series.compactMap { report in report.newest.map { phrase(report.gauge, $0.value) } }
                .joinedWithAnd + "."
            : gauge == .zombies && value == 0 ? "there are no zombies." : checked(gauge, value)
        let why = isBad && gauge == .memoryUsed ? swapLine : []
        return ["\(verdict): \(figure)"] + why + staleness
    }

    /// In the words of the rule that judges it, where its own name says less.
    private func checked(_ gauge: Gauge, _ value: Double) -> String {
        switch gauge {
        case .cpuBusy, .memoryUsed, .swapUsed, .diskUsed, .temperature, .inodesUsed, .processCount: break
        default: if let rule = HealthRule.ofGauge[gauge] { return rule.words(gauge.text(value)) + "." }
        }
        return sentence(gauge, value).lowercasedStart
    }

    private var hungLine: [String]? {
        let hung = shownSystems.filter { $0.doesNotAnswer == true }.map(\.name)
        guard !hung.isEmpty else { return nil }
        let lead = question.suspectsTrouble ? "Yes" : "No"
        return ["\(lead): \(hung.joinedWithAnd) \(hung.count == 1 ? "does" : "do") not answer."]
            + (fullest.map { [$0] } ?? [])
    }

    private var swapLine: [String] {
        guard let swap = status?.memory?.swapUsedPercent, swap >= 50 else { return [] }
        return ["Swap is \(swap.text(1)) % used."]
    }

    private var oomKills: [String] {
        guard let total = status?.memory?.oomKillsSinceBoot else { return [Self.noData] }
        func count(_ number: Int64) -> String { number == 1 ? "1 process" : "\(number) processes" }
        if question.form == .when {
            guard let rise = series.first?.lastRise else {
                return [
                    total == 0
                        ? "Never: no process was killed for want of memory since boot."
                        : "Not \(history.map { stretch($0.window) } ?? "lately"): \(count(total)) were killed for want of memory since boot."
                ]
            }
            return [
                "\(moment(rise.at).sentence): \(count(Int64(rise.value))) \(rise.value == 1 ? "was" : "were") killed for want of memory."
            ]
        }
        let recent = history?.content.oomKills
        let window = history.map { stretch($0.window) } ?? ""
        let isAsked = question.form == .check
        if let recent, recent > 0 {
            return [
                "\(isAsked ? "Yes: " : "")\(count(recent)) \(recent == 1 ? "was" : "were") killed for want of memory \(window); \(count(total)) since boot."
            ]
        }
        if total == 0 {
            return ["\(isAsked ? "No: no" : "No") process was killed for want of memory since boot."]
        }
        if recent == 0, question.window != nil || isAsked {
            return [
                "\(isAsked ? "Not lately: no" : "No") process was killed for want of memory \(window); \(count(total)) since boot."
            ]
        }
        return [
            "\(isAsked ? "Yes: " : "")\(count(total)) \(total == 1 ? "was" : "were") killed for want of memory since boot."
        ]
    }
}

extension SeriesReport {
    /// What it is of: the label of a file system, or the gauge.
    var name: String { fileSystem ?? gauge.name }
}

extension Gauge {
    /// The label where nothing around it tells what is received or sent.
    var name: String {
        switch self {
        case .networkReceived: "traffic received"
        case .networkSent: "traffic sent"
        default: traits.label
        }
    }

    var singularLabel: String {
        switch self {
        case .processCount: "process"
        case .zombies: "zombie"
        case .runningProcesses: "runnable process"
        case .blockedProcesses: "blocked process"
        case .coreCount: "core"
        case .threads: "thread"
        case .relayConnections: "connection to the relay"
        case .relayQueued: "message queued on the relay"
        case .relayUsers: "user registered at the relay"
        case .relayDevices: "device registered at the relay"
        case .tcpEstablished: "TCP connection established"
        case .tcpTimeWait: "TCP connection in TIME-WAIT"
        case .openFiles: "open file"
        case .oomKills: "OOM kill since boot"
        default: traits.label
        }
    }
}

extension String {
    /// Where the first word is no name in capitals.
    var lowercasedStart: String {
        let second = dropFirst().first
        return second?.isUppercase ?? false ? self : prefix(1).lowercased() + dropFirst()
    }
}
