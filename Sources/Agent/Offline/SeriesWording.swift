import MaintenanceAPI

/// Words what series did: history, findings, changes.
enum SeriesWording {
    static func history(_ result: JSON, _ request: AnalystRequest) -> [String] {
        guard let series = result["series"] else { return [] }
        let wanted = Metric.allCases.filter { request.topics.contains(where: $0.traits.topics.contains) }
        var parts = (wanted.isEmpty ? Metric.allCases.filter(\.traits.isGeneral) : wanted).compactMap {
            metric in
            course(of: metric, series[metric.traits.field])
        }
        if request.topics.contains(.memory), let kills = result["oom_kills"].figure {
            parts.append("\(kills) processes killed for want of memory")
        }
        return parts.isEmpty ? [] : ["\(window(result)): \(parts.joined(separator: "; "))."]
    }

    private static func course(of metric: Metric, _ values: JSON?) -> String? {
        guard let values, let mean = values["mean"]?.number, let low = values["min"]?.number,
            let high = values["max"]?.number
        else { return nil }
        guard low != high else {
            return "\(metric.traits.hostLabel) \(metric.figure(mean, digits: 2)) throughout"
        }
        var text = "\(metric.traits.hostLabel) mean \(metric.figure(mean, digits: 2)) "
        text += "(\(metric.figure(low, digits: 2)) to \(metric.figure(high, digits: 2)))"
        if let first = values["first"]?.number, let last = values["last"]?.number, first != last {
            text += ", from \(metric.figure(first, digits: 2)) to \(metric.figure(last, digits: 2))"
        }
        return text
    }

    /// Findings; `hasOthers` when the newest reading shows something unusual that is told beside them.
    static func anomalies(_ result: JSON, isBrief: Bool, else hasOthers: Bool) -> [String] {
        let (lead, findings) = (window(result), result["findings"]?.array ?? [])
        guard !findings.isEmpty else {
            return [
                "Nothing unusual \(lead.lowercasedFirst)\(hasOthers ? ", beside what is told here" : "")."
            ]
        }
        let count = result["count"].figure ?? "\(findings.count)"
        let lines = findings.prefix(isBrief ? 2 : 6).compactMap { finding -> String? in
            guard let summary = finding["summary"]?.string, let severity = finding["severity"]?.string else {
                return nil
            }
            return "\(severity): \(summary) (\(finding["from_utc"]?.string ?? "?"))"
        }
        return ["\(count) unusual \(lead.lowercasedFirst): \(lines.joined(separator: "; "))."]
    }

    static func changes(_ result: JSON, isBrief: Bool) -> [String] {
        guard let minutes = result["window_minutes"]?.number,
            let back = result["earlier_ends_minutes_back"]?.number
        else { return [] }
        let moved = Metric.allCases.compactMap { metric -> (metric: Metric, now: Double, before: Double)? in
            let values = result["series"]?[metric.traits.field]
            guard let now = values?["now_mean"]?.number, let before = values?["earlier_mean"]?.number else {
                return nil
            }
            return (metric, now, before)
        }
        func size(_ change: (metric: Metric, now: Double, before: Double)) -> Double {
            abs(change.now - change.before) / max(abs(change.before), 1)
        }
        // What moved most for its size comes first.
        let sorted = moved.filter { size($0) > 0.05 }.sorted {
            size($0) == size($1) ? $0.metric.traits.field < $1.metric.traits.field : size($0) > size($1)
        }
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
    private static func window(_ result: JSON) -> String {
        let begin = result["readings_begin_utc"]?.string.map { " (readings begin at \($0))" } ?? ""
        return stretch(result) + begin
    }

    private static func stretch(_ result: JSON) -> String {
        if result["ends_minutes_ago"] != nil, let from = result["from_utc"]?.string,
            let to = result["to_utc"]?.string
        {
            return "From \(from) to \(to)"
        }
        return "In the last \(span(minutes: result["window_minutes"]?.number ?? 0))"
    }

    /// In the largest unit that leaves nothing over, from two of it on; in hours and minutes where none does.
    private static func span(minutes: Double) -> String {
        let (day, hour) = (1440.0, 60.0)
        let rest = minutes.truncatingRemainder(dividingBy: hour)
        if minutes >= 2 * day, minutes.truncatingRemainder(dividingBy: day) == 0 {
            return "\((minutes / day).text(0)) days"
        }
        guard minutes >= 2 * hour else { return minutes == 1 ? "minute" : "\(minutes.text(0)) minutes" }
        let hours = "\(((minutes - rest) / hour).text(0)) hours"
        return rest == 0 ? hours : "\(hours) \(rest.text(0)) min"
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
