import MaintenanceAPI
import Questions
import Values

/// One statistic of a series: mean, peak, total, percentile, trend.
extension AnalystAnswer {
    func mean(_ report: SeriesReport) -> [String] {
        if series.count > 1 {
            let parts = series.compactMap { report in report.mean.map { phrase(report.gauge, $0) } }
            let present = series.compactMap { report in report.newest.map { phrase(report.gauge, $0.value) } }
            if question.isWithNow, !present.isEmpty, !parts.isEmpty {
                return [
                    "\(present.joinedWithAnd.sentence) now; \(parts.joinedWithAnd) on average \(stretch(report.window))."
                ]
            }
            return parts.isEmpty
                ? [noReadings(report)]
                : ["\(parts.joinedWithAnd.sentence) on average \(stretch(report.window))."]
        }
        guard let mean = report.mean else { return [noReadings(report)] }
        if let window = question.window, window.isMoment, window.minutes <= 5 {
            let at = report.now.milliseconds - Int64(window.middleMinutesAgo) * 60_000
            if let none = noReadings(before: at, report.window) { return [none] }
            let isCount = report.gauge.traits.unit == .count
            // A burst is shorter than a moment is long.
            let isBurst = [.bytesPerSecond, .perSecond].contains(report.gauge.traits.unit)
            let most =
                report.highest.flatMap { highest in
                    isBurst && highest.value > 1.2 * (report.middle?.value ?? mean)
                        ? ", up to \(report.gauge.text(highest.value))" : nil
                } ?? ""
            let value = report.middle?.value ?? mean
            let told =
                isCount ? phrase(report.gauge, value) : "\(report.nameWas) \(report.gauge.text(value))"
            let present =
                question.isWithNow ? report.newest.map { "\(report.gauge.text($0.value)) now; " } ?? "" : ""
            return ["\(present)\(told)\(most), \(self.moment(at)).".sentence]
        }
        let name = report.name
        if question.isWithNow, let newest = report.newest {
            return [
                "\(report.gauge.text(newest.value)) now; \(name) averaged \(report.gauge.text(mean)) \(stretch(report.window))."
            ]
        }
        return ["\(name) averaged \(report.gauge.textOfMean(mean)) \(stretch(report.window)).".sentence]
    }

    func noReadings(_ report: SeriesReport) -> String {
        if let none = noReadingsFrom(report.window) { return none }
        return "There is no data \(stretch(report.window)): no reading of it tells \(report.name)."
    }

    func extreme(
        _ report: SeriesReport, _ moment: SeriesReport.Moment?, _ verb: String, _ word: String
    ) -> [String] {
        guard let moment else { return [noReadings(report)] }
        let (gauge, name) = (report.gauge, report.name)
        if question.asksEver, let told = everBeyond(report, moment, word) { return [told] }
        if report.lowest?.value == report.highest?.value {
            let isOfNetwork = moment.value == 0 && [.networkReceived, .networkSent].contains(gauge)
            return [
                "\(report.nameWas) \(gauge.text(moment.value)) throughout, \(stretch(report.window))\(isOfNetwork ? "; what the host sends to itself is not counted" : "")."
                    .sentence
            ]
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

    /// Whether it ever was more, or less, than now; whether there ever was any.
    private func everBeyond(_ report: SeriesReport, _ moment: SeriesReport.Moment, _ word: String) -> String?
    {
        let gauge = report.gauge
        // "Was it always that high?"
        if question.wantsSteady, let newest = report.newest {
            let isSo = moment.value >= 0.9 * newest.value
            return
                "\(isSo ? "Yes" : "No"): \(report.name) was lowest at \(gauge.text(moment.value)), \(self.moment(moment.at)); \(gauge.text(newest.value)) now."
        }
        if question.direction == nil {
            let moments = series.compactMap { report in report.highest.map { (report, $0) } }
            let some = moments.filter { report, moment in
                moment.value >= Self.least(report.gauge, isALot: question.judgesAmount)
                    || question.judgesAmount && report.height != nil
                        && moment.value - (report.lowest?.value ?? 0) >= Self.leastRise(report.gauge)
            }
            let told = (some.isEmpty ? moments : some).map { report, moment in
                "\(report.name) \(report.gauge.text(moment.value))"
                    + (moment.value > 0 ? ", \(self.moment(moment.at))" : "")
            }
            return "\(some.isEmpty ? "No" : "Yes"): at most \(told.joinedWithAnd) \(stretch(report.window))."
        }
        guard let newest = report.newest else { return nil }
        let isBeyond = word == "highest" ? moment.value > newest.value : moment.value < newest.value
        guard isBeyond else {
            return
                "No: \(gauge.text(newest.value)) now is the \(word) \(report.name) \(stretch(report.window))."
        }
        return
            "Yes: \(report.name) \(word == "highest" ? "peaked at" : "was lowest at") \(gauge.text(moment.value)), \(self.moment(moment.at)); \(gauge.text(newest.value)) now."
    }

    /// From which value on there was some of it, or a lot.
    private static func least(_ gauge: Gauge, isALot: Bool) -> Double {
        switch gauge.traits.unit {
        case .percent, .percentOfCore: isALot ? 20 : 0.5
        case .bytesPerSecond: isALot ? 10_485_760 : 1
        default: isALot ? HealthRule.ofGauge[gauge]?.raisesAt ?? 1 : .leastNonzeroMagnitude
        }
    }

    var total: [String] {
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
        let part =
            series.first?.part.map {
                [.diskReads, .diskWrites].contains(series[0].gauge) ? " (\($0))" : " on \($0)"
            } ?? ""
        return ["\(parts.joinedWithAnd)\(part) \(stretch(window))."]
    }

    static func participle(_ gauge: Gauge) -> String {
        switch gauge {
        case .diskReads: "read from disks"
        case .diskWrites: "written to disks"
        default: gauge.name
        }
    }

    func percentile(_ report: SeriesReport, _ percent: Int) -> [String] {
        guard let value = report.percentile?.value else { return [noReadings(report)] }
        let name = report.name
        let which = percent == 50 ? "median" : "p\(percent)"
        return ["\(report.gauge.text(value)): the \(which) of \(name) \(stretch(report.window))."]
    }

    func trend(_ report: SeriesReport) -> [String] {
        guard let first = report.first, let last = report.last, let low = report.lowest,
            let high = report.highest,
            let mean = report.mean
        else { return [noReadings(report)] }
        let gauge = report.gauge
        let name = report.nameIs.sentence
        let isAsked = question.isYesNo
        let course = "from \(gauge.text(first)) to \(gauge.text(last)) \(stretch(report.window))"
        // What rose and fell back has no direction: it is over.
        let isOver =
            high.value - max(first, last) > 0.5 * (high.value - low.value)
            && abs(last - first) < 0.2 * (high.value - low.value)
        let isWide =
            high.value - low.value > max(0.5 * abs(mean), 0.5 * Self.leastRise(gauge))
        if question.wantsSteady, high.value - low.value >= Self.leastRise(gauge) {
            return [
                "\(isAsked ? "No: " : "It varies: ")\(report.nameWas) between \(gauge.text(low.value)) and \(gauge.text(high.value)) \(stretch(report.window)); \(gauge.text(last)) at its end."
            ]
        }
        if isOver, question.direction == .down && isAsked || isWide || isMoved(first, last, mean, report) {
            let isSo = question.direction == .down ? "Yes" : "No"
            let told =
                "\(name.lowercasedStart) \(gauge.text(last)) again, after \(gauge.text(high.value)), \(moment(high.at))"
            return [isAsked ? "\(isSo): \(told)." : "\(told.sentence)."]
        }
        guard low.value != high.value,
            isMoved(first, last, mean, report)
        else {
            let steady =
                low.value == high.value
                ? "\(name) steady at \(gauge.text(mean)) \(stretch(report.window))."
                : "\(name) about level: \(gauge.text(low.value)) to \(gauge.text(high.value)), mean \(gauge.text(mean)), \(stretch(report.window))."
            return [isAsked ? "\(question.wantsSteady ? "Yes" : "No"): " + steady.lowercasedStart : steady]
        }
        let direction = last > first ? "rising" : "falling"
        let isAmount = [.percent, .count, .bytes].contains(gauge.traits.unit)
        let rate = report.changePerHour.flatMap { slope in
            isAmount && (slope > 0) == (last > first) ? " by \(gauge.text(slope.magnitude)) per hour" : nil
        }
        // Without a direction any change is one.
        let isSo = !question.wantsSteady && question.direction.map { ($0 == .down) == (last < first) } ?? true
        let peak =
            high.value > max(first, last)
            ? ["It peaked at \(gauge.text(high.value)), \(moment(high.at))."] : []
        return [
            (isAsked ? isSo ? "Yes: " : "No: " : "")
                + "\(isAsked ? name.lowercasedStart : name) \(direction)\(rate ?? ""), \(course)."
        ] + peak
    }

    private func isMoved(_ first: Double, _ last: Double, _ mean: Double, _ report: SeriesReport) -> Bool {
        abs(last - first) > 0.05 * max(abs(mean), 0.5) || report.changePerHour != nil
    }
}

extension Gauge {
    /// A rate says of what time it is.
    fileprivate func textOfMean(_ value: Double) -> String {
        traits.unit == .perSecond ? "\(text(value)) per second" : text(value)
    }
}
