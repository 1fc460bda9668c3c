/// Words what series did: history, findings, changes.
enum SeriesWording {
    /// Series that a question may be about, in the order in which they are told.
    private static let series:
        [(field: String, name: String, unit: String, topics: Set<AnalystRequest.Topic>)] = [
            ("cpu_busy_percent", "CPU busy", " %", [.cpu, .slowness]),
            ("cpu_io_wait_percent", "CPU waiting for disks", " %", [.cpu, .slowness, .disk]),
            ("load_1", "load", "", [.cpu, .slowness]),
            ("memory_used_percent", "memory used", " %", [.memory]),
            ("swap_used_percent", "swap used", " %", [.memory]),
            ("fullest_file_system_percent", "fullest file system", " %", [.disk]),
            ("network_received_bytes_per_second", "network received", " bytes/s", [.network]),
            ("network_sent_bytes_per_second", "network sent", " bytes/s", [.network]),
            ("process_count", "processes", "", [.processes]),
            ("relay_queued_messages", "messages queued on the relay", "", [.relay]),
            ("relay_ack_latency_ms", "relay latency", " ms", [.relay]),
        ]
    /// What is told when a question is about no series in particular.
    private static let general = [
        "cpu_busy_percent", "load_1", "memory_used_percent", "fullest_file_system_percent",
    ]

    static func history(_ result: JSON, _ request: AnalystRequest) -> [String] {
        guard let series = result["series"] else { return [] }
        let wanted = Self.series.filter { !$0.topics.isDisjoint(with: request.topics) }
        let shown = wanted.isEmpty ? Self.series.filter { general.contains($0.field) } : wanted
        let parts = shown.compactMap { field, name, unit, _ -> String? in
            guard let values = series[field], let mean = values["mean"].figure,
                let low = values["min"].figure,
                let high = values["max"].figure
            else { return nil }
            let course: String
            if let first = values["first"].figure, let last = values["last"].figure, first != last {
                course = ", from \(first)\(unit) to \(last)\(unit)"
            } else {
                course = ""
            }
            return "\(name) mean \(mean)\(unit) (\(low) to \(high))\(course)"
        }
        var lines = parts
        if request.topics.contains(.memory), let kills = result["oom_kills"].figure {
            lines.append("\(kills) processes killed for want of memory")
        }
        guard !lines.isEmpty else { return [] }
        let lead = window(result)
        return request.isBrief
            ? ["\(lead): \(lines.joined(separator: ", "))."] : lines.map { "\(lead): \($0)." }
    }

    /// Findings; `hasOthers` when the newest reading shows something unusual that is told beside them.
    static func anomalies(_ result: JSON, isBrief: Bool, else hasOthers: Bool) -> [String] {
        let (lead, findings) = (window(result), result["findings"]?.array ?? [])
        guard !findings.isEmpty else {
            return [
                "Nothing unusual \(lead.lowercasedFirst)\(hasOthers ? ", beside what is told here" : "")."
            ]
        }
        let count = result["count"].figure ?? "\(findings.count)"
        let lines = findings.prefix(isBrief ? 2 : 6).compactMap { finding -> String? in
            guard let summary = finding["summary"]?.string, let severity = finding["severity"]?.string else {
                return nil
            }
            return "\(severity): \(summary) (\(finding["from_utc"]?.string ?? "?"))"
        }
        return ["\(count) unusual \(lead.lowercasedFirst): \(lines.joined(separator: "; "))."]
    }

    static func changes(_ result: JSON, isBrief: Bool) -> [String] {
        guard let minutes = result["window_minutes"].figure, case .object(let series)? = result["series"]
        else { return [] }
        let moved = series.compactMap { field, values -> (field: String, now: Double, before: Double)? in
            guard let now = values["now_mean"]?.number, let before = values["earlier_mean"]?.number else {
                return nil
            }
            return (field, now, before)
        }
        func size(_ change: (field: String, now: Double, before: Double)) -> Double {
            abs(change.now - change.before) / max(abs(change.before), 1)
        }
        // What moved most for its size comes first.
        let sorted = moved.filter { size($0) > 0.05 }.sorted {
            size($0) == size($1) ? $0.field < $1.field : size($0) > size($1)
        }
        guard !sorted.isEmpty else {
            return ["Little changed over the last \(minutes) minutes against the time before."]
        }
        let lines = sorted.prefix(isBrief ? 2 : 6).map { change in
            "\(name(change.field)) \(change.before.text(2)) → \(change.now.text(2))"
        }
        return ["Over the last \(minutes) minutes against the time before: \(lines.joined(separator: "; "))."]
    }

    private static func name(_ field: String) -> String {
        series.first { $0.field == field }.map { $0.name + $0.unit } ?? field.replacing("_", with: " ")
    }

    /// "In the last 60 minutes", or from when to when where it ends earlier.
    private static func window(_ result: JSON) -> String {
        if result["ends_minutes_ago"] != nil, let from = result["from_utc"]?.string,
            let to = result["to_utc"]?.string
        {
            return "From \(from) to \(to)"
        }
        return "In the last \(result["window_minutes"].figure ?? "?") minutes"
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
