import MaintenanceAPI

/// Words the newest reading: what a question is about, and what is in trouble.
struct StatusWording {
    private let result: JSON

    init(_ result: JSON) { self.result = result }

    func lines(_ request: AnalystRequest) -> [String] {
        let asked = request.mentions.filter { $0.kind == .filesystem }.map(\.label)
        guard request.mentions.isEmpty else {
            return fileSystems.filter { asked.contains($0["name"]?.string ?? "") }.compactMap(hung)
        }
        var lines: [String] = []
        let topics = Set(request.topics)
        lines.append(sentence(parts(topics)))
        lines += topics.contains(.silence) ? [ageInFull] : age
        if topics.contains(.cpu) { lines += modes }
        if topics.contains(.pressure) { lines += pressures }
        if topics.contains(.boot) { lines += boot }
        if topics.contains(.temperature) { lines += temperatures }
        if topics.contains(.openFiles) { lines += openFiles }
        if topics.contains(.processes) { lines += processCounts }
        if topics.contains(.disk) { lines += disks }
        if topics.contains(.memory) { lines += oomKills }
        if topics.contains(.network) || (topics.contains(.status) && !request.isBrief) { lines += network }
        if !topics.isDisjoint(with: [.status, .slowness, .anomalies]) {
            lines += troubles.filter { !lines.contains($0) }
        }
        return lines.filter { !$0.isEmpty }
    }

    private var fileSystems: [JSON] { result["file_systems"]?["shown"]?.array ?? [] }

    // MARK: What a question is about

    /// The whole where the question is about the whole, else what it is about.
    private func parts(_ topics: Set<Topic>) -> [String] {
        let isGeneral = !topics.isDisjoint(with: [.status, .slowness])
        return (isGeneral || topics.contains(.cpu) ? processor : [])
            + (isGeneral || topics.contains(.memory) ? memory(withRoom: topics.contains(.memory)) : [])
            + (isGeneral ? fullest + uptime : [])
    }

    private func sentence(_ parts: [String]) -> String {
        guard let first = parts.first else { return "" }
        return ([first.prefix(1).uppercased() + first.dropFirst()] + parts.dropFirst()).joined(
            separator: ", ") + "."
    }

    private var processor: [String] {
        var parts: [String] = []
        if let busy = result["cpu"]?["busy_percent"].figure {
            let cores = result["core_count"].figure.map { " on \($0) cores" } ?? ""
            parts.append("CPU \(busy) % busy\(cores)")
        }
        if let load = result["load"], let one = load["over_1_minute"].figure {
            parts.append(
                "load \(one) / \(load["over_5_minutes"].figure ?? "?") / \(load["over_15_minutes"].figure ?? "?")"
            )
        }
        return parts
    }

    private func memory(withRoom isWithRoom: Bool) -> [String] {
        guard let memory = result["memory"], let used = memory["used_percent"].figure else { return [] }
        let total = memory["total_bytes"]?.number.map { " of \(Quantity.size($0))" } ?? ""
        var parts = ["memory \(used) %\(total) used"]
        if isWithRoom, let room = memory["available_bytes"]?.number {
            parts.append("\(Quantity.size(room)) available")
        }
        if let swap = memory["swap_used_percent"].figure { parts.append("swap \(swap) % used") }
        return parts
    }

    private var fullest: [String] {
        guard let fullest = fileSystems.first(where: { $0["used_percent"] != nil }),
            let used = fullest["used_percent"].figure
        else { return [] }
        return ["fullest file system \(fullest["name"]?.string ?? "?") \(used) %"]
    }

    private var uptime: [String] {
        result["uptime_seconds"]?.number.map { ["up \(Quantity.duration(seconds: $0))"] } ?? []
    }

    private var pressures: [String] {
        let parts = [
            ("cpu_some_percent", "a processor"), ("memory_some_percent", "memory"),
            ("io_some_percent", "disks"),
        ].compactMap { field, words in result["pressure"]?[field].figure.map { "for \(words) \($0) %" } }
        let waiting =
            result["cpu"]?["io_wait_percent"].figure.map { ["CPU waiting for disks \($0) %."] } ?? []
        return parts.isEmpty
            ? waiting : ["Of the time tasks wait \(parts.joined(separator: ", "))."] + waiting
    }

    private var ageInFull: String {
        if let line = age.first { return line }
        guard let age = result["age_seconds"]?.number, let at = result["taken_at_utc"]?.string else {
            return ""
        }
        return "The newest reading is \(max(0, age).text(0)) s old, taken at \(at)."
    }

    private var age: [String] {
        if let ahead = result["clock_ahead_seconds"]?.number {
            return ["The host's clock is \(Quantity.duration(seconds: ahead)) ahead of this one."]
        }
        guard result["is_stale"] == .bool(true), let age = result["age_seconds"]?.number else { return [] }
        let length = age < 120 ? "" : " (\(Quantity.duration(seconds: age)))"
        return ["The newest reading is \(age.text(0)) s old\(length): telemetry may have stopped."]
    }

    private var modes: [String] {
        let parts = [
            ("user_percent", "in programs"), ("system_percent", "in the kernel"),
            ("io_wait_percent", "waiting for disks"), ("steal_percent", "stolen by the hypervisor"),
        ].compactMap { field, words in result["cpu"]?[field].figure.map { "\($0) % \(words)" } }
        return parts.isEmpty ? [] : ["CPU time: \(parts.joined(separator: ", "))."]
    }

    private var boot: [String] {
        guard let uptime = result["uptime_seconds"]?.number, let at = result["booted_at_utc"]?.string else {
            return []
        }
        return ["The host booted \(Quantity.duration(seconds: uptime)) before its newest reading, at \(at)."]
    }

    private var temperatures: [String] {
        let sensors = (result["temperatures"]?.array ?? []).compactMap { sensor -> String? in
            sensor["celsius"].figure.map { "\(sensor["sensor"]?.string ?? "?") \($0) °C" }
        }
        return sensors.isEmpty ? [] : ["Temperatures: \(sensors.joined(separator: ", "))."]
    }

    private var openFiles: [String] {
        result["open_files"].figure.map { ["\($0) files are open."] } ?? []
    }

    private var processCounts: [String] {
        guard let processes = result["processes"], let count = processes["count"].figure else { return [] }
        let states = ["running", "blocked", "zombies"].compactMap { state in
            processes[state].figure.map { "\($0) \(state)" }
        }
        let started = processes["started_per_second"].figure.map { "; \($0) started per second" } ?? ""
        return ["\(count) processes, \(states.joined(separator: ", "))\(started)."]
    }

    private var disks: [String] {
        let count = result["file_systems"]?["count"].figure.map {
            "\($0) file \($0 == "1" ? "system is" : "systems are") mounted."
        }
        return (count.map { [$0] } ?? []) + fileSystems.compactMap(hung)
    }

    private func hung(_ system: JSON) -> String? {
        system["does_not_answer"] == nil
            ? nil : "File system \(system["name"]?.string ?? "?") does not answer."
    }

    private var oomKills: [String] {
        switch result["memory"]?["oom_kills_since_boot"]?.number {
        case nil: []
        case 0?: ["No process was killed for want of memory since boot."]
        case 1?: ["1 process was killed for want of memory since boot."]
        case let count?: ["\(count.text(0)) processes were killed for want of memory since boot."]
        }
    }

    private var network: [String] {
        guard let network = result["network"], let received = network["received_bytes_per_second"]?.number,
            let sent = network["sent_bytes_per_second"]?.number
        else { return [] }
        let losses = [
            ("receive_drops_per_second", "received packets dropped"),
            ("receive_errors_per_second", "receive errors"),
            ("send_drops_per_second", "sent packets dropped"), ("send_errors_per_second", "send errors"),
            ("tcp_retransmits_per_second", "TCP retransmissions"),
        ].compactMap { field, words in network[field].figure.map { "\($0) \(words)" } }
        let loss = losses.isEmpty ? "" : " Per second: \(losses.joined(separator: ", "))."
        return ["Network: \(Quantity.size(received))/s received, \(Quantity.size(sent))/s sent.\(loss)"]
    }

    // MARK: What is in trouble

    /// What a person would look at first, whatever is usual for this host.
    var troubles: [String] {
        func above(_ limit: Double, _ value: JSON?, _ words: (String) -> String) -> String? {
            guard let number = value?.number, number >= limit else { return nil }
            return words(number.text(2))
        }
        let (cpu, memory, network) = (result["cpu"], result["memory"], result["network"])
        let full = fileSystems.compactMap { system in
            above(90, system["used_percent"]) {
                "File system \(system["name"]?.string ?? "?") is \($0) % full."
            }
        }
        let lines = [
            above(90, cpu?["busy_percent"]) { "The CPU is \($0) % busy." },
            above(25, cpu?["io_wait_percent"]) { "The CPU waits for disks \($0) % of the time." },
            above(10, cpu?["steal_percent"]) { "The hypervisor steals \($0) % of the CPU's time." },
            above(90, memory?["used_percent"]) { "Memory is \($0) % used." },
            above(60, memory?["swap_used_percent"]) { "Swap is \($0) % used." },
            above(10, result["pressure"]?["memory_some_percent"]) {
                "Tasks wait for memory \($0) % of the time."
            },
            above(25, result["pressure"]?["io_some_percent"]) { "Tasks wait for disks \($0) % of the time." },
            above(1, network?["receive_drops_per_second"]) {
                "\($0) received packets are dropped per second."
            },
            above(1, network?["receive_errors_per_second"]) { "\($0) packets per second arrive broken." },
            above(10, network?["tcp_retransmits_per_second"]) {
                "TCP sends \($0) segments per second again."
            },
            above(2000, result["processes"]?["count"]) { "There are \($0) processes." },
            above(20, result["processes"]?["zombies"]) { "There are \($0) zombies." },
            above(5, result["processes"]?["blocked"]) {
                "\($0) processes wait for disks and cannot be stopped."
            },
            above(1000, result["relay_queued_messages"]) { "\($0) messages wait on the relay." },
            above(90, result["hottest_celsius"]) { "A sensor reads \($0) °C." },
        ].compactMap(\.self)
        let kills = (memory?["oom_kills_since_boot"]?.number ?? 0) > 0 ? oomKills : []
        return lines + kills + full + fileSystems.compactMap(hung)
    }
}
