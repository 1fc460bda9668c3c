import MaintenanceAPI

/// Words the newest reading: what a question is about, and what is in trouble.
struct StatusWording {
    private let status: StatusResult

    init(_ status: StatusResult) { self.status = status }

    func lines(_ request: AnalystRequest) -> [String] {
        let asked = request.mentions.filter { $0.kind == .filesystem }.map(\.label)
        guard request.mentions.isEmpty else {
            return fileSystems.filter { asked.contains($0.name) }.compactMap(hung)
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
        if let busy = status.cpu?.busyPercent {
            let cores = status.coreCount.map { " on \($0) cores" } ?? ""
            parts.append("CPU \(busy.text(2)) % busy\(cores)")
        }
        if let load = status.load, let one = load.over1Minute {
            let averages = [one, load.over5Minutes, load.over15Minutes].map { $0?.text(2) ?? "?" }
            parts.append("load \(averages.joined(separator: " / "))")
        }
        return parts
    }

    private func memory(withRoom isWithRoom: Bool) -> [String] {
        guard let memory = status.memory, let used = memory.usedPercent else { return [] }
        let total = memory.totalBytes.map { " of \(Quantity.size($0))" } ?? ""
        var parts = ["memory \(used.text(2)) %\(total) used"]
        if isWithRoom, let room = memory.availableBytes { parts.append("\(Quantity.size(room)) available") }
        if let swap = memory.swapUsedPercent { parts.append("swap \(swap.text(2)) % used") }
        return parts
    }

    private var fileSystems: [StatusResult.FileSystem] { status.fileSystems.shown }

    private var fullest: [String] {
        for fileSystem in fileSystems {
            if let used = fileSystem.usedPercent {
                return ["fullest file system \(fileSystem.name) \(used.text(2)) %"]
            }
        }
        return []
    }

    private var uptime: [String] {
        status.uptimeSeconds.map { ["up \(Quantity.duration(seconds: $0))"] } ?? []
    }

    /// Those figures that there are, each with its words.
    private func list(_ figures: [(Double?, String)], _ word: (String, String) -> String) -> String? {
        let parts = figures.compactMap { figure, words in figure.map { word($0.text(2), words) } }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private var pressures: [String] {
        let pressure = status.pressure
        let tasks = list([
            (pressure?.cpuSomePercent, "a processor"), (pressure?.memorySomePercent, "memory"),
            (pressure?.ioSomePercent, "disks"),
        ]) { "for \($1) \($0) %" }
        let waiting = status.cpu?.ioWaitPercent.map { "CPU waiting for disks \($0.text(2)) %." }
        return [tasks.map { "Of the time tasks wait \($0)." }, waiting].compactMap(\.self)
    }

    private var ageInFull: String {
        if let line = age.first { return line }
        guard let age = status.ageSeconds else { return "" }
        return "The newest reading is \(max(0, age).text(0)) s old, taken at \(status.takenAtUTC)."
    }

    private var age: [String] {
        if let ahead = status.clockAheadSeconds {
            return ["The host's clock is \(Quantity.duration(seconds: ahead)) ahead of this one."]
        }
        guard status.isStale, let age = status.ageSeconds else { return [] }
        let length = age < 120 ? "" : " (\(Quantity.duration(seconds: age)))"
        return ["The newest reading is \(age.text(0)) s old\(length): telemetry may have stopped."]
    }

    private var modes: [String] {
        let cpu = status.cpu
        let shares = list([
            (cpu?.userPercent, "in programs"), (cpu?.systemPercent, "in the kernel"),
            (cpu?.ioWaitPercent, "waiting for disks"), (cpu?.stealPercent, "stolen by the hypervisor"),
        ]) { "\($0) % \($1)" }
        return shares.map { ["CPU time: \($0)."] } ?? []
    }

    private var boot: [String] {
        guard let uptime = status.uptimeSeconds, let at = status.bootedAtUTC else { return [] }
        return ["The host booted \(Quantity.duration(seconds: uptime)) before its newest reading, at \(at)."]
    }

    private var temperatures: [String] {
        let sensors = list((status.temperatures ?? []).map { ($0.celsius, $0.sensor) }) { "\($1) \($0) °C" }
        return sensors.map { ["Temperatures: \($0)."] } ?? []
    }

    private var openFiles: [String] { status.openFiles.map { ["\($0) files are open."] } ?? [] }

    private var processCounts: [String] {
        guard let processes = status.processes else { return [] }
        let started = processes.startedPerSecond.map { "; \($0.text(2)) started per second" } ?? ""
        return [
            "\(processes.count) processes, \(processes.running) running, \(processes.blocked) blocked, "
                + "\(processes.zombies) zombies\(started)."
        ]
    }

    private var disks: [String] {
        let count = status.fileSystems.count
        return ["\(count) file \(count == 1 ? "system is" : "systems are") mounted."]
            + fileSystems.compactMap(hung)
    }

    private func hung(_ system: StatusResult.FileSystem) -> String? {
        system.doesNotAnswer == nil ? nil : "File system \(system.name) does not answer."
    }

    private var oomKills: [String] {
        switch status.memory?.oomKillsSinceBoot {
        case nil: []
        case 0?: ["No process was killed for want of memory since boot."]
        case 1?: ["1 process was killed for want of memory since boot."]
        case let count?: ["\(count) processes were killed for want of memory since boot."]
        }
    }

    private var network: [String] {
        guard let network = status.network, let received = network.receivedBytesPerSecond,
            let sent = network.sentBytesPerSecond
        else { return [] }
        let losses = list([
            (network.receiveDropsPerSecond, "received packets dropped"),
            (network.receiveErrorsPerSecond, "receive errors"),
            (network.sendDropsPerSecond, "sent packets dropped"),
            (network.sendErrorsPerSecond, "send errors"),
            (network.tcpRetransmitsPerSecond, "TCP retransmissions"),
        ]) { "\($0) \($1)" }
        let loss = losses.map { " Per second: \($0)." } ?? ""
        return ["Network: \(Quantity.size(received))/s received, \(Quantity.size(sent))/s sent.\(loss)"]
    }

    // MARK: What is in trouble

    /// What a person would look at first, whatever is usual for this host.
    var troubles: [String] {
        func above(_ limit: Double, _ value: Double?, _ words: (String) -> String) -> String? {
            value.flatMap { $0 >= limit ? words($0.text(2)) : nil }
        }
        func above(_ limit: Int, _ value: Int?, _ words: (Int) -> String) -> String? {
            value.flatMap { $0 >= limit ? words($0) : nil }
        }
        let (cpu, memory, network) = (status.cpu, status.memory, status.network)
        let full = fileSystems.compactMap { system in
            above(90, system.usedPercent) { "File system \(system.name) is \($0) % full." }
        }
        let lines = [
            above(90, cpu?.busyPercent) { "The CPU is \($0) % busy." },
            above(25, cpu?.ioWaitPercent) { "The CPU waits for disks \($0) % of the time." },
            above(10, cpu?.stealPercent) { "The hypervisor steals \($0) % of the CPU's time." },
            above(90, memory?.usedPercent) { "Memory is \($0) % used." },
            above(60, memory?.swapUsedPercent) { "Swap is \($0) % used." },
            above(10, status.pressure?.memorySomePercent) { "Tasks wait for memory \($0) % of the time." },
            above(25, status.pressure?.ioSomePercent) { "Tasks wait for disks \($0) % of the time." },
            above(1, network?.receiveDropsPerSecond) { "\($0) received packets are dropped per second." },
            above(1, network?.receiveErrorsPerSecond) { "\($0) packets per second arrive broken." },
            above(10, network?.tcpRetransmitsPerSecond) { "TCP sends \($0) segments per second again." },
            above(2000, status.processes?.count) { "There are \($0) processes." },
            above(20, status.processes?.zombies) { "There are \($0) zombies." },
            above(5, status.processes?.blocked) {
                "\($0) processes wait for disks and cannot be stopped."
            },
            above(1000, status.relayQueuedMessages) { "\($0) messages wait on the relay." },
            above(90, status.hottestCelsius) { "A sensor reads \($0) °C." },
        ].compactMap(\.self)
        let kills = (memory?.oomKillsSinceBoot ?? 0) > 0 ? oomKills : []
        return lines + kills + full + fileSystems.compactMap(hung)
    }
}
