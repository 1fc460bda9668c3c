import MaintenanceAPI

/// Words what tools gave. Every figure in it stands in a result.
struct AnalystReport {
    let text: String

    init(_ request: AnalystRequest, results: [ToolResult]) {
        guard let only = request.topics.first, only != .help else {
            text = Self.help(isUnderstood: request.isUnderstood)
            return
        }
        guard only != .unmeasured, only != .action else {
            let reason =
                only == .action
                ? "I can only look: nothing on the host can be changed from here."
                : "That is not measured here: I have the kernel's figures alone, as the probe reads them."
            text = "\(reason) \(Self.abilities)"
            return
        }
        let note = "(Offline analyst, no language model.)"
        let lines = Self.lines(request, results)
        text =
            request.isBrief
            ? (lines + [note]).joined(separator: " ")
            : (lines.map { "- \($0)" } + [note]).joined(separator: "\n")
    }

    private static let abilities = """
        Ask for the host's status, its history, what changed, why it is slow, anomalies, CPU, memory, disks and when they are \
        full, the network, top processes, temperatures, the last boot, the relay, or the cost of the language model. Name a time \
        as in "in the last hour", and ask for "one line" to have it short.
        """

    private static func help(isUnderstood: Bool) -> String {
        (isUnderstood ? "" : "I did not understand that question. ")
            + "I am the offline analyst: no language model, but I can look at this host's telemetry. \(abilities)"
    }

    private static func lines(_ request: AnalystRequest, _ results: [ToolResult]) -> [String] {
        var lines: [String] = []
        let hasTroubles = results.contains {
            if case .currentStatus(let status) = $0 { !StatusWording(status).troubles.isEmpty } else { false }
        }
        if request.asksForUnknownProcess {
            lines.append("No process of that name is among those that use most; of others no name is kept.")
        }
        for result in results {
            for line in sentences(result, request, hasTroubles) where !lines.contains(line) {
                lines.append(line)
            }
        }
        return lines.isEmpty ? ["The readings do not tell that: there is not enough data."] : lines
    }

    private static func sentences(_ result: ToolResult, _ request: AnalystRequest, _ hasTroubles: Bool)
        -> [String]
    {
        switch result {
        case .currentStatus(let status): StatusWording(status).lines(request)
        case .history(let history): SeriesWording.history(history, request)
        case .anomalies(let found):
            SeriesWording.anomalies(found, isBrief: request.isBrief, else: hasTroubles)
        case .topProcesses(let top): processes(top, request)
        case .diskForecast(let result): forecast(result, request)
        case .relayDiagnostics(let result): [relay(result)]
        case .comparison(let result): SeriesWording.changes(result, isBrief: request.isBrief)
        case .usage(let result): [usage(result)]
        case .noData: ["There is not enough data from telemetry yet."]
        case .tooLarge: []
        case .failed(let reason): ["That could not be looked up: \(reason)."]
        }
    }

    // MARK: One tool each

    private static func processes(_ top: TopProcessesResult, _ request: AnalystRequest) -> [String] {
        let asked = request.mentions.filter { $0.kind == .process }
        guard asked.isEmpty else {
            var seen: Set<TopProcessesResult.Process> = []
            let each = (top.byCPU + top.byMemory).filter { seen.insert($0).inserted }
            return asked.flatMap { mention in
                each.filter { $0.name == mention.label }.map { "Process \($0.pid), \(use($0))." }
            }
        }
        let count = request.isBrief ? 1 : 5
        let cpu = top.byCPU.prefix(count).compactMap { process in
            process.cpuPercentOfOneCore.map { "\(process.name) \($0.text(2)) %" }
        }
        let memory = top.byMemory.prefix(count).compactMap { process in
            process.residentBytes.map { "\(process.name) \(Quantity.size($0))" }
        }
        var lines: [String] = []
        if !cpu.isEmpty, !request.topics.contains(.memory) {
            lines.append("Most CPU (of one core): \(cpu.joined(separator: ", ")).")
        }
        if !memory.isEmpty { lines.append("Most memory: \(memory.joined(separator: ", ")).") }
        return lines
    }

    private static func use(_ process: TopProcessesResult.Process) -> String {
        let cpu = process.cpuPercentOfOneCore.map { "\($0.text(2)) % of one core" }
        let memory = process.residentBytes.map { "\(Quantity.size($0)) of memory" }
        return "\(process.name): \([cpu, memory].compactMap(\.self).joined(separator: ", "))"
    }

    private static func forecast(_ result: ForecastResult, _ request: AnalystRequest) -> [String] {
        let asked = request.mentions.filter { $0.kind == .filesystem }.map(\.label)
        let systems = result.fileSystems.filter { asked.isEmpty || asked.contains($0.name) }
        let lines = systems.prefix(request.isBrief ? 1 : 8).compactMap { system -> String? in
            guard let used = system.usedPercent, let free = system.availableBytes else { return nil }
            var outlook = system.fullInHours.map { ", full in \($0.text(2)) hours at the present rate" }
            if outlook == nil, let growth = system.growthBytesPerHour, growth <= 0 {
                outlook = ", does not grow"
            }
            return "\(system.name): \(used.text(2)) % used, \(Quantity.size(free)) free\(outlook ?? "")."
        }
        let isUnknown = result.rateIsUnknown != nil && !lines.isEmpty
        return lines + (isUnknown ? ["How fast they fill is not known yet."] : [])
    }

    private static func relay(_ relay: RelayResult) -> String {
        let latency = relay.ackLatencyP99Ms.map { ", 99 % acknowledged within \($0.text(2)) ms" } ?? ""
        return "Relay: \(relay.queuedMessages) messages queued, \(relay.connections) connections, "
            + "\(relay.acceptedTotal) accepted since it started\(latency)."
    }

    private static func usage(_ usage: UsageResult) -> String {
        let budget = usage.dailyBudgetUSD.map { " The daily budget is \($0.text(2)) USD." } ?? ""
        return "Language model: \(usage.requests) requests, \(usage.promptTokens) prompt and "
            + "\(usage.completionTokens) completion tokens, \(usage.costUSD.text(6)) USD.\(budget)"
    }
}
