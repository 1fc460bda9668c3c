import MaintenanceAPI

/// Words what tools gave. Every figure in it stands in a result.
struct AnalystReport {
    let text: String

    init(_ request: AnalystRequest, results: [(tool: String, result: JSON)]) {
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

    private static func lines(_ request: AnalystRequest, _ results: [(tool: String, result: JSON)])
        -> [String]
    {
        var lines: [String] = []
        let hasTroubles = results.contains {
            $0.tool == "get_current_status" && !StatusWording($0.result).troubles.isEmpty
        }
        if request.asksForUnknownProcess {
            lines.append("No process of that name is among those that use most; of others no name is kept.")
        }
        for (tool, result) in results {
            for line in sentences(tool, result, request, hasTroubles) where !lines.contains(line) {
                lines.append(line)
            }
        }
        return lines.isEmpty ? ["The readings do not tell that: there is not enough data."] : lines
    }

    private static func sentences(
        _ tool: String, _ result: JSON, _ request: AnalystRequest, _ hasTroubles: Bool
    )
        -> [String]
    {
        if let error = result["error"]?.string { return ["That could not be looked up: \(error)."] }
        if result["not_enough_data"] != nil { return ["There is not enough data from telemetry yet."] }
        let isBrief = request.isBrief
        return switch tool {
        case "get_current_status": StatusWording(result).lines(request)
        case "get_recent_status_history": SeriesWording.history(result, request)
        case "get_anomaly_summary": SeriesWording.anomalies(result, isBrief: isBrief, else: hasTroubles)
        case "get_top_processes": processes(result, request)
        case "get_disk_forecast": forecast(result, request)
        case "get_relay_diagnostics": relay(result)
        case "compare_windows": SeriesWording.changes(result, isBrief: isBrief)
        case "get_usage": usage(result)
        default: []
        }
    }

    // MARK: One tool each

    private static func processes(_ result: JSON, _ request: AnalystRequest) -> [String] {
        let (byCPU, byMemory) = (result["by_cpu"]?.array ?? [], result["by_memory"]?.array ?? [])
        let asked = request.mentions.filter { $0.kind == .process }
        guard asked.isEmpty else {
            return asked.flatMap { mention in
                (byCPU + byMemory).filter { $0["name"]?.string == mention.label }.uniqued()
                    .compactMap { process in process["pid"].figure.map { "Process \($0), \(use(process))." } }
            }
        }
        let count = request.isBrief ? 1 : 5
        func list(_ processes: [JSON], _ figure: (JSON) -> String?) -> String {
            processes.prefix(count).compactMap { process in
                figure(process).map { "\(process["name"]?.string ?? "?") \($0)" }
            }.joined(separator: ", ")
        }
        let cpu = list(byCPU) { $0["cpu_percent_of_one_core"].figure.map { "\($0) %" } }
        let memory = list(byMemory) { $0["resident_bytes"]?.number.map(Quantity.size) }
        var lines: [String] = []
        if !cpu.isEmpty, !request.topics.contains(.memory) { lines.append("Most CPU (of one core): \(cpu).") }
        if !memory.isEmpty { lines.append("Most memory: \(memory).") }
        return lines
    }

    private static func use(_ process: JSON) -> String {
        let cpu = process["cpu_percent_of_one_core"].figure.map { "\($0) % of one core" }
        let memory = process["resident_bytes"]?.number.map { "\(Quantity.size($0)) of memory" }
        return
            "\(process["name"]?.string ?? "?"): \([cpu, memory].compactMap(\.self).joined(separator: ", "))"
    }

    private static func forecast(_ result: JSON, _ request: AnalystRequest) -> [String] {
        let asked = request.mentions.filter { $0.kind == .filesystem }.map(\.label)
        let systems = (result["file_systems"]?.array ?? []).filter { system in
            asked.isEmpty || asked.contains(system["name"]?.string ?? "")
        }
        let isUnknown = result["rate_is_unknown"] != nil
        let lines = systems.prefix(request.isBrief ? 1 : 8).compactMap { system -> String? in
            guard let name = system["name"]?.string, let used = system["used_percent"].figure,
                let free = system["available_bytes"]?.number
            else { return nil }
            var outlook = system["full_in_hours"].figure.map { ", full in \($0) hours at the present rate" }
            if outlook == nil, let growth = system["growth_bytes_per_hour"]?.number, growth <= 0 {
                outlook = ", does not grow"
            }
            return "\(name): \(used) % used, \(Quantity.size(free)) free\(outlook ?? "")."
        }
        return lines + (isUnknown && !lines.isEmpty ? ["How fast they fill is not known yet."] : [])
    }

    private static func relay(_ result: JSON) -> [String] {
        guard let queued = result["queued_messages"].figure, let connections = result["connections"].figure
        else { return [] }
        let latency = result["ack_latency_p99_ms"].figure.map { ", 99 % acknowledged within \($0) ms" } ?? ""
        return [
            "Relay: \(queued) messages queued, \(connections) connections, \(result["accepted_total"].figure ?? "?") "
                + "accepted since it started\(latency)."
        ]
    }

    private static func usage(_ result: JSON) -> [String] {
        guard let requests = result["requests"].figure, let prompt = result["prompt_tokens"].figure,
            let completion = result["completion_tokens"].figure, let cost = result["cost_usd"]?.number
        else { return [] }
        let budget = result["daily_budget_usd"].figure.map { " The daily budget is \($0) USD." } ?? ""
        return [
            "Language model: \(requests) requests, \(prompt) prompt and \(completion) completion tokens, \(cost.text(6)) USD."
                + budget
        ]
    }
}

extension [JSON] {
    fileprivate func uniqued() -> [JSON] {
        var seen: Set<JSON> = []
        return filter { seen.insert($0).inserted }
    }
}
