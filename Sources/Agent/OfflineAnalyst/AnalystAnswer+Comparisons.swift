import MaintenanceAPI
import Questions
import Values

/// A figure against what is usual, what was, or what somebody says.
extension AnalystAnswer {
    func compare(_ report: SeriesReport, _ comparison: Query.Comparison) -> [String] {
        let gauge = report.gauge
        let name = report.name
        guard let newest = report.newest else { return [noReadings(report)] }
        let isAsked = question.isYesNo
        switch comparison {
        case .eachOther:
            return eachOther(
                series.compactMap { report in
                    report.newest.map { (report.name, $0.value, phrase(report.gauge, $0.value)) }
                })
        case .usual:
            guard let usual = report.usual else {
                // What needs attention is not normal, however little has been seen.
                if let concern = concerns.first(where: { $0.gauge == gauge }) {
                    let isYes = isAsked && question.suspectsTrouble
                    return ["\(isYes ? "Yes" : "No"): \(concern.summary)."]
                }
                if question.direction == nil, isAsked || question.isYesNo, let limit = limit(of: gauge) {
                    return [
                        "\(verdict(newest.value < limit, report)); too little has been seen to say what is usual."
                    ]
                }
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
            if isAsked, let direction = question.direction {
                let isSo = direction == .up ? isMore : isLess
                return ["\(isSo ? "Yes" : "No"): \(report.nameIs) \(figures)."]
            }
            if question.suspectsTrouble || !isAsked {
                let word = isMore ? "Higher than usual" : isLess ? "Lower than usual" : "As usual"
                return [
                    isAsked
                        ? "\(isMore || isLess ? "Yes" : "No"): \(report.nameIs) \(figures)."
                        : "\(word): \(report.nameIs) \(figures)."
                ]
            }
            return ["\(isMore || isLess ? "No" : "Yes"): \(report.nameIs) \(figures)."]
        case .before(let minutes):
            let then =
                question.window == nil ? report.earlierEnd?.value ?? report.earlierMean : report.earlierMean
            guard let earlier = then ?? (minutes <= 60 ? report.meanSinceBeginning : nil) else {
                return [
                    "There is no data from then: \(report.nameIs) \(gauge.text(newest.value)) now\(sinceBeginning(report))."
                ]
            }
            // Of two stretches the means are compared.
            let present = question.window == nil ? newest.value : report.mean ?? newest.value
            let difference = present - earlier
            let isSame = abs(difference) <= max(0.05 * abs(earlier), 0.1)
            let ago = Quantity.length(seconds: Double(minutes) * 60)
            let when = minutes == 1440 ? "yesterday at this time" : "\(ago) earlier"
            let figures =
                question.window != nil && report.earlierMean != nil
                ? "\(name) averaged \(gauge.text(present)) \(stretch(report.window)), \(gauge.text(earlier)) in the \(span(minutes: minutes)) before"
                : "\(report.nameIs) \(gauge.text(newest.value)) now"
                    + (report.earlierMean == nil
                        ? sinceBeginning(report) : ", \(gauge.text(earlier)) \(when)")
            if isAsked, question.comparesThen, !isSame, let direction = question.direction {
                return ["\((difference > 0) == (direction == .up) ? "Yes" : "No"): \(figures)."]
            }
            if isAsked, let direction = question.direction, direction == .down || isSame {
                let isSo = !isSame && difference < 0
                return ["\(isSo ? "Yes" : isSame ? "No, about the same" : "No, higher"): \(figures)."]
            }
            if isAsked {
                return [
                    "\(isSame ? "No, about the same" : difference > 0 ? "Yes" : "No, lower"): \(figures)."
                ]
            }
            let (more, less) = question.picksVerdict ? ("Worse", "Better") : ("Higher", "Lower")
            return ["\(isSame ? "About the same" : difference > 0 ? more : less): \(figures)."]
        }
    }

    private func sinceBeginning(_ report: SeriesReport) -> String {
        guard let mean = report.meanSinceBeginning else { return "" }
        return ", \(report.gauge.text(mean)) on average since readings begin"
    }

    /// Two things that the question names, the first one as it asks for it.
    func eachOther(_ both: [(name: String, value: Double, phrase: String)]) -> [String] {
        guard both.count > 1 else { return both.first.map { ["\($0.phrase.sentence)."] } ?? [Self.noData] }
        let (first, second) = (both[0], both[1])
        let wantsLess = question.direction == .down || question.isLowest
        let isSame = abs(first.value - second.value) <= 0.01 * max(abs(first.value), abs(second.value))
        let isFirst = (first.value < second.value) == wantsLess
        if question.isYesNo {
            return ["\(!isSame && isFirst ? "Yes" : "No"): \(first.phrase), \(second.phrase)."]
        }
        if isSame { return ["About the same: \(first.phrase), \(second.phrase)."] }
        let (ahead, behind) = isFirst ? (first, second) : (second, first)
        return ["\(ahead.phrase.sentence), against \(behind.phrase)."]
    }

    func judgement(_ report: SeriesReport) -> [String] {
        guard let asked = question.judged else { return current(question.gauges) }
        let gauge = report.gauge
        let figure = gauge.text(asked)
        var usual = report.newest.map { "it is \(gauge.text($0.value)) here now" } ?? ""
        if let range = report.usual { usual += ", usually \(gauge.text(range))" }
        guard let limit = limit(of: gauge) else {
            if gauge == .oomKills { return oomKills }
            return Self.present.contains(gauge)
                ? check(report, question.gauges) : ["That depends on what is usual: \(usual)."]
        }
        if let cores = coresExceeded(by: asked, gauge), asked < limit {
            let verdict = question.picksVerdict ? "High" : question.suspectsTrouble ? "A little" : "Not quite"
            let why = "\(figure) is more than \(cores) cores run at once; attention is needed from"
            return ["\(verdict): \(why) \(gauge.text(limit)) on.", usual.sentence + "."]
        }
        // What is soon over does no harm.
        if asked >= limit, gauge == .cpuBusy, let window = question.window, window.minutes <= 10,
            !window.isMoment
        {
            return [
                "Not for \(span(minutes: window.minutes)): it matters where \(figure) lasts; attention is needed from \(gauge.text(limit)) on.",
                usual.sentence + ".",
            ]
        }
        let isBad = asked >= limit
        let asksGood = !question.suspectsTrouble
        let isClose = !isBad && asked >= 0.9 * limit
        let verdict =
            question.picksVerdict
            ? isBad ? "Too much" : isClose ? "High" : "Normal"
            : isClose ? "No, but it is high" : isBad == asksGood ? "No" : "Yes"
        let why =
            "\(figure) is \(isBad ? "too much" : isClose ? "below the limit" : "fine") for \(gauge.name)"
        let from =
            HealthRule.ofGauge[gauge] == nil ? onCores : "; attention is needed from \(gauge.text(limit)) on"
        return ["\(verdict): \(why)\(from).", usual.sentence + "."]
    }

    /// The number of cores, where a load is more than they can run at once.
    func coresExceeded(by load: Double, _ gauge: Gauge) -> Int? {
        guard [.load1, .load5, .load15].contains(gauge), let cores = status?.coreCount, load > Double(cores)
        else { return nil }
        return cores
    }

    /// "Is it normal?", by what needs attention alone.
    private func verdict(_ isWithinLimits: Bool, _ report: SeriesReport) -> String {
        let isYes = isWithinLimits != question.suspectsTrouble
        let now = report.newest.map { checked(report.gauge, $0.value).withoutStop } ?? report.name
        return "\(isYes ? "Yes" : "No"), as far as can be said: \(now)\(course(report))"
    }

    /// From which value on a gauge needs attention; the load from one and a half per core on.
    func limit(of gauge: Gauge) -> Double? {
        switch gauge {
        case .load1, .load5, .load15: status?.coreCount.map { Double($0) * 1.5 }
        case .loadPerCore: 1.5
        case .cpuIdle: nil
        case .openFiles: status?.maxOpenFiles.map { Double($0) * 0.9 }
        default: HealthRule.ofGauge[gauge]?.raisesAt
        }
    }
}
