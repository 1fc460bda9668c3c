/// Words what tools gave. Every figure in it stands in a result.
struct AnalystReport {
    let text: String

    init(_ request: AnalystRequest, results: [(tool: String, result: JSON)]) {
        guard request.topics != [.help] else {
            text = Self.help(isUnderstood: request.isUnderstood)
            return
        }
        let sentences = results.flatMap { Self.sentences($0.tool, $0.result, isBrief: request.isBrief) }
        let body = sentences.isEmpty ? ["There is not enough data to answer yet."] : sentences
        let note = "(Offline analyst, no language model.)"
        text =
            request.isBrief
            ? (body + [note]).joined(separator: " ")
            : (body.map { "- \($0)" } + [note]).joined(separator: "\n")
    }

    private static func help(isUnderstood: Bool) -> String {
        (isUnderstood ? "" : "I did not understand that question. ")
            + """
            I am the offline analyst: no language model, but I can look at this host's telemetry. Ask for its status, its \
            history, what changed, why it is slow, anomalies, CPU, memory, disks and when they are full, the network, top \
            processes, the relay, or the cost of the language model. Name a time as in "in the last hour", and ask for \
            "one line" to have it short.
            """
    }

    private static func sentences(_ tool: String, _ result: JSON, isBrief: Bool) -> [String] {
        if let error = result["error"]?.string { return ["That could not be looked up: \(error)."] }
        if result["not_enough_data"] != nil { return ["There is not enough data from telemetry yet."] }
        return switch tool {
        case "get_current_status": status(result, isBrief: isBrief)
        case "get_recent_status_history": history(result, isBrief: isBrief)
        case "get_anomaly_summary": anomalies(result, isBrief: isBrief)
        case "get_top_processes": processes(result, isBrief: isBrief)
        case "get_disk_forecast": forecast(result, isBrief: isBrief)
        case "get_relay_diagnostics": relay(result)
        case "compare_windows": changes(result, isBrief: isBrief)
        case "get_usage": usage(result)
        default: []
        }
    }

    // MARK: One tool each

    private static func status(_ result: JSON, isBrief: Bool) -> [String] {
        var parts: [String] = []
        if let busy = result["cpu"]?["busy_percent"].figure, let cores = result["core_count"].figure {
            parts.append("CPU \(busy) % busy on \(cores) cores")
        }
        if let load = result["load"], let one = load["one_minute"].figure {
            parts.append(
                "load \(one) / \(load["five_minutes"].figure ?? "?") / \(load["fifteen_minutes"].figure ?? "?")"
            )
        }
        if let memory = result["memory"], let used = memory["used_percent"].figure {
            let total = memory["total_bytes"]?.number.map { " of \(size($0))" } ?? ""
            parts.append("memory \(used) %\(total) used")
            if let swap = memory["swap_used_percent"].figure { parts.append("swap \(swap) % used") }
        }
        let disks = result["file_systems"]?["shown"]?.array ?? []
        if let fullest = disks.first, let used = fullest["used_percent"].figure {
            parts.append("fullest file system \(fullest["name"]?.string ?? "?") \(used) %")
        }
        if let uptime = result["uptime_seconds"]?.number { parts.append("up \(duration(uptime))") }
        var lines = [parts.joined(separator: ", ") + "."]
        if result["is_stale"] == .bool(true), let age = result["age_seconds"].figure {
            lines.append("The newest reading is \(age) s old: telemetry may have stopped.")
        }
        guard !isBrief else { return lines }
        if let network = result["network"], let received = network["received_bytes_per_second"]?.number,
            let sent = network["sent_bytes_per_second"]?.number
        {
            lines.append("Network: \(size(received))/s received, \(size(sent))/s sent.")
        }
        if let pressure = result["pressure"], let cpu = pressure["cpu_some_percent"].figure {
            lines.append(
                "Waiting (10 s): CPU \(cpu) %, memory \(pressure["memory_some_percent"].figure ?? "?") %, disks "
                    + "\(pressure["io_some_percent"].figure ?? "?") %.")
        }
        for disk in disks where disk["does_not_answer"] != nil {
            lines.append("File system \(disk["name"]?.string ?? "?") does not answer.")
        }
        return lines
    }

    private static func history(_ result: JSON, isBrief: Bool) -> [String] {
        guard let minutes = result["window_minutes"].figure, let series = result["series"] else { return [] }
        let wanted: [(String, String, String)] = [
            ("cpu_busy_percent", "CPU busy", " %"), ("load_1", "load", ""),
            ("memory_used_percent", "memory used", " %"),
            ("fullest_file_system_percent", "fullest file system", " %"),
        ]
        let parts = wanted.compactMap { field, name, unit -> String? in
            guard let values = series[field], let mean = values["mean"].figure,
                let low = values["min"].figure,
                let high = values["max"].figure
            else { return nil }
            return "\(name) mean \(mean)\(unit) (\(low) to \(high))"
        }
        guard !parts.isEmpty else { return [] }
        let lead = "Over the last \(minutes) minutes"
        return isBrief ? ["\(lead): \(parts.joined(separator: ", "))."] : parts.map { "\(lead): \($0)." }
    }

    private static func anomalies(_ result: JSON, isBrief: Bool) -> [String] {
        guard let minutes = result["window_minutes"].figure else { return [] }
        let findings = result["findings"]?.array ?? []
        guard !findings.isEmpty else { return ["Nothing unusual in the last \(minutes) minutes."] }
        let count = result["count"].figure ?? "\(findings.count)"
        let lines = findings.prefix(isBrief ? 2 : 6).compactMap { finding -> String? in
            guard let summary = finding["summary"]?.string, let severity = finding["severity"]?.string else {
                return nil
            }
            return "\(severity): \(summary) (\(finding["from_utc"]?.string ?? "?"))"
        }
        return ["\(count) unusual in the last \(minutes) minutes: \(lines.joined(separator: "; "))."]
    }

    private static func processes(_ result: JSON, isBrief: Bool) -> [String] {
        let byCPU = (result["by_cpu"]?.array ?? []).prefix(isBrief ? 1 : 5).compactMap { process -> String? in
            guard let name = process["name"]?.string, let cpu = process["cpu_percent_of_one_core"].figure
            else { return nil }
            return "\(name) \(cpu) %"
        }
        let byMemory = (result["by_memory"]?.array ?? []).prefix(isBrief ? 1 : 5).compactMap {
            process -> String? in
            guard let name = process["name"]?.string, let bytes = process["resident_bytes"]?.number else {
                return nil
            }
            return "\(name) \(size(bytes))"
        }
        var lines: [String] = []
        if !byCPU.isEmpty { lines.append("Most CPU (of one core): \(byCPU.joined(separator: ", ")).") }
        if !byMemory.isEmpty { lines.append("Most memory: \(byMemory.joined(separator: ", ")).") }
        return lines
    }

    private static func forecast(_ result: JSON, isBrief: Bool) -> [String] {
        let systems = result["file_systems"]?.array ?? []
        let lines = systems.prefix(isBrief ? 1 : 8).compactMap { system -> String? in
            guard let name = system["name"]?.string, let used = system["used_percent"].figure,
                let free = system["available_bytes"]?.number
            else { return nil }
            let outlook = system["full_in_hours"].figure.map { ", full in \($0) hours at the present rate" }
            return "\(name): \(used) % used, \(size(free)) free\(outlook ?? "")."
        }
        let isUnknown = result["rate_is_unknown"] != nil
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

    private static func changes(_ result: JSON, isBrief: Bool) -> [String] {
        guard let minutes = result["window_minutes"].figure, case .object(let series)? = result["series"]
        else { return [] }
        let moved = series.compactMap { field, values -> (field: String, now: Double, before: Double)? in
            guard let now = values["now_mean"]?.number, let before = values["earlier_mean"]?.number else {
                return nil
            }
            return (field, now, before)
        }
        // What moved most for its size comes first.
        let sorted = moved.filter { abs($0.now - $0.before) > 0.05 * max(abs($0.before), 1) }.sorted {
            abs($0.now - $0.before) / max(abs($0.before), 1) > abs($1.now - $1.before)
                / max(abs($1.before), 1)
        }
        guard !sorted.isEmpty else {
            return ["Little changed over the last \(minutes) minutes against the time before."]
        }
        let lines = sorted.prefix(isBrief ? 2 : 6).map { change in
            "\(change.field.replacing("_", with: " ")) \(change.before.text(2)) → \(change.now.text(2))"
        }
        return ["Over the last \(minutes) minutes against the time before: \(lines.joined(separator: "; "))."]
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

    // MARK: Units

    private static func size(_ bytes: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = bytes
        var unit = 0
        while abs(value) >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(value.text(1)) \(units[unit])"
    }

    private static func duration(_ seconds: Double) -> String {
        if seconds >= 86_400 { return "\((seconds / 86_400).text(1)) days" }
        if seconds >= 3600 { return "\((seconds / 3600).text(1)) hours" }
        return "\((seconds / 60).text(1)) minutes"
    }
}

extension JSON? {
    /// A number as the result gives it.
    fileprivate var figure: String? { self?.number?.text(2) }
}
