import Foundation
import MaintenanceAPI
import Questions
import Values

/// Why the host is slow or a figure high, and which resource limits it.
extension AnalystAnswer {
    var slowness: [String] {
        if let window = question.window, window.endsMinutesAgo == 0, !series.isEmpty { return [slownessThen] }
        guard status != nil else { return anomalies == nil ? [Self.noData] : findings }
        let causes = concerns.filter { [.cpu, .disks, .memory, .processes].contains($0.resource) }
        guard let worst = causes.first else {
            return ["No: no resource is at its limit. \(figures)"]
        }
        return ["Yes: \(worst.summary)."] + causes.dropFirst().prefix(2).map { "\($0.summary.sentence)." }
    }

    /// Whether a resource was at its limit in a stretch of time.
    private var slownessThen: String {
        let highest = series.compactMap { report in report.highest.map { (report, $0) } }
        let beyond = highest.filter { report, moment in
            limit(of: report.gauge).map { moment.value >= $0 } ?? false
        }
        let told = (beyond.isEmpty ? highest : beyond).map { report, moment in
            "\(report.name) \(report.gauge.text(moment.value)), \(self.moment(moment.at))"
        }
        guard let window = series.first?.window, !told.isEmpty else { return Self.noData }
        return beyond.isEmpty
            ? "No: no resource was at its limit \(stretch(window)); at most \(told.joined(separator: "; "))."
            : "Yes: \(told.joined(separator: "; "))."
    }

    /// Which resource, since when, which processes, and what changed at the same time; or that nothing explains it.
    var why: [String] {
        if let peak, question.form == .why { return whyAtPeak(peak) }
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
            let most = top?.byCPU.first.flatMap { first in
                (first.cpuPercentOfOneCore ?? 0) >= 50 ? "; most CPU: \(use(first, .cpu)) of one core" : nil
            }
            return ["\(lead): no resource is at its limit\(most ?? ""). \(figures)"] + unusualNow
        }
        if own.isEmpty, let correction { return correction }
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
    func blamed(_ isCPU: Bool, _ isMemory: Bool) -> String {
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

    static func resource(of gauge: Gauge) -> HealthRule.Resource? {
        switch gauge {
        case .load1, .load5, .load15, .cpuUser, .cpuSystem, .runningProcesses, .busiestCore: .cpu
        case .memoryAvailable, .memoryCached, .swapIn, .swapOut, .majorFaults: .memory
        case .diskReads, .diskWrites, .diskBusy, .diskWait: .disks
        case .networkReceived, .networkSent: .network
        default: nil
        }
    }

    /// The stretch in which a figure was high, and what used most then.
    private func whyAtPeak(_ report: SeriesReport) -> [String] {
        let gauge = report.gauge
        guard let height = report.height, let highest = report.highest else {
            guard let low = report.lowest, let high = report.highest else { return [noReadings(report)] }
            let range = low.value == high.value ? gauge.text(low.value) : gauge.text(low.value...high.value)
            return [
                "Nothing explains it: \(report.nameWas) \(range) \(stretch(report.window)), nothing stands out."
            ]
        }
        let (from, to, most) =
            over.map { ($0.from, $0.to, $0.highest.value) } ?? (height.from, height.to, highest.value)
        let span = "\(report.nameWas) up to \(gauge.text(most)) from \(clock(from)) to \(clock(to))"
        let order: Query.Order = Self.resource(of: gauge) == .memory || gauge == .memoryUsed ? .memory : .cpu
        let isOfProcesses = order == .memory || gauge == .cpuBusy || Self.resource(of: gauge) == .cpu
        let past = earlierTops.last { $0.takenAt >= from - 120_000 && $0.takenAt <= to + 60_000 }
        let listed = (order == .cpu ? past?.byCPU : past?.byMemory) ?? []
        let users = listed.filter { order == .memory || ($0.cpuPercentOfOneCore ?? 0) >= 5 }.prefix(3).map {
            use($0, order)
        }
        let unit = order == .cpu ? " of one core" : ""
        let cause =
            !isOfProcesses
            ? "no reading tells what caused it"
            : users.isEmpty
                ? "no reading tells which process it was"
                : "most \(order == .cpu ? "CPU" : "memory") then: \(users.joined(separator: ", "))\(unit)"
        return ["\(span.sentence); \(cause)."] + [atTheSameTime(of: [gauge])].compactMap(\.self)
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
        guard let newest = series.first?.newest else { return noSuchFigure([gauge]) }
        let usual = series.first?.usual.map { ", usually \(gauge.text($0))" } ?? ""
        let isCPU = Self.resource(of: gauge) == .cpu || gauge == .cpuBusy
        let users =
            isCPU
            ? users(by: .cpu)
            : gauge == .memoryUsed || Self.resource(of: gauge) == .memory ? self.users(by: .memory) : nil
        let isNetwork =
            Self.resource(of: gauge) == .network || HealthRule.ofGauge[gauge]?.resource == .network
        let isTransfer = [.diskReads, .diskWrites].contains(gauge)
        let causes =
            gauge == .diskUsed
            ? concerns.filter { $0.resource == .disks }
            : concerns.filter {
                isNetwork || isTransfer
                    ? $0.resource == (isNetwork ? .network : .disks)
                    : [.cpu, .disks, .memory, .network, .processes].contains($0.resource)
            }
        if isNetwork || isTransfer, causes.isEmpty {
            let both = series.compactMap { report in report.newest.map { phrase(report.gauge, $0.value) } }
            return [
                "No reading tells why: \(both.count > 1 ? both.joinedWithAnd : "\(gauge.name) is \(gauge.text(newest.value))") now\(usual)."
            ]
        }
        if !causes.isEmpty {
            let told = causes.prefix(3).map(\.summary).joined(separator: ", ")
            return ["\(told.sentence)\(since(causes)); \(gauge.name) is \(gauge.text(newest.value))\(usual)."]
                + (users.map { [$0] } ?? [])
        }
        let isMemory = gauge == .memoryUsed || Self.resource(of: gauge) == .memory
        let blame = blamed(isCPU, isMemory)
        let state = "\(series.first?.nameIs ?? gauge.name) \(gauge.text(newest.value))\(usual)"
        let start = blame.isEmpty ? "Nothing unusual: \(state)." : "\(state.sentence), most of it\(blame)."
        return [start] + (users.map { [$0] } ?? [])
    }

    /// Since when, by the finding of the same series.
    func since(_ causes: [StatusResult.Concern]) -> String {
        let labels = causes.compactMap { $0.gauge?.traits.metric?.traits.label }
        let own =
            anomalies?.content.findings.filter { finding in labels.contains { finding.summary.hasPrefix($0) }
            } ?? []
        guard let at = own.map(\.fromUTC).min() else {
            let present = series.first { $0.gauge == causes.first?.gauge }?.present
            guard let present, present.isOngoing, present.before != nil else { return "" }
            let length = Quantity.length(seconds: now.timeIntervalSince1970 - Double(present.from) / 1000)
            return ", since \(clock(present.from)) (\(length) ago)"
        }
        return own.first { $0.fromUTC == at }.map { ", since \(clock($0.from)) (\(ago($0)))" } ?? ""
    }

    private func ago(_ finding: AnomalyResult.Finding) -> String {
        "\(Quantity.length(seconds: now.timeIntervalSince1970 - Double(finding.from) / 1000)) ago"
    }

    /// Whatever else became unusual.
    private func atTheSameTime(_ causes: [StatusResult.Concern]) -> String? {
        atTheSameTime(of: causes.compactMap(\.gauge))
    }

    private func atTheSameTime(of gauges: [Gauge]) -> String? {
        let labels = gauges.compactMap { $0.traits.metric?.traits.label }
        let others =
            anomalies?.content.findings.filter { finding in !labels.contains { finding.summary.hasPrefix($0) }
            } ?? []
        guard let first = others.first else { return nil }
        // The time of what is explained stands there already.
        let own =
            anomalies?.content.findings.filter { finding in labels.contains { finding.summary.hasPrefix($0) }
            }
            .map(\.from).min() ?? peak?.height?.from
        let isThen = own.map { ($0 - first.from).magnitude <= 180_000 } ?? false
        return "At the same time: \(figures(of: first))\(isThen ? "" : ", \(moment(first.from))")."
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
}
