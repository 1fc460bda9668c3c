import MaintenanceAPI
import Questions
import Values

/// Answers that another rule would word worse.
extension AnalystAnswer {
    var refinedLines: [String]? {
        switch question.subject {
        case .findings:
            guard question.form == .value, question.pick == nil, !question.asksOngoing,
                question.about.isEmpty, let anomalies, let history,
                anomalies.content.findings.isEmpty, noReadingsFrom(anomalies.window) == nil,
                let means = means(history, withRanges: false)
            else { return nil }
            if !happenings.isEmpty { return happened }
            let concern = question.window?.endsMinutesAgo ?? 0 == 0 ? status?.needsAttention.first : nil
            let lead = question.isYesNo ? question.wantsWhole ? "Yes: nothing" : "No: nothing" : "Nothing"
            return ["\(lead) unusual \(stretch(anomalies.window)): \(means) on average."]
                + (concern.map { ["Needs attention now: \($0.summary)."] } ?? [])
        case .gauges(let gauges) where question.form == .explain && gauges.count == 3:
            let figures = series.compactMap { report in report.newest.map { phrase(report.gauge, $0.value) } }
            return [
                "Pressure (PSI) is the share of time in which some tasks waited for a resource. Here: \(figures.joinedWithAnd)."
            ]
        case .gauges([.cpuSteal])
        where question.form == .check && question.threshold == nil && question.comparison == nil:
            guard let share = series.first?.newest?.value, share >= 0.05, share < 1 else { return nil }
            return ["Hardly: the hypervisor steals \(Gauge.cpuSteal.text(share)) of the CPU's time."]
        case .gauges(let gauges) where question.form == .explain && gauges.count == 2:
            return [
                gauges.compactMap { explanation($0).first?.prefix { $0 != "." } }.map { "\($0)." }.joined(
                    separator: " ")
            ]
        case .disks where question.form == .count: return counted(status?.disks.map(\.name) ?? [], "disk")
        case .interfaces where question.form == .count:
            return counted(status?.interfaces.map(\.name) ?? [], "network interface")
        case .gauges(let gauges) where series.isEmpty && status != nil && question.form != .explain:
            return gauges.first.flatMap(missing).map { [$0] }
        case .gauges where question.isSince && question.form == .when: return since
        default: return nil
        }
    }

    private func counted(_ names: [String], _ kind: String) -> [String] {
        names.isEmpty
            ? ["The readings name no \(kind)."]
            : ["\(names.count) \(kind)\(names.count == 1 ? "" : "s"): \(names.joinedWithAnd)."]
    }

    /// "For 2 minutes: …", "since 22:00:00Z".
    private var since: [String]? {
        if question.asksLength, let report = series.first, let begin = report.aboveUsualSince,
            let newest = report.newest
        {
            let gauge = report.gauge
            let usual = report.usual.map { ", usually \(gauge.text($0))" } ?? ""
            return [
                "\(Quantity.length(seconds: report.age(begin)).sentence): \(report.nameIs) \(gauge.text(newest.value)) since \(clock(begin))\(usual)."
            ]
        }
        guard question.statistic != .trend, let report = series.first, let crossing = report.crossing,
            crossing.isOngoing, let begin = crossing.lastAt,
            let newest = report.newest, report.aboveUsualSince == nil
        else { return nil }
        let length = Quantity.length(seconds: report.age(begin))
        let gauge = report.gauge
        let limit = "\(crossing.isAbove ? "above" : "below") \(gauge.text(crossing.threshold))"
        return [
            question.asksLength
                ? "\(length.sentence): \(report.nameIs) \(limit) since \(clock(begin)); it is \(gauge.text(newest.value)) now."
                : "Since \(clock(begin)) (\(length) ago): \(report.nameIs) \(limit), \(gauge.text(newest.value)) now."
        ]
    }

    /// Why a figure is not there.
    func missing(_ gauge: Gauge) -> String? {
        switch gauge {
        case .temperature: "No temperature sensor is read on this host."
        case .cgroupMemoryMax: "No memory limit of a control group is set."
        case .trackedConnections, .trackedConnectionCount, .trackedConnectionLimit:
            "The firewall of this host tracks no connections, or the probe cannot see it."
        case .uninspectedProcesses: "None: the probe looks at every process."
        case .cpuPressure, .memoryPressure, .ioPressure: "The kernel of this host tells no pressure."
        default: nil
        }
    }

    /// That a path lies on the file system that the answer is of.
    func withPath(_ lines: [String]) -> [String] {
        guard let first = lines.first, let mention = mentions.first(where: { $0.kind == .filesystem }),
            case .path(let path) = mention.relation
        else { return lines }
        let start = first.hasSuffix(".") ? String(first.dropLast()) : first
        return ["\(start); \(path) is no mount of its own, it lies there."] + lines.dropFirst()
    }
}
