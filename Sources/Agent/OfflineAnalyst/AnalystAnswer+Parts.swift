import MaintenanceAPI
import Questions
import Values

/// Processes, file systems, the network, the relay, the probe: what is there, and how it is.
extension AnalystAnswer {
    // MARK: Processes

    func processes(by order: Query.Order) -> [String] {
        guard let top = top ?? earlierTops.last else { return [Self.noData] }
        let all = order == .cpu ? top.byCPU : top.byMemory
        let then = top.isPast ? " \(moment(top.takenAt))" : ""
        guard !all.isEmpty else { return ["There is not enough data: the readings name no process."] }
        let unit = order == .cpu ? " of one core" : ""
        guard question.form == .list else {
            if question.isLowest, let last = all.last {
                return ["\(use(last, order))\(unit): the least of the \(all.count) that readings name."]
            }
            let first = all[0]
            return ["\(use(first, order))\(unit)\(then)."] + unexplained(order)
        }
        let count = question.count ?? 5
        let shown = all.prefix(count).map { use($0, order) }
        let fewer = count > all.count && question.count != nil ? ["Readings name no more."] : []
        let title = order == .cpu ? "Most CPU\(then) (of one core): " : "Most memory\(then): "
        return ["\(title)\(shown.joined(separator: ", "))."] + fewer + unexplained(order)
    }

    private func unexplained(_ order: Query.Order) -> [String] {
        guard order == .cpu, let share = top?.unexplainedCPUPercent, share >= 15 else { return [] }
        return ["No listed process explains \(share.text(1)) % of the CPU: short-lived or many small ones."]
    }

    func unknownProcess(_ name: String) -> [String] {
        let isAsked = question.form == .check
        guard let top else { return [Self.noData] }
        let shown = Set(top.byCPU.map(\.name) + top.byMemory.map(\.name)).count
        let lead = isAsked ? "That cannot be said: no" : "No"
        return [
            "\(lead) process of that name is among the \(shown) that use most CPU or memory; of others no name is kept."
        ]
    }

    func process(number: Int) -> [String] {
        guard let top else { return [Self.noData] }
        guard let process = (top.byCPU + top.byMemory).first(where: { Int($0.pid) == number }) else {
            return [
                "That cannot be said: process \(number) is not among those that use most CPU or memory; of others no name is kept."
            ]
        }
        return ["\(process.name): \(figures(of: process))."]
    }

    private func figures(of process: TopProcessesResult.Process) -> String {
        let cpu = process.cpuPercentOfOneCore.map { "\($0.text(1)) % of one core" }
        let memory = process.residentBytes.map { "\(Quantity.size($0)) of memory" }
        return [cpu, memory].compactMap(\.self).joined(separator: ", ")
    }

    // MARK: Names in the question

    /// What the question asks of processes and file systems that it names.
    var aboutMentions: [String]? {
        let processes = mentions.filter { $0.kind == .process }
        if !processes.isEmpty, let top {
            let lines = processes.compactMap { mention -> String? in
                let present = (top.byCPU + top.byMemory).first { $0.name == mention.label }
                if let past = earlierTops.last,
                    let then = (past.byCPU + past.byMemory).first(where: { $0.name == mention.label })
                {
                    let isMemory = question.gauges.contains { $0.rawValue.hasPrefix("memory") }
                    let order: Query.Order = isMemory ? .memory : .cpu
                    let unit = isMemory ? "" : " of one core"
                    return "\(use(then, order))\(unit) \(moment(past.takenAt))"
                        + (present.map { "; \(use($0, order))\(unit) now" } ?? "") + "."
                }
                return present.map(told)
            }
            return lines.isEmpty ? nil : lines
        }
        let systems = mentions.filter { $0.kind == .filesystem }
        guard !systems.isEmpty, status != nil || forecast != nil else { return nil }
        let lines = systems.compactMap { fileSystem($0.label) }
        return lines.isEmpty ? nil : lines
    }

    private func told(_ process: TopProcessesResult.Process) -> String {
        let count = process.count.map { " ×\($0)" } ?? ""
        let name = "\(process.name)\(count)"
        let memory = process.residentBytes.map { Quantity.size($0) } ?? "unknown"
        let cpu = process.cpuPercentOfOneCore.map { "\($0.text(1)) % of one core" } ?? "unknown"
        let gauges = question.gauges
        let isMemory =
            gauges.contains { $0.rawValue.hasPrefix("memory") } || question.subject == .processes(.memory)
            || question.subject == .memoryLeak
        let isCPU = gauges.contains { $0.rawValue.hasPrefix("cpu") } || question.subject == .processes(.cpu)
        if question.form == .check, !isMemory, !isCPU {
            return "Yes, \(name) runs (process \(process.pid)): \(cpu), \(memory) of memory."
        }
        if isMemory, isCPU { return "\(name): \(cpu), \(memory) of memory." }
        if isMemory { return "\(name) uses \(memory) of memory." }
        if isCPU { return "\(name) uses \(cpu) of CPU.".replacing("core of CPU", with: "core") }
        return "\(name) (process \(process.pid)): \(cpu), \(memory) of memory."
    }

    private func fileSystem(_ label: String) -> String? {
        if let report = series.first(where: { $0.fileSystem == label }) {
            return gaugeLines([.diskUsed]).first ?? noReadingsFrom(report.window)
        }
        guard let system = status?.fileSystems.shown.first(where: { $0.name == label }) else {
            return "\(label) is not among the file systems shown."
        }
        let isAsked = question.form == .check
        if question.subject == .readOnly {
            return system.isReadOnly == true
                ? "Yes: \(label) is mounted read-only." : "No: \(label) is mounted read-write."
        }
        if system.doesNotAnswer == true {
            return question.subject == .hungMount || isAsked
                ? "\(question.suspectsHang ? "Yes" : "No"): \(label) does not answer."
                : "\(label) does not answer."
        }
        if question.subject == .hungMount {
            return "\(question.suspectsHang ? "No" : "Yes"): \(label) answers."
        }
        guard let used = system.usedPercent else { return "\(label): no reading tells how full it is." }
        let free = system.availableBytes.map { Quantity.size($0) } ?? "unknown"
        switch question.gauges.first {
        case .diskFree?: return "\(free) are free on \(label) (\(used.text(1)) % used)."
        case .diskTotal?:
            return "\(system.totalBytes.map { Quantity.size($0) } ?? "unknown"): the size of \(label)."
        case .inodesFree?, .inodesUsed?:
            guard let inodes = system.inodesUsedPercent, let left = system.inodesFree else {
                return "The readings hold no inode figures of \(label)."
            }
            return "\(left) inodes are free on \(label) (\(inodes.text(1)) % used)."
        default: break
        }
        if question.subject == .diskGrowth {
            guard let growth = forecast?.fileSystems.first(where: { $0.name == label })?.growthBytesPerHour
            else {
                return "How fast \(label) fills is not known yet: too little has been seen."
            }
            return growth > 0
                ? "\(label) grows by \(Quantity.size(growth)) per hour (\(used.text(1)) % full)."
                : "\(label) does not grow; it is \(used.text(1)) % full."
        }
        if question.subject == .disk || question.form == .until || question.form == .when
            || question.subject == .diskGrowth
        {
            return diskForecast(among: label).first
        }
        let verdict = isAsked ? ((used >= 90) == question.suspectsTrouble ? "Yes: " : "No: ") : ""
        return "\(verdict)\(label) is \(used.text(1)) % full, \(free) free."
    }

    // MARK: File systems

    private var shown: [StatusResult.FileSystem] { status?.fileSystems.shown ?? [] }

    var fileSystems: [String] {
        guard let status else { return [Self.noData] }
        let count = status.fileSystems.count
        let title = "\(count) file system\(count == 1 ? " is" : "s are") mounted"
        if let threshold = question.threshold { return fileSystems(beyond: threshold) }
        if question.isLowest, let least = emptiest { return [least] }
        if question.form == .count { return ["\(title)."] }
        let each = shown.prefix(question.count ?? 8).map { system in
            if system.doesNotAnswer == true { return "\(system.name) does not answer" }
            let used = system.usedPercent.map { " \($0.text(1)) %" } ?? ""
            return "\(system.name)\(used)"
                + (system.availableBytes.map { " (\(Quantity.size($0)) free)" } ?? "")
        }
        let left = status.fileSystems.leftOut.map { "; \($0) more" } ?? ""
        return ["\(title): \(each.joined(separator: ", "))\(left)."]
    }

    private var emptiest: String? {
        guard
            let least = shown.filter({ $0.usedPercent != nil }).min(by: {
                ($0.usedPercent ?? 0) < ($1.usedPercent ?? 0)
            }),
            let used = least.usedPercent
        else { return nil }
        return
            "\(least.name) is the emptiest: \(used.text(1)) % used\(least.availableBytes.map { ", \(Quantity.size($0)) free" } ?? "")."
    }

    private func fileSystems(beyond threshold: Query.Threshold) -> [String] {
        let found = shown.filter { system in
            system.usedPercent.map { threshold.isAbove ? $0 > threshold.value : $0 < threshold.value }
                ?? false
        }
        let each = found.map { "\($0.name) \(($0.usedPercent ?? 0).text(1)) %" }
        guard !each.isEmpty else {
            return [
                "None"
                    + (shown.first { $0.usedPercent != nil }.map {
                        ": the fullest, \($0.name), is at \(($0.usedPercent ?? 0).text(1)) %."
                    } ?? ".")
            ]
        }
        let count = question.form == .count ? "\(Self.word(each.count).sentence): " : ""
        return ["\(count)\(each.joined(separator: ", "))."]
    }

    var hungMounts: [String] {
        guard let status else { return [Self.noData] }
        let hung = shown.filter { $0.doesNotAnswer == true }.map(\.name)
        let count = status.fileSystems.count
        let asksGood = !question.suspectsHang
        guard !hung.isEmpty else {
            return ["\(asksGood ? "Yes" : "No"): \(Self.all(count, "answers", "answer"))."]
        }
        return [
            "\(asksGood ? "No" : "Yes"): \(hung.joinedWithAnd) \(hung.count == 1 ? "does" : "do") not answer."
        ]
    }

    private static func all(_ count: Int, _ one: String, _ many: String) -> String {
        switch count {
        case 1: "the file system \(one)"
        case 2: "both file systems \(many)"
        default: "all \(count) file systems \(many)"
        }
    }

    var readOnly: [String] {
        guard let status else { return [Self.noData] }
        let systems = shown.filter { $0.isReadOnly == true }.map(\.name)
        let verb = systems.count == 1 ? "is" : "are"
        return systems.isEmpty
            ? ["No: \(Self.all(status.fileSystems.count, "is", "are")) mounted read-write."]
            : ["Yes: \(systems.prefix(3).map(\.self).joinedWithAnd) \(verb) mounted read-only."]
    }

    // MARK: What will be

    func diskForecast(among label: String?) -> [String] {
        guard let forecast else { return [Self.noData] }
        let systems = forecast.fileSystems.filter { label == nil || $0.name == label }
        guard !systems.isEmpty else { return [Self.noData] }
        let filling = systems.filter { $0.fullInHours != nil }.sorted {
            ($0.fullInHours ?? 0) < ($1.fullInHours ?? 0)
        }
        let asksYes = question.isYesNo
        if let first = filling.first, let hours = first.fullInHours, hours < 24 * 365 {
            let growth = first.growthBytesPerHour.map { ", growing by \(Quantity.size($0)) per hour" } ?? ""
            return [
                "\(asksYes ? "Yes: " : "")\(first.name) is full in \(Quantity.length(seconds: hours * 3600)) at the present rate (\((first.usedPercent ?? 0).text(1)) % now\(growth))."
            ]
                + filling.dropFirst().prefix(1).compactMap { system in
                    system.fullInHours.flatMap {
                        $0 < 24 * 365 ? "\(system.name) in \(Quantity.length(seconds: $0 * 3600))." : nil
                    }
                }
        }
        guard let fullest = systems.first else { return [Self.noData] }
        let used = (fullest.usedPercent ?? 0).text(1)
        if forecast.rateIsUnknown == true {
            return ["That cannot be said yet: too little has been seen; \(fullest.name) is \(used) % full."]
        }
        let which =
            label == nil && systems.count > 1
            ? "no file system grows; the fullest, \(fullest.name)," : "\(fullest.name) does not grow and"
        return ["\(asksYes ? "No: " : "Not at the present rate: ")\(which) is \(used) % full."]
    }

    var diskGrowth: [String] {
        guard let forecast else { return [Self.noData] }
        if forecast.rateIsUnknown == true {
            return ["How fast file systems fill is not known yet: too little has been seen."]
        }
        let growing = forecast.fileSystems.filter { ($0.growthBytesPerHour ?? 0) > 0 }
        guard !growing.isEmpty else { return ["Not at all: no file system grows."] }
        let parts = growing.prefix(3).map {
            "\($0.name) grows by \(Quantity.size($0.growthBytesPerHour ?? 0)) per hour"
        }
        return ["\(parts.joined(separator: ", "))."]
    }

    var memoryForecast: [String] {
        guard let report = series.first, let newest = report.newest else { return [Self.noData] }
        let figure = report.gauge.text(newest.value)
        let asksYes = question.isYesNo
        let thing = question.subject == .swap ? "swap" : "memory"
        guard let hours = report.fullInHours, hours < 24 * 30, (report.last ?? 0) - (report.first ?? 0) > 2
        else {
            return ["No sign of it: \(thing) is \(figure) used\(course(report))."]
        }
        let change = report.changePerHour.map { ", rising by \($0.text(1)) % per hour" } ?? ""
        return [
            "\(asksYes ? "Yes: " : "")\(asksYes ? "in" : "In") \(Quantity.length(seconds: hours * 3600)) at the present rate: \(thing) is \(figure) used\(change)."
        ]
    }

    /// The process that grew most since the oldest reading of processes that there is.
    private var growth: String? {
        guard let top, let past = earlierTops.min(by: { $0.takenAt < $1.takenAt }) else { return nil }
        let grown = top.byMemory.compactMap { process -> (TopProcessesResult.Process, Int64, Int64)? in
            guard let size = process.residentBytes,
                let before = past.byMemory.first(where: { $0.name == process.name })?.residentBytes,
                size > before
            else { return nil }
            return (process, before, size)
        }
        guard let (process, before, size) = grown.max(by: { $0.2 - $0.1 < $1.2 - $1.1 }),
            Double(size) > 1.05 * Double(before)
        else { return nil }
        return
            "\(process.name) grew from \(Quantity.size(before)) to \(Quantity.size(size)) since \(clock(past.takenAt))."
    }

    private func course(_ report: SeriesReport) -> String {
        guard let low = report.lowest, let high = report.highest else { return "" }
        return low.value == high.value
            ? ", as it was \(stretch(report.window))"
            : ", \(report.gauge.text(low.value...high.value)) \(stretch(report.window))"
    }

    var memoryLeak: [String] {
        guard let report = series.first, let newest = report.newest, let first = report.first,
            let last = report.last
        else {
            return [Self.noData]
        }
        let gauge = report.gauge
        let isRising = report.changePerHour.map { $0 > 0 } ?? false && last - first > 3
        if question.form == .which, let growth { return [growth] }
        guard isRising else {
            return ["No sign of one: memory is \(gauge.text(newest.value)) used\(course(report))."]
        }
        let largest = top?.byMemory.first.map { "The largest process is \(use($0, .memory))." }
        return [
            "It looks like it: memory rose from \(gauge.text(first)) to \(gauge.text(newest.value)) \(stretch(report.window))."
        ] + [growth ?? largest].compactMap(\.self)
    }

    // MARK: Network, relay, probe

    var networkState: [String] {
        guard let status else { return [Self.noData] }
        guard let network = status.network else {
            return ["There is no data on that: the readings tell nothing of the network."]
        }
        let rates: [(Double?, String)] = [
            (network.receiveDropsPerSecond, "received packets dropped"),
            (network.receiveErrorsPerSecond, "receive errors"),
            (network.sendDropsPerSecond, "sent packets dropped"),
            (network.sendErrorsPerSecond, "send errors"),
        ]
        let bad = rates.compactMap { rate, words in rate.flatMap { $0 > 0 ? "\($0.text(2)) \(words)" : nil } }
        let isTroubled = status.needsAttention.contains { $0.resource == .network } || !bad.isEmpty
        let retransmits = network.tcpRetransmitsPerSecond.map { "\($0.text(2)) TCP retransmissions" }
        let verdict = isTroubled == question.suspectsNetworkTrouble ? "Yes" : "No"
        let figures = bad.isEmpty ? ["0 received packets dropped", "0 errors"] : bad
        return ["\(verdict): \((figures + [retransmits].compactMap(\.self)).joinedWithAnd) per second."]
    }

    var relayState: [String] {
        guard let relay else { return ["There is not enough data: no reading tells of the relay."] }
        let concern = relay.queuedMessages >= 1000
        let latency = relay.ackLatencyP99Ms.map { ", 99 % acknowledged within \($0.text(1)) ms" } ?? ""
        let figures =
            "\(relay.queuedMessages) messages queued, \(relay.connections) connection\(relay.connections == 1 ? "" : "s")\(latency)"
        let isAsked = question.form == .check
        let verdict = isAsked ? (concern == question.suspectsTrouble ? "Yes: " : "No: ") : ""
        return [
            concern
                ? "\(verdict)messages pile up on the relay: \(figures).".sentence
                : "\(verdict)the relay works: \(figures).".sentence
        ]
    }

    var telemetry: [String] {
        guard let status, let age = status.ageSeconds else {
            return ["No: there is no data, no reading has ever come."]
        }
        let length = Quantity.length(seconds: max(0, age))
        let at = short(utc: status.takenAtUTC)
        if question.subject == .readingAge {
            return ["\(length.sentence): the newest reading was taken at \(at)."]
        }
        if let ahead = status.clockAheadSeconds {
            return ["Yes, but the host's clock is \(Quantity.length(seconds: ahead)) ahead of this one."]
        }
        let asksGood = !question.suspectsSilence
        return status.isStale
            ? [
                "\(asksGood ? "No" : "Yes"): the newest reading is \(length) old (\(at)): telemetry may have stopped."
            ]
            : ["\(asksGood ? "Yes" : "No"), the newest reading is \(length) old (\(at))."]
    }

    // MARK: Cost

    var spending: [String] {
        guard let usage else { return [Self.noData] }
        let since = usage.sinceUTC.map { " since \(short(utc: $0))" } ?? ""
        switch question.subject {
        case .tokens:
            return [
                "\(usage.promptTokens) prompt and \(usage.completionTokens) completion tokens, in \(usage.requests) requests\(since)."
            ]
        case .requests: return ["\(usage.requests) requests to a language model\(since)."]
        case .budget:
            return usage.dailyBudgetUSD.map {
                [
                    "\($0.text(2)) USD a day; \(usage.costUSD.text(6)) USD spent in \(usage.requests) requests\(since)."
                ]
            }
                ?? [
                    "No daily budget is set; \(usage.costUSD.text(6)) USD spent in \(usage.requests) requests\(since)."
                ]
        default: return ["\(usage.costUSD.text(6)) USD for \(usage.requests) requests\(since)."]
        }
    }
}
