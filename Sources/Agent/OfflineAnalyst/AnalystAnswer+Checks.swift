import MaintenanceAPI
import Questions
import Values

/// Figures that are asked with yes or no.
extension AnalystAnswer {
    static let present: Set<Gauge> = [
        .swapUsed, .zombies, .cpuSteal, .receiveDrops, .sendDrops, .receiveErrors, .sendErrors, .retransmits,
        .blockedProcesses, .threads,
        .cgroupThrottled, .cpuPressure, .memoryPressure, .ioPressure, .listenOverflows, .majorFaults, .swapIn,
        .swapOut, .probeFailed,
        .probeDropped, .probeWaiting, .relayExpired, .relayRejected, .relaySetAside, .tcpTimeWait,
    ]

    /// From this share of the CPU on a host is busy.
    static let busyFrom = 50.0
    /// From this share of the time on a disk is the limit.
    private static let busyDiskFrom = 80.0
    /// From this share of the CPU on, what is no work of programs is too much.
    private static let muchOfCPU = 30.0

    func check(_ report: SeriesReport, _ gauges: [Gauge]) -> [String] {
        let gauge = report.gauge
        guard let newest = report.newest else { return noSuchFigure(gauges) }
        if gauge == .swapUsed, status?.memory?.swapTotalBytes == 0 {
            return question.judgesAmount ? withoutSwap : ["No swap is configured."]
        }
        if question.asksOngoing, question.threshold == nil, let told = stillHigh(report, newest.value) {
            return [told]
        }
        if question.window != nil { return checkOfThen(report) }
        let value = newest.value
        var isBad: Bool
        if gauge == .diskUsed, let hung = hungLine { return hung }
        if isDenied(report) {
            let isRight = value < 0.05
            return ["\(isRight ? "Yes" : "No"): \(checked(gauge, value))"]
        }
        if Self.present.contains(gauge), question.suspectsTrouble, !question.judgesAmount {
            isBad = series.contains { ($0.newest?.value ?? 0) >= 0.05 }
            if [.cpuPressure, .memoryPressure, .ioPressure].contains(gauge) {
                isBad = series.contains { ($0.newest?.value ?? 0) >= 5 }
            }
        } else if let limit = limit(of: gauge) {
            isBad = value >= limit
        } else if let usual = report.usual {
            isBad = value > usual.upperBound * 1.5 + (gauge.traits.metric?.traits.smallestChange ?? 0)
        } else if gauge == .diskBusy {
            isBad = value >= Self.busyDiskFrom
        } else if gauge.traits.unit == .percent, gauge.rawValue.hasPrefix("cpu"), gauge != .cpuIdle {
            isBad = value >= Self.muchOfCPU
        } else if question.asksOngoing, series.count == 1 {
            return ["Nothing stands out: \(report.nameIs) \(gauge.text(value))\(course(report))."]
        } else {
            return [sentence(gauge, value)]
        }
        if question.judgesAmount, !isBad, let cores = coresExceeded(by: value, gauge) {
            return [
                "A little: \(sentence(gauge, value).lowercasedStart.withoutStop), more than \(cores) cores run at once."
            ]
        }
        let verdict =
            question.picksVerdict
            ? isBad ? "Too much" : "Normal" : isBad == question.suspectsTrouble ? "Yes" : "No"
        let figure =
            series.count > 1 && gauges.count > 1
            ? series.compactMap { report in report.newest.map { phrase(report.gauge, $0.value) } }
                .joinedWithAnd + "."
            : gauge == .zombies && value == 0 ? "there are no zombies." : checked(gauge, value)
        if !isBad, !question.judgesAmount || gauges.count == 1, series.count == 1,
            let limit = limit(of: gauge),
            limit > 0, value >= 0.9 * limit, !Self.present.contains(gauge)
        {
            return [
                "\(verdict): \(figure.withoutStop), which is high, but below the \(gauge.text(limit)) at which attention is needed."
            ]
        }
        let why = isBad && gauge == .memoryUsed ? swapLine : []
        return ["\(verdict): \(figure)"] + why
    }

    /// Whether what stood out goes on; nil where nothing stood out.
    private func stillHigh(_ report: SeriesReport, _ value: Double) -> String? {
        guard let height = report.height, let highest = report.highest,
            highest.value - (report.lowest?.value ?? 0) >= Self.leastRise(report.gauge)
        else { return nil }
        let now = "\(report.nameIs) \(report.gauge.text(value))"
        let isOngoing = report.present?.isOngoing ?? false || height.isOngoing
        let isYes = isOngoing == question.suspectsTrouble
        guard isOngoing else {
            return
                "\(isYes ? "Yes" : "No"): \(now), after up to \(report.gauge.text(highest.value)) until \(clock(height.to))."
        }
        let from = (report.present?.from).map { min($0, height.isOngoing ? height.from : $0) } ?? height.from
        let ago = Quantity.length(seconds: report.age(from))
        return "\(isYes ? "Yes" : "No"): \(now), high since \(clock(from)), \(ago) ago."
    }

    /// Whether it was so at a moment or in a window that is past.
    private func checkOfThen(_ report: SeriesReport) -> [String] {
        let gauge = report.gauge
        guard let highest = report.highest, let mean = report.mean else { return [noReadings(report)] }
        let isMoment = question.window?.isMoment == true
        if isMoment, let none = noReadings(before: middle(report), report.window) { return [none] }
        let value = isMoment ? report.middle?.value ?? mean : highest.value
        let isBad: Bool
        if question.asksCalm {
            isBad = value >= Self.busyFrom
        } else if Self.present.contains(gauge), question.suspectsTrouble || question.deniesPresence {
            isBad = value >= 0.05
        } else {
            let isUnusual =
                report.usual.map { usual in
                    value > usual.upperBound * 1.5 + (gauge.traits.metric?.traits.smallestChange ?? 0)
                } ?? false
            isBad = limit(of: gauge).map { value >= $0 } ?? false || isUnusual
        }
        let verdict = isBad == (question.suspectsTrouble && !question.deniesPresence) ? "Yes" : "No"
        let figures =
            isMoment
            ? "\(report.nameWas) \(gauge.text(value)), \(moment(middle(report)))"
            : report.lowest?.value == highest.value
                ? "\(report.nameWas) \(gauge.text(value)) throughout, \(stretch(report.window))"
                : "\(report.nameWas) up to \(gauge.text(value)), \(moment(highest.at))"
        return ["\(verdict): \(figures)."]
    }

    private func middle(_ report: SeriesReport) -> Int64 {
        now.milliseconds - Int64(question.window?.middleMinutesAgo ?? 0) * 60_000
    }

    /// "No zombies, right?" affirms that there are none, however few would do no harm.
    private func isDenied(_ report: SeriesReport) -> Bool {
        question.deniesPresence && Self.present.contains(report.gauge)
    }

    /// In the words of the rule that judges it, where its own name says less.
    func checked(_ gauge: Gauge, _ value: Double) -> String {
        switch gauge {
        case .cpuBusy, .memoryUsed, .swapUsed, .diskUsed, .temperature, .inodesUsed, .processCount: break
        default: if let rule = HealthRule.ofGauge[gauge] { return rule.words(gauge.text(value)) + "." }
        }
        return sentence(gauge, value).lowercasedStart
    }

    var hungLine: [String]? {
        let hung = shownSystems.filter { $0.doesNotAnswer == true }.map(\.name)
        guard !hung.isEmpty else { return nil }
        let lead = question.suspectsTrouble ? "Yes" : "No"
        return ["\(lead): \(hung.joinedWithAnd) \(hung.count == 1 ? "does" : "do") not answer."]
            + (fullest.map { [$0] } ?? [])
    }

    var swapLine: [String] {
        guard let swap = status?.memory?.swapUsedPercent, swap >= 50 else { return [] }
        return ["Swap is \(swap.text(1)) % used."]
    }

    var oomKills: [String] {
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
        if question.form == .which, total > 0 {
            return [
                "No reading tells which: \(count(total)) \(total == 1 ? "was" : "were") killed for want of memory since boot."
            ]
        }
        let recent = history?.content.oomKills
        let window = history.map { stretch($0.window) } ?? ""
        let isAsked = question.form == .check
        if question.judgesAmount || question.form == .judge, total > 0 {
            let verdict = question.suspectsTrouble ? "Yes" : "No"
            let lately = recent == 0 ? ", none of them \(window)" : ""
            return [
                "\(verdict): \(count(total)) \(total == 1 ? "was" : "were") killed for want of memory since boot\(lately)."
            ]
        }
        if question.isSum, total > 0 {
            return ["\(count(total)) \(total == 1 ? "was" : "were") killed for want of memory since boot."]
        }
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
                "\(isAsked ? "No: no" : "No") process was killed for want of memory \(window); \(count(total)) since boot."
            ]
        }
        return [
            "\(isAsked ? "Yes: " : "")\(count(total)) \(total == 1 ? "was" : "were") killed for want of memory since boot."
        ]
    }
}
