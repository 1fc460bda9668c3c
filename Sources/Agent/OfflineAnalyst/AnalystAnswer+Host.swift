import Foundation
import MaintenanceAPI
import Questions
import Values

/// The host as a whole: whether all is well, and what needs attention.
extension AnalystAnswer {
    var concerns: [StatusResult.Concern] {
        let all = (status?.needsAttention ?? []).filter {
            $0.fileSystem.map { !leftOut.contains($0) } ?? true
        }
        return question.isRest ? Array(all.dropFirst()) : all
    }

    var host: [String] {
        if let window = question.window, window.endsMinutesAgo > 0 { return past }
        guard let status else { return [Self.noData] }
        let isAsked = question.form == .check
        if let ahead = status.clockAheadSeconds, concerns.isEmpty {
            return [
                "The host's clock is \(Quantity.length(seconds: ahead)) ahead of this one; else nothing needs attention.",
                figures,
            ]
        }
        guard !concerns.isEmpty else {
            let lead =
                isAsked
                ? (question.suspectsTrouble ? "No, nothing\(besides)" : "Yes, nothing\(besides)")
                : "All is well: nothing"
            if question.isBrief { return ["\(lead) needs attention: \(figures.lowercasedStart)"] }
            return ["\(lead) needs attention."] + unusualNow + (isAsked ? [] : [figures])
        }
        let isBad = isAsked ? (question.suspectsTrouble ? "Yes: " : "No: ") : ""
        let silent = concerns.contains { $0.resource == .telemetry }
        let first = "\(isBad)\(summary(isSentence: isBad.isEmpty))."
        if question.isBrief { return [first + " " + figures] }
        let told = leading.prefix(Self.maxInFirstLine)
        return [first] + concerns.filter { !told.contains($0) }.map { "\($0.summary.sentence)." } + kills
            + (isAsked || silent ? [] : [figures])
    }

    private var besides: String { question.isRest && status?.needsAttention.isEmpty == false ? " else" : "" }

    /// How the host is, in one sentence.
    var summaryOfHost: String {
        guard status != nil else { return Self.noData }
        return concerns.isEmpty
            ? "nothing needs attention, \(figures.lowercasedStart)" : "\(summary(isSentence: false))."
    }

    /// Of a service on the host nothing is read: only how the host is that it runs on.
    var service: [String] { ["No reading tells whether it answers; as for the host, \(summaryOfHost)"] }

    private static let maxInFirstLine = 3

    /// The worst of each resource.
    var leading: [StatusResult.Concern] {
        concerns.reduce(into: []) { leading, concern in
            if !leading.contains(where: {
                $0.resource == concern.resource && $0.fileSystem == concern.fileSystem
            }) {
                leading.append(concern)
            }
        }
    }

    /// Memory that runs short may have cost processes before.
    private var kills: [String] {
        guard let kills = status?.memory?.oomKillsSinceBoot, kills > 0,
            concerns.contains(where: { $0.resource == .memory }),
            !concerns.contains(where: { $0.gauge == .oomKills })
        else { return [] }
        return [
            kills == 1
                ? "1 process was killed for want of memory since boot."
                : "\(kills) processes were killed for want of memory since boot."
        ]
    }

    /// "two things need attention: the CPU is 97.5 % busy; file system … is 98 % full".
    private func summary(isSentence: Bool) -> String {
        let count = leading.count == 1 ? "one thing needs" : "\(Self.word(leading.count)) things need"
        let told = leading.prefix(Self.maxInFirstLine).map(\.summary).joined(separator: "; ")
        let text = "\(count) attention: \(told)"
        return isSentence ? text.sentence : text
    }

    static func word(_ count: Int) -> String {
        let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
        return count < words.count ? words[count] : "\(count)"
    }

    var unusualNow: [String] {
        let ongoing = ongoingFindings.prefix(2)
        return ongoing.isEmpty
            ? [] : ["Unusual, but within limits: \(ongoing.map(\.summary).joined(separator: "; "))."]
    }

    private var ongoingFindings: [AnomalyResult.Finding] {
        guard let status, !status.unusualSeries.isEmpty else { return [] }
        return (anomalies?.content.findings ?? []).filter {
            $0.toUTC >= status.takenAtUTC && $0.severity != .critical
        }
    }

    /// The few figures that say how a host is.
    var figures: String { figures(of: status) }

    func figures(of status: StatusResult?) -> String {
        var parts: [String] = []
        if let busy = status?.cpu?.busyPercent { parts.append("CPU \(busy.text(1)) %") }
        if let load = status?.load?.over1Minute {
            parts.append("load \(load.text(2))\(status?.coreCount.map { " on \($0) cores" } ?? "")")
        }
        if let used = status?.memory?.usedPercent { parts.append("memory \(used.text(1)) %") }
        if let system = status?.fileSystems.shown.first(where: { $0.usedPercent != nil }),
            let used = system.usedPercent
        {
            parts.append("fullest file system \(system.name) \(used.text(1)) %")
        }
        return parts.isEmpty ? "The newest reading holds no figures." : parts.joined(separator: ", ") + "."
    }

    /// What was beyond its limit in a stretch of which nothing else stands out, as where too little was seen before it.
    private var beyondLimits: [String]? {
        guard anomalies?.content.findings.isEmpty ?? true, let history else { return nil }
        let beyond = [Gauge.cpuBusy, .memoryUsed, .swapUsed].compactMap { gauge -> String? in
            guard let metric = gauge.traits.metric, let rule = HealthRule.ofGauge[gauge],
                let course = history.content.series[metric], course.max >= rule.raisesAt
            else { return nil }
            return "\(gauge.name) was up to \(gauge.text(course.max))"
        }
        guard !beyond.isEmpty else { return nil }
        let lead = isAsked ? question.suspectsTrouble ? "Yes: " : "No: " : ""
        let told = "\(beyond.joinedWithAnd) \(stretch(history.window))"
        return ["\(lead)\(lead.isEmpty ? told.sentence : told)."]
    }

    var past: [String] {
        guard anomalies != nil || history != nil else { return [Self.noData] }
        var lines = beyondLimits ?? findings
        if let history {
            let parts = [Metric.cpuBusyPercent, .load1, .memoryUsedPercent].compactMap { metric in
                history.content.series[metric].map {
                    "\(metric.traits.hostLabel) \(metric.figure($0.mean)) (\(metric.figure($0.min)) to \(metric.figure($0.max)))"
                }
            }
            if !parts.isEmpty { lines.append("On average: \(parts.joined(separator: ", ")).") }
        }
        return lines
    }
}
