import Foundation
import MaintenanceAPI
import Questions
import Values

/// What is to come, and how things have gone.
extension AnalystAnswer {
    var course: [String] {
        guard let status else { return [Self.noData] }
        let gauge =
            status.needsAttention.lazy.compactMap(\.gauge).first { Query.coursed.contains($0) } ?? .cpuBusy
        guard let report = series.first(where: { $0.gauge == gauge }), let first = report.first,
            let last = report.last,
            let mean = report.mean
        else { return [Self.noData] }
        let change = last - first
        let isSame = abs(change) <= max(0.1 * abs(mean), 2)
        let lead = isSame ? "About the same" : change > 0 ? "Worse" : "Better"
        let concern = status.needsAttention.isEmpty ? ["Nothing needs attention."] : []
        return [
            "\(lead): \(report.name) went from \(gauge.text(first)) to \(gauge.text(last)) \(stretch(report.window))."
        ] + concern
    }

    var outlook: [String] {
        guard let status else { return [Self.noData] }
        let present = status.needsAttention.first.map { "now \($0.summary)" } ?? "nothing needs attention now"
        let filling = forecast?.fileSystems.filter { ($0.fullInHours ?? .infinity) < 24 * 30 }.min {
            ($0.fullInHours ?? 0) < ($1.fullInHours ?? 0)
        }
        if let filling, let hours = filling.fullInHours {
            return [
                "At the present rate \(filling.name) is full in \(Quantity.length(seconds: hours * 3600)); \(present)."
            ]
        }
        if let hours = series.first(where: { $0.gauge == .memoryUsed })?.fullInHours, hours < 24 * 7 {
            return [
                "At the present rate memory is full in \(Quantity.length(seconds: hours * 3600)); \(present)."
            ]
        }
        return [
            "At the present rates no disk and no memory will be full soon; \(present). More cannot be foretold."
        ]
    }

    /// How a stretch was, or a moment.
    var summary: [String] {
        if question.window?.isMoment == true { return ofMoment }
        guard let history else { return [anomalies.flatMap { noReadingsFrom($0.window) } ?? Self.noData] }
        if let none = noReadingsFrom(history.window) { return [none] }
        let found = anomalies?.content.findings ?? []
        if found.isEmpty || tellsAll(found), !happenings.isEmpty { return happened }
        return [means(history).map { "\($0.sentence) on average \(stretch(history.window))." } ?? Self.noData]
            + [standing(found)].compactMap(\.self)
    }

    /// How it was at a moment, with what moved much then and who used most.
    private var ofMoment: [String] {
        let parts = series.compactMap { report -> String? in
            guard let value = report.middle?.value ?? report.mean else { return nil }
            let isRate = report.gauge.traits.unit == .bytesPerSecond
            return isRate && value < 1_048_576 ? nil : "\(report.name) \(report.gauge.text(value))"
        }
        let at = now.milliseconds - Int64(question.window?.middleMinutesAgo ?? 0) * 60_000
        if let window = series.first?.window,
            let none = noReadingsFrom(window) ?? noReadings(before: at, window)
        {
            return [none]
        }
        guard !parts.isEmpty else { return [Self.noData] }
        let most = earlierTops.last?.byCPU.first.flatMap { first in
            (first.cpuPercentOfOneCore ?? 0) >= 10 ? "; most CPU: \(use(first, .cpu)) of one core" : nil
        }
        return ["\(moment(at).sentence): \(parts.joined(separator: ", "))\(most ?? "")."]
    }

    private func standing(_ found: [AnomalyResult.Finding]) -> String? {
        if let first = found.first {
            return
                "\(found.count == 1 ? "Unusual" : "\(found.count) unusual"): \(first.summary), \(moment(first.from))."
        }
        guard question.window?.endsMinutesAgo ?? 0 == 0, let concern = status?.needsAttention.first else {
            return "Nothing unusual was found."
        }
        return "Needs attention now: \(concern.summary)."
    }

    func means(_ history: Windowed<HistoryResult>, withRanges: Bool = true) -> String? {
        let parts = [Metric.cpuBusyPercent, .load1, .memoryUsedPercent].compactMap { metric in
            history.content.series[metric].map {
                $0.min == $0.max || !withRanges || metric != .cpuBusyPercent
                    ? "\(metric.traits.hostLabel) \(metric.figure($0.mean))"
                    : "\(metric.traits.hostLabel) \(metric.figure($0.mean)) (\(metric.figure($0.min)) to \(metric.figure($0.max)))"
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// How it was minute by minute, the oldest first.
    func eachMinute(_ gauge: Gauge) -> [String] {
        guard let history, let metric = gauge.traits.metric else { return [Self.noData] }
        if let none = noReadingsFrom(history.window) { return [none] }
        let count = min(Query.minutesOfTable, question.window.map(\.minutes) ?? Query.minutesOfTable)
        let told = history.content.points.suffix(count).compactMap { point in
            point.means[metric].map {
                "\(utcText(point.at).dropFirst(11).prefix(5)) \(metric.figure($0, digits: 1))"
            }
        }
        return told.isEmpty
            ? [Self.noData] : ["\(metric.traits.hostLabel.sentence): \(told.joined(separator: ", "))."]
    }

    /// From where to where it went.
    var range: [String] {
        guard let report = series.first, let low = report.lowest, let high = report.highest else {
            return [Self.noData]
        }
        let gauge = report.gauge
        guard low.value != high.value else {
            return [
                "\(report.nameWas) \(gauge.text(low.value)) throughout, \(stretch(report.window)).".sentence
            ]
        }
        return [
            "From \(gauge.text(low.value)) to \(gauge.text(high.value)): \(report.name) was lowest \(moment(low.at)) and highest \(moment(high.at))."
        ]
    }

    /// How fast it grows: by the minute, or by the hour where an hour has been seen.
    func growthRate(byMinute: Bool) -> [String] {
        guard let report = series.first, let first = report.first, let last = report.last,
            let perMinute = report.changePerMinute
        else { return series.first.map { [noReadings($0)] } ?? [Self.noData] }
        let gauge = report.gauge
        let course =
            "\(report.name) went from \(gauge.text(first)) to \(gauge.text(last)) \(stretch(report.window))"
        let least = gauge.traits.unit == .bytes ? 10_485_760 : max(1, 0.01 * abs(first))
        guard abs(last - first) >= least else {
            return ["It does not grow: \(course)\(between(report))."]
        }
        if let rise = report.lastRise, rise.value >= 0.8 * (last - first), last > first,
            report.age(rise.at) > 30
        {
            return [
                "It does not grow now: it rose by \(gauge.text(rise.value)) at once, \(moment(rise.at)); \(course)."
            ]
        }
        let hour =
            byMinute || report.window.windowMinutes < 60 || report.seconds < 2700 ? nil : report.changePerHour
        let by =
            hour.map { "by \(gauge.text($0.magnitude)) per hour" }
            ?? "by \(gauge.text(perMinute.magnitude)) per minute"
        return ["\(perMinute > 0 ? by.sentence : "It shrinks \(by)"): \(course)."]
    }

    var watch: [String] {
        let present = series.compactMap { report in report.newest.map { sentence(report.gauge, $0.value) } }
            .first
        return [
            "I cannot watch ahead: I answer when asked.\(present.map { " Now: \($0.lowercasedStart)" } ?? "")"
        ]
    }
}
