import Foundation
import MaintenanceAPI
import Questions
import Values

/// The host as a whole: whether all is well, why it is not, and what stood out.
extension AnalystAnswer {
    private var concerns: [StatusResult.Concern] {
        let all = status?.needsAttention ?? []
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
    private var leading: [StatusResult.Concern] {
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

    private var unusualNow: [String] {
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
    private var figures: String {
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

    private var past: [String] {
        guard anomalies != nil || history != nil else { return [Self.noData] }
        var lines = findings
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

    // MARK: Slow, and why

    var slowness: [String] {
        guard status != nil else { return anomalies == nil ? [Self.noData] : findings }
        let causes = concerns.filter { [.cpu, .disks, .memory, .processes].contains($0.resource) }
        guard let worst = causes.first else {
            return ["No: no resource is at its limit. \(figures)"]
        }
        return ["Yes: \(worst.summary)."] + causes.dropFirst().prefix(2).map { "\($0.summary.sentence)." }
    }

    /// Which resource, since when, which processes, and what changed at the same time; or that nothing explains it.
    var why: [String] {
        if status == nil, !question.gauges.isEmpty { return whyThen }
        guard status != nil || anomalies != nil else { return [Self.noData] }
        guard status != nil else { return past }
        let gauge = question.gauges.first
        let own = gauge.map { gauge in concerns.filter { $0.gauge == gauge } } ?? []
        let related = gauge.map { gauge in
            let resource = HealthRule.ofGauge[gauge]?.resource ?? Self.resource(of: gauge)
            return concerns.filter { $0.resource == resource && $0.gauge != gauge }
        }
        let causes = gauge == nil ? concerns : own + (related ?? [])
        guard !causes.isEmpty || gauge != nil else {
            let lead = question.subject == .slow ? "Nothing explains slowness" : "Nothing needs attention"
            return ["\(lead): no resource is at its limit. \(figures)"] + unusualNow
        }
        if let gauge, causes.isEmpty { return whyOfGauge(gauge) }
        var byResource: [(HealthRule.Resource, [StatusResult.Concern])] = []
        for cause in causes {
            if let index = byResource.firstIndex(where: { $0.0 == cause.resource }) {
                byResource[index].1.append(cause)
            } else {
                byResource.append((cause.resource, [cause]))
            }
        }
        let first = byResource.prefix(3).map { _, concerns in
            concerns.prefix(3).map(\.summary).joined(separator: ", ")
        }
        let isCPU = causes.contains { $0.resource == .cpu || $0.resource == .processes }
        let isMemory = causes.contains { $0.resource == .memory }
        var lines = [
            "\(first.joined(separator: "; and ").sentence)\(since(causes))\(blamed(isCPU, isMemory))."
        ]
        if isCPU, let users = users(by: .cpu) { lines.append(users) }
        if isMemory, !isCPU || lines.count < 3, let users = users(by: .memory) { lines.append(users) }
        if let beside = atTheSameTime(causes), lines.count < 3 { lines.append(beside) }
        if lines.count == 1 { lines.append("No reading tells what causes it.") }
        return lines
    }

    /// The process that uses the better part of what runs short.
    private func blamed(_ isCPU: Bool, _ isMemory: Bool) -> String {
        if isCPU, let first = top?.byCPU.first, let share = first.cpuPercentOfOneCore,
            let cores = top?.coreCount,
            let busy = status?.cpu?.busyPercent, share / Double(max(1, cores)) >= 0.3 * busy
        {
            return ": \(use(first, .cpu)) of one core"
        }
        guard isMemory, let first = top?.byMemory.first, let bytes = first.residentBytes,
            let total = status?.memory?.totalBytes, Double(bytes) >= 0.3 * Double(total)
        else { return "" }
        return ": \(use(first, .memory))"
    }

    private static func resource(of gauge: Gauge) -> HealthRule.Resource? {
        switch gauge {
        case .load1, .load5, .load15, .cpuUser, .cpuSystem, .runningProcesses, .busiestCore: .cpu
        case .memoryAvailable, .memoryCached, .swapIn, .swapOut, .majorFaults: .memory
        case .diskReads, .diskWrites, .diskBusy, .diskWait: .disks
        case .networkReceived, .networkSent: .network
        default: nil
        }
    }

    /// What was found of a moment that is past.
    private var whyThen: [String] {
        guard let past = earlierTops.last else { return findings }
        let users = past.byCPU.prefix(3).map { use($0, .cpu) }
        let found = (anomalies?.content.findings ?? []).prefix(1).map(told)
        let most =
            users.isEmpty
            ? [] : ["Most CPU then (of one core, \(clock(past.takenAt))): \(users.joined(separator: ", "))."]
        return found.isEmpty
            ? [
                "Nothing explains it: nothing unusual was found \(anomalies.map { stretch($0.window) } ?? "then")."
            ] + most : found + most
    }

    private func whyOfGauge(_ gauge: Gauge) -> [String] {
        guard let newest = series.first?.newest else { return [Self.noData] }
        let usual = series.first?.usual.map { ", usually \(gauge.text($0))" } ?? ""
        let isCPU = Self.resource(of: gauge) == .cpu || gauge == .cpuBusy
        let users =
            isCPU
            ? users(by: .cpu)
            : gauge == .memoryUsed || Self.resource(of: gauge) == .memory ? self.users(by: .memory) : nil
        let causes = concerns.filter { [.cpu, .disks, .memory, .network, .processes].contains($0.resource) }
        if !causes.isEmpty {
            let told = causes.prefix(3).map(\.summary).joined(separator: ", ")
            return ["\(told.sentence)\(since(causes)); \(gauge.name) is \(gauge.text(newest.value))\(usual)."]
                + (users.map { [$0] } ?? [])
        }
        let start = "Nothing unusual: \(gauge.traits.label) is \(gauge.text(newest.value))\(usual)."
        return [start] + (users.map { [$0] } ?? [])
    }

    /// Since when, by the finding of the same series.
    private func since(_ causes: [StatusResult.Concern]) -> String {
        let labels = causes.compactMap { $0.gauge?.traits.metric?.traits.label }
        let own =
            anomalies?.content.findings.filter { finding in labels.contains { finding.summary.hasPrefix($0) }
            } ?? []
        guard let at = own.map(\.fromUTC).min() else { return "" }
        return own.first { $0.fromUTC == at }.map { ", since \(clock($0.from)) (\(ago($0)))" } ?? ""
    }

    private func ago(_ finding: AnomalyResult.Finding) -> String {
        "\(Quantity.length(seconds: now.timeIntervalSince1970 - Double(finding.from) / 1000)) ago"
    }

    /// Whatever else became unusual.
    private func atTheSameTime(_ causes: [StatusResult.Concern]) -> String? {
        let labels = causes.compactMap { $0.gauge?.traits.metric?.traits.label }
        let others =
            anomalies?.content.findings.filter { finding in !labels.contains { finding.summary.hasPrefix($0) }
            } ?? []
        guard let first = others.first else { return nil }
        return "At the same time: \(first.summary), \(moment(first.from))."
    }

    /// Who uses most, and what share nobody explains.
    func users(by order: Query.Order) -> String? {
        guard let top else { return nil }
        switch order {
        case .cpu:
            let users = top.byCPU.filter { ($0.cpuPercentOfOneCore ?? 0) >= 0.5 }.prefix(3).map {
                use($0, .cpu)
            }
            let rest = top.unexplainedCPUPercent.flatMap { share in
                share >= 15
                    ? " No listed process explains \(share.text(1)) % of the CPU: short-lived or many small ones."
                    : nil
            }
            guard !users.isEmpty else { return rest.map { String($0.dropFirst()) } }
            return "Most CPU (of one core): \(users.joined(separator: ", ")).\(rest ?? "")"
        case .memory:
            let users = top.byMemory.prefix(3).map { use($0, .memory) }
            return users.isEmpty ? nil : "Most memory: \(users.joined(separator: ", "))."
        }
    }

    func use(_ process: TopProcessesResult.Process, _ order: Query.Order) -> String {
        let count = process.count.map { " ×\($0)" } ?? ""
        let figure =
            order == .cpu
            ? process.cpuPercentOfOneCore.map { "\($0.text(1)) %" }
            : process.residentBytes.map { Quantity.size($0) }
        return "\(process.name)\(count) \(figure ?? "unknown")"
    }

    var bottleneck: [String] {
        guard let status else { return [Self.noData] }
        let cpu = status.cpu?.busyPercent ?? 0
        let wait = status.cpu?.ioWaitPercent ?? 0
        let pressures = status.pressure
        func text(_ value: Double?) -> String { (value ?? 0).text(1) }
        let cpuPart =
            "CPU \(text(cpu)) % busy\(pressures?.cpuSomePercent.map { ", pressure \($0.text(1)) %" } ?? "")"
        let diskPart =
            "waiting for disks \(text(wait)) %\(pressures?.ioSomePercent.map { ", pressure \($0.text(1)) %" } ?? "")"
        let memoryPart =
            "memory \(text(status.memory?.usedPercent)) % used\(pressures?.memorySomePercent.map { ", pressure \($0.text(1)) %" } ?? "")"
        if question.isYesNo, let suspected = question.suspected {
            return suspicion(of: suspected, cpuPart, diskPart, memoryPart)
        }
        let limits = concerns.filter { [.cpu, .disks, .memory, .network, .processes].contains($0.resource) }
        switch limits.first(where: { $0.resource != .network })?.resource ?? limits.first?.resource {
        case .cpu?: return ["CPU: \(cpuPart.dropFirst(4)); \(diskPart)."]
        case .disks?: return ["Disks: \(diskPart); \(cpuPart)."]
        case .memory?: return ["Memory: \(memoryPart.dropFirst(7)); \(cpuPart)."]
        case .processes?:
            return ["Processes: \(limits.first { $0.resource == .processes }?.summary ?? ""); \(cpuPart)."]
        case .network?: return ["The network: \(limits.first?.summary ?? ""); \(cpuPart)."]
        default: return ["None: no resource is at its limit. \(cpuPart), \(diskPart), \(memoryPart)."]
        }
    }

    /// Whether it is the one that is suspected.
    private func suspicion(of gauge: Gauge, _ cpu: String, _ disks: String, _ memory: String) -> [String] {
        let resource = HealthRule.ofGauge[gauge]?.resource ?? Self.resource(of: gauge) ?? .cpu
        let limits = concerns.filter { [.cpu, .disks, .memory, .network, .processes].contains($0.resource) }
        let isIt =
            limits.first.map { $0.resource == resource || resource == .space && $0.resource == .disks }
            ?? false
        let verdict = isIt != question.deniesPresence ? "Yes" : "No"
        let parts =
            isIt && resource == .disks
            ? [disks, cpu] : isIt && resource == .memory ? [memory, cpu] : [cpu, disks, memory]
        return ["\(verdict): \(parts.joined(separator: ", "))."]
    }

    // MARK: What stood out, what changed

    var findings: [String] {
        guard let anomalies else { return [Self.noData] }
        let (window, all) = (anomalies.window, anomalies.content)
        if question.isSince || question.form == .duration || question.form == .when { return findingInTime }
        let labels = question.about.compactMap { $0.traits.metric?.traits.label }
        if !question.about.isEmpty {
            let own = all.findings.filter { finding in labels.contains { finding.summary.hasPrefix($0) } }
            let names = question.about.prefix(2).map(\.name)
            guard let first = own.first else {
                return noReadingsFrom(window).map { [$0] } ?? [
                    "No: nothing unusual of \(names.joinedWithAnd) \(stretch(window))."
                ]
            }
            return ["Yes: \(first.summary), \(moment(first.from))."] + own.dropFirst().prefix(2).map(told)
        }
        let found = all
        let when = stretch(window)
        if question.form == .count {
            return ["\(found.count) unusual \(found.count == 1 ? "thing" : "things") \(when)."]
                + found.findings.prefix(3).map(told)
        }
        guard !found.findings.isEmpty else {
            if let none = noReadingsFrom(window) { return [none] }
            let lead =
                question.form == .check && question.subject == .host
                ? question.suspectsTrouble ? "No: nothing" : "Yes: nothing" : "Nothing"
            return ["\(lead) unusual \(when)."]
        }
        if found.count == 1 { return found.findings.map(told) }
        return ["\(found.count) unusual \(when): \(told(found.findings[0]))"]
            + found.findings.dropFirst().prefix(5).map(told)
    }

    /// Since when, how long, or whether again.
    private var findingInTime: [String] {
        guard let anomalies else { return [Self.noData] }
        let labels = question.about.compactMap { $0.traits.metric?.traits.label }
        let own = anomalies.content.findings.filter { finding in
            labels.isEmpty || labels.contains { finding.summary.hasPrefix($0) }
        }.sorted { $0.from < $1.from }
        guard let last = own.last else { return ["No: nothing unusual \(stretch(anomalies.window))."] }
        let span = "\(last.summary), from \(clock(last.from)) to \(clock(last.to))"
        switch question.form {
        case .duration:
            return ["\(Quantity.length(seconds: Double(last.to - last.from) / 1000).sentence): \(span)."]
        case .when: return ["\(moment(last.from).sentence): \(last.summary)."]
        default:
            if last.to >= now.milliseconds - 180_000 {
                return ["Yes: \(last.summary), since \(clock(last.from))."]
            }
            let before = own.dropLast().last { $0.to < last.from - 300_000 }
            return before == nil
                ? ["No: nothing unusual since; the only time was \(told(last))"] : ["Yes: \(span)."]
        }
    }

    private func told(_ finding: AnomalyResult.Finding) -> String {
        "\(finding.summary.sentence), \(moment(finding.from))\(restart(behind: finding))."
    }

    /// Where the host booted while no reading came.
    private func restart(behind finding: AnomalyResult.Finding) -> String {
        guard finding.summary.hasPrefix("no telemetry"), let boot = status?.bootedAtUTC,
            boot >= utcText(finding.from - 60_000), boot <= utcText(finding.to + 300_000)
        else { return "" }
        return ": the host restarted at \(short(utc: boot))"
    }

    var gaps: [String] {
        guard let anomalies else { return [Self.noData] }
        let silences = anomalies.content.findings.filter { $0.summary.hasPrefix("no telemetry") }
        let old = status.flatMap { $0.isStale ? age($0) : nil }
        guard let last = silences.last else {
            return ["No: no reading is missing \(stretch(anomalies.window))."] + (old.map { [$0] } ?? [])
        }
        let first = "Yes: \(last.summary), from \(clock(last.from)) to \(clock(last.to))."
        return [first] + silences.dropLast().suffix(2).map(told) + (old.map { [$0] } ?? [])
    }

    var changes: [String] {
        guard let comparison else {
            if anomalies != nil { return findings }
            return question.comparison == nil && question.window == nil
                ? [Self.noData]
                : ["There is not enough data to compare with: readings do not reach back so far."]
        }
        let moved = Metric.allCases.compactMap { metric in
            comparison.series[metric].map { (metric: metric, now: $0.nowMean, before: $0.earlierMean) }
        }
        func size(_ change: (metric: Metric, now: Double, before: Double)) -> Double {
            abs(change.now - change.before) / max(abs(change.before), 1)
        }
        let sorted = moved.filter { size($0) > 0.1 }.sorted { size($0) > size($1) }
        let minutes = comparison.windowMinutes
        let back = comparison.earlierEndsMinutesBack
        let earlier =
            back == minutes
            ? "the \(span(minutes: minutes)) before"
            : "the same time \(Quantity.length(seconds: Double(back) * 60)) earlier"
        let window = "over the last \(span(minutes: minutes)) against \(earlier)"
        guard let first = sorted.first else {
            return [question.isYesNo ? "No: little changed \(window)." : "Little changed \(window)."]
        }
        func told(_ change: (metric: Metric, now: Double, before: Double)) -> String {
            "\(change.metric.traits.hostLabel) \(change.now > change.before ? "rose" : "fell") from \(change.metric.figure(change.before, digits: 2)) to \(change.metric.figure(change.now, digits: 2))"
        }
        return ["\(question.isYesNo ? "Yes: \(told(first))" : told(first).sentence) \(window)."]
            + sorted.dropFirst().prefix(3).map { "\(told($0).sentence)." }
    }
}
