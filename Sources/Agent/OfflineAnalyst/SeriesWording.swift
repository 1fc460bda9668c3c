import MaintenanceAPI

/// Words what series did: history, findings, changes.
enum SeriesWording {
    static func history(_ result: Windowed<HistoryResult>, _ request: AnalystRequest) -> [String] {
        let topics = Set(request.topics)
        let wanted = Metric.allCases.filter { !topics.isDisjoint(with: $0.traits.topics) }
        var parts = (wanted.isEmpty ? Metric.allCases.filter(\.traits.isGeneral) : wanted).compactMap {
            metric in
            result.content.series[metric].map { course(of: metric, $0) }
        }
        if topics.contains(.memory), let kills = result.content.oomKills {
            parts.append("\(kills) processes killed for want of memory")
        }
        return parts.isEmpty ? [] : ["\(window(result.window)): \(parts.joined(separator: "; "))."]
    }

    private static func course(of metric: Metric, _ series: SeriesResult) -> String {
        func figure(_ value: Double) -> String { metric.figure(value, digits: 2) }
        let (name, mean) = (metric.traits.hostLabel, figure(series.mean))
        guard series.min != series.max else { return "\(name) \(mean) throughout" }
        let range = "\(name) mean \(mean) (\(figure(series.min)) to \(figure(series.max)))"
        return series.first == series.last
            ? range : "\(range), from \(figure(series.first)) to \(figure(series.last))"
    }

    /// Findings; `hasOthers` when the newest reading shows something unusual that is told beside them.
    static func anomalies(
        _ result: Windowed<AnomalyResult>, isBrief: Bool, else hasOthers: Bool
    ) -> [String] {
        let (lead, findings) = (window(result.window).lowercasedFirst, result.content.findings)
        guard !findings.isEmpty else {
            return ["Nothing unusual \(lead)\(hasOthers ? ", beside what is told here" : "")."]
        }
        let lines = findings.prefix(isBrief ? 2 : 6).map {
            "\($0.severity.rawValue): \($0.summary) (\($0.fromUTC))"
        }
        return ["\(result.content.count) unusual \(lead): \(lines.joined(separator: "; "))."]
    }

    static func changes(_ result: ComparisonResult, isBrief: Bool) -> [String] {
        let moved = Metric.allCases.compactMap { metric in
            result.series[metric].map { (metric: metric, now: $0.nowMean, before: $0.earlierMean) }
        }
        func size(_ change: (metric: Metric, now: Double, before: Double)) -> Double {
            abs(change.now - change.before) / max(abs(change.before), 1)
        }
        // What moved most for its size comes first.
        let sorted = moved.filter { size($0) > 0.05 }.sorted {
            size($0) == size($1)
                ? $0.metric.traits.field < $1.metric.traits.field : size($0) > size($1)
        }
        let (minutes, back) = (result.windowMinutes, result.earlierEndsMinutesBack)
        let earlier = back == minutes ? "time before" : "same time \(span(minutes: back)) earlier"
        let window = "over the last \(span(minutes: minutes)) against the \(earlier)"
        guard !sorted.isEmpty else { return ["Little changed \(window)."] }
        let lines = sorted.prefix(isBrief ? 2 : 6).map { change in
            let figures = [change.before, change.now].map { change.metric.figure($0, digits: 2) }
            return "\(change.metric.traits.hostLabel) \(figures[0]) → \(figures[1])"
        }
        return ["O\(window.dropFirst()): \(lines.joined(separator: "; "))."]
    }

    /// "In the last 60 minutes", or from when to when where it ends earlier; and since when there are readings where
    /// that is later.
    private static func window(_ window: WindowResult) -> String {
        let stretch =
            window.endsMinutesAgo == nil
            ? "In the last \(span(minutes: window.windowMinutes))"
            : "From \(window.fromUTC) to \(window.toUTC)"
        return stretch + (window.readingsBeginUTC.map { " (readings begin at \($0))" } ?? "")
    }

    /// In the largest unit that leaves nothing over, from two of it on; in hours and minutes where none does.
    private static func span(minutes: Int) -> String {
        let (day, hour) = (1440, 60)
        if minutes >= 2 * day, minutes.isMultiple(of: day) { return "\(minutes / day) days" }
        guard minutes >= 2 * hour else { return minutes == 1 ? "minute" : "\(minutes) minutes" }
        let rest = minutes % hour
        return "\(minutes / hour) hours" + (rest == 0 ? "" : " \(rest) min")
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
