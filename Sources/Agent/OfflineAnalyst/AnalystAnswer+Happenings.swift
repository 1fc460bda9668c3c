import MaintenanceAPI
import Questions
import Values

/// What happened while too little has been seen to say what is usual: what was high, when and how often.
extension AnalystAnswer {
    /// The series of which it is told.
    static let happening: [Gauge] = [
        .cpuBusy, .memoryUsed, .diskUsed, .load1, .ioPressure, .receiveDrops, .diskReads, .diskWrites,
        .networkReceived, .networkSent,
    ]

    /// The worst first; empty where what is usual is known, which then tells more.
    var happenings: [String] { mayHaveHappened.compactMap(happening) }

    /// Of what happened, the worst first.
    var happeningGauges: [Gauge] { mayHaveHappened.filter { happening($0) != nil }.map(\.gauge) }

    private var mayHaveHappened: [SeriesReport] {
        series.filter {
            Self.happening.contains($0.gauge) && $0.part == nil && ($0.usual == nil || isYoung)
        }
        .sorted { Self.rank($0) < Self.rank($1) }
    }

    /// Whether there are too few readings for one of them to say what is usual.
    private var isYoung: Bool { series.contains { $0.gauge == .cpuBusy && $0.usual == nil } }

    /// Whether what was high tells of all that was found: a silence, say, is none of it.
    func tellsAll(_ findings: [AnomalyResult.Finding]) -> Bool {
        let labels = happeningGauges.compactMap { $0.traits.metric?.traits.label }
        return !labels.isEmpty
            && findings.allSatisfy { finding in labels.contains { finding.summary.hasPrefix($0) } }
    }

    /// No more is told in one line.
    private var maxTold: Int { question.isYesNo || isAsked ? 3 : 5 }

    /// As an answer to what happened, whether something did, how much, or which of it.
    var happened: [String] {
        let lead =
            question.form == .count
            ? "\(Self.word(happenings.count).sentence): "
            : question.isYesNo || isAsked ? question.wantsWhole ? "No: " : "Yes: " : ""
        let reports = mayHaveHappened.filter { happening($0) != nil }
        if question.isInOrder, lead.isEmpty { return [timeline(reports)] }
        let window = anomalies.map { stretch($0.window) } ?? ""
        let told = reports.compactMap(happening).prefix(maxTold).joined(separator: "; ")
        return [
            "\(lead)\(lead.isEmpty ? told.sentence : told).",
            "What is usual is not known yet: too little has been seen \(window).",
        ]
    }

    /// Which of what happened: the first, the last, the worst or the longest of all.
    func happened(_ pick: Query.Pick) -> String? {
        picked(pick).map { report, height in
            "\(report.name) up to \(report.gauge.text(height.highest.value)) \(span(height))".sentence + "."
        }
    }

    /// Each time that what is asked about was high; nil where it was not, or where what is usual tells more.
    var highs: [String]? {
        let told = series.filter { question.about.contains($0.gauge) && $0.usual == nil }.compactMap {
            report in happening(report).map { (text: $0, count: report.heights.count) }
        }
        guard !told.isEmpty else { return nil }
        let all = told.map(\.text).joined(separator: "; ")
        switch question.form {
        case .count:
            let count = told.reduce(0) { $0 + $1.count }
            return ["\(Self.word(count).sentence): \(all)."]
        case .check: return ["Yes: \(all)."]
        default: return [question.isYesNo ? "Yes: \(all)." : "\(all.sentence)."]
        }
    }

    /// How what is now differs from the first reading, where there is nothing further back to compare with.
    var changesSinceBeginning: [String]? {
        let reports = mayHaveHappened.filter { $0.gauge != .receiveDrops }
        guard let window = reports.first?.window, window.endsMinutesAgo == nil else { return nil }
        let changed = reports.compactMap { report -> String? in
            guard let first = report.first, let last = report.newest?.value ?? report.last,
                abs(last - first) >= 0.2 * Self.leastRise(report.gauge)
                    || report.gauge == .diskUsed && abs(last - first) >= 1
            else { return nil }
            let gauge = report.gauge
            return
                "\(report.name) \(last > first ? "rose" : "fell") from \(gauge.text(first)) to \(gauge.text(last))"
        }
        let lead = question.isYesNo ? changed.isEmpty ? "No: " : "Yes: " : ""
        let told = changed.isEmpty ? "little is different now" : changed.prefix(4).joined(separator: ", ")
        let between = mayHaveHappened.filter { $0.gauge != .diskUsed }.compactMap(happening).prefix(3)
            .joined(separator: "; ")
        let first = "\(lead)\(lead.isEmpty ? told.sentence : told) \(stretch(window))."
        return [first] + (between.isEmpty ? [] : ["In between: \(between)."])
    }

    func picked(_ pick: Query.Pick) -> (SeriesReport, SeriesReport.Height)? {
        let all = mayHaveHappened.filter { happening($0) != nil }.flatMap { report in
            report.heights.map { (report, $0) }
        }
        let inTime = all.sorted { $0.1.from < $1.1.from }
        return switch pick {
        case .at(let place): inTime.dropFirst(place - 1).first
        case .last: inTime.last
        case .worst: all.first { $0.1.highest.value == $0.0.highest?.value }
        case .longest: inTime.max { $0.1.to - $0.1.from < $1.1.to - $1.1.from }
        }
    }

    /// What still is so: what is as high as at its highest, and what needs attention.
    var ongoing: [String] {
        guard let status else { return [Self.noData] }
        let isGood = !question.suspectsTrouble
        let isAsked = question.isYesNo || isAsked
        let concerned = leading.prefix(3)
        let high = mayHaveHappened.filter { report in
            happening(report) != nil && !concerned.contains { $0.gauge == report.gauge }
        }
        let going =
            high.compactMap(goesOn) + concerned.map(\.summary) + (concerned.isEmpty ? unusualStill : [])
        guard !going.isEmpty else {
            let lead = isAsked ? isGood ? "Yes: nothing" : "No: nothing" : "Nothing"
            return ["\(lead) stands out now: \(figures(of: status).lowercasedStart)"]
        }
        let told = going.prefix(3).joined(separator: "; ")
        return [isAsked ? "\(isGood ? "No" : "Yes"): \(told)." : "\(told.sentence)."]
    }

    /// A series that is as high as at its highest, or much higher than at its lowest, since a time that is known.
    private func goesOn(_ report: SeriesReport) -> String? {
        if let height = report.heights.last, height.isOngoing {
            return
                "\(report.name) up to \(report.gauge.text(height.highest.value)) \(span(height))\(user(report.gauge))"
        }
        guard let present = report.present, present.isOngoing, let newest = report.newest,
            let lowest = report.lowest,
            newest.value - lowest.value >= 0.5 * Self.leastRise(report.gauge)
        else { return nil }
        return
            "\(report.name) \(report.gauge.text(newest.value)) since \(clock(present.from))\(user(report.gauge))"
    }

    /// The process behind it.
    private func user(_ gauge: Gauge) -> String {
        guard gauge == .cpuBusy, let first = top?.byCPU.first, (first.cpuPercentOfOneCore ?? 0) >= 50 else {
            return ""
        }
        return " (\(use(first, .cpu)) of one core)"
    }

    /// What was found unusual and has not ended.
    private var unusualStill: [String] {
        (anomalies?.content.findings ?? []).filter { $0.to >= now.milliseconds - 60_000 }.map {
            "\($0.summary), since \(clock($0.from))"
        }
    }

    private static func rank(_ report: SeriesReport) -> Int { happening.firstIndex(of: report.gauge) ?? 0 }

    /// No more is told one after the other.
    private static let maxInTimeline = 8

    /// One after the other, in order of time.
    private func timeline(_ reports: [SeriesReport]) -> String {
        let all = reports.flatMap { report -> [(at: Int64, text: String)] in
            if report.gauge == .diskUsed {
                return happening(report).map { [(report.height?.from ?? .max, $0)] } ?? []
            }
            return report.heights.suffix(SeriesReport.maxHeightCount).map { height in
                (
                    height.from,
                    "\(report.name) up to \(report.gauge.text(height.highest.value)) \(span(height))"
                )
            }
        }
        let told = all.sorted { $0.at < $1.at }.suffix(Self.maxInTimeline).map(\.text)
        return "\(told.joined(separator: "; ").sentence)."
    }

    /// By how much its highest value has to be above the lowest.
    static func leastRise(_ gauge: Gauge) -> Double {
        switch gauge.traits.unit {
        case .bytesPerSecond: [.diskReads, .diskWrites].contains(gauge) ? 20_971_520 : 10_485_760
        case .perSecond: 5
        default: gauge == .cpuBusy ? 50 : gauge == .ioPressure ? 25 : gauge == .load1 ? 2 : 5
        }
    }

    private func happening(_ report: SeriesReport) -> String? {
        let gauge = report.gauge
        guard let lowest = report.lowest, let highest = report.highest else { return nil }
        if gauge == .diskUsed {
            guard let change = report.change, change >= 1, let first = report.first, let last = report.last
            else { return nil }
            return "\(report.name) went from \(gauge.text(first)) to \(gauge.text(last))"
        }
        guard let height = report.height, highest.value - lowest.value >= Self.leastRise(gauge),
            gauge != .load1 || !isOfCPU(height, highest.value)
        else { return nil }
        let told = "\(report.name) up to \(gauge.text(highest.value))"
        let spans = report.heights.map(span)
        guard spans.count > 1 else { return "\(told) \(spans.first ?? "")" }
        return spans.count <= 3
            ? "\(told), \(spans.joinedWithAnd)"
            : "\(told), \(spans.count) times, last \(spans[spans.count - 1])"
    }

    private func span(_ height: SeriesReport.Height) -> String {
        height.isOngoing
            ? "since \(clock(height.from))" : "from \(clock(height.from)) to \(clock(height.to))"
    }

    /// Whether the load tells nothing that the CPU does not: it was busy then, or no core was missing.
    private func isOfCPU(_ height: SeriesReport.Stretch, _ load: Double) -> Bool {
        guard load > Double(status?.coreCount ?? 1) else { return true }
        let busy = series.first { $0.gauge == .cpuBusy }?.heights ?? []
        return busy.contains { $0.from <= height.to && $0.to >= height.from - 60_000 }
    }
}
