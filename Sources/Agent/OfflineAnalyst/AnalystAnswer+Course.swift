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

    /// How a stretch was.
    var summary: [String] {
        guard let history else { return [Self.noData] }
        if let none = noReadingsFrom(history.window) { return [none] }
        let found = anomalies?.content.findings ?? []
        if question.window?.isMoment == true { return moment(of: history) }
        if found.isEmpty || tellsAll(found), !happenings.isEmpty { return happened }
        return [means(history).map { "\($0.sentence) on average \(stretch(history.window))." } ?? Self.noData]
            + [standing(found)].compactMap(\.self)
    }

    /// How it was at a moment, with what moved much then.
    private func moment(of history: Windowed<HistoryResult>) -> [String] {
        let general: [Metric] = [.cpuBusyPercent, .load1, .memoryUsedPercent]
        let parts = Metric.allCases.compactMap { metric -> String? in
            guard let course = history.content.series[metric] else { return nil }
            let isMuch =
                metric.traits.unit == .bytesPerSecond && metric.traits.isIndependent
                && course.mean >= 1_048_576
            return general.contains(metric) || isMuch
                ? "\(metric.traits.hostLabel) \(metric.figure(course.mean))" : nil
        }
        let at = now.milliseconds - Int64(question.window?.middleMinutesAgo ?? 0) * 60_000
        return parts.isEmpty
            ? [Self.noData] : ["\(moment(at).sentence): \(parts.joined(separator: ", "))."]
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

    var watch: [String] {
        let present = series.compactMap { report in report.newest.map { sentence(report.gauge, $0.value) } }
            .first
        return [
            "I cannot watch ahead: I answer when asked.\(present.map { " Now: \($0.lowercasedStart)" } ?? "")"
        ]
    }
}
