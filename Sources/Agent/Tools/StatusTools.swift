import RelayAPI
import Foundation
import MaintenanceAPI

/// `get_current_status`: the newest reading.
struct CurrentStatusTool: Tool {
    private static let maxFileSystemCount = 8
    private static let maxTemperatureCount = 4

    let definition = ToolDefinition(
        name: "get_current_status",
        summary:
            "The newest reading of the host: CPU, load, memory, swap, file systems, network, pressure, process counts, "
            + "temperatures, uptime.",
        parameters: .schema([]))

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        try arguments.check(only: [])
        guard let sample = try await state.database.newestSample() else { return .noData }
        let age = Double(state.now.milliseconds - sample.takenAt) / 1000
        let unusual = try await state.database.unusualNow()
        return ToolOutput(
            result: .fields([
                "taken_at_utc": .string(utcText(sample.takenAt)), "age_seconds": .figure(age, digits: 0),
                "is_stale": .bool(age > 60),
                // Delays and rounding make a few seconds.
                "clock_ahead_seconds": age < -5 ? .figure(-age, digits: 0) : nil,
                "uptime_seconds": .figure(sample.host.uptimeSeconds, digits: 0),
                "booted_at_utc": sample.host.uptimeSeconds.map { uptime in
                    .string(utcText(sample.takenAt - Int64(uptime * 1000)))
                },
                "core_count": .figure(sample.host.coreCount), "cpu": Self.cpu(sample),
                "load": Self.load(sample),
                "memory": Self.memory(sample), "pressure": Self.pressure(sample),
                "file_systems": Self.fileSystems(sample, &names), "network": Self.network(sample),
                "processes": Self.processes(sample),
                "unusual_series": .array(unusual.map { .string($0.traits.field) }),
                "temperatures": Self.temperatures(sample, &names),
                "temperatures_left_out": .leftOut(sample.temperatures.count, shown: Self.maxTemperatureCount),
                "hottest_celsius": .figure(sample.temperatures.map(\.celsius).max()),
                "relay_queued_messages": .figure(sample.relay?.queuedMessages),
                "open_files": .figure(sample.fileDescriptors?.allocated),
            ]), from: sample.takenAt, to: sample.takenAt)
    }

    private static func cpu(_ sample: Sample) -> JSON? {
        sample.cpu.map { cpu in
            .fields([
                "busy_percent": .figure(cpu.all.busyPercent), "user_percent": .figure(cpu.all.userPercent),
                "system_percent": .figure(cpu.all.systemPercent),
                "io_wait_percent": .figure(cpu.all.ioWaitPercent),
                "steal_percent": .figure(cpu.all.stealPercent),
                "busiest_core_percent": .figure(cpu.cores.map(\.busyPercent).max()),
            ])
        }
    }

    private static func load(_ sample: Sample) -> JSON? {
        sample.load.map { load in
            .fields([
                "over_1_minute": .figure(load.one, digits: 2),
                "over_5_minutes": .figure(load.five, digits: 2),
                "over_15_minutes": .figure(load.fifteen, digits: 2),
            ])
        }
    }

    private static func memory(_ sample: Sample) -> JSON? {
        sample.memory.map { memory in
            .fields([
                "used_percent": .figure(memory.usedPercent), "total_bytes": .figure(memory.totalBytes),
                "available_bytes": .figure(memory.availableBytes),
                "swap_total_bytes": .figure(memory.swapTotalBytes),
                "swap_used_percent": .figure(memory.swapUsedPercent),
                "oom_kills_since_boot": .figure(memory.oomKills),
            ])
        }
    }

    private static func pressure(_ sample: Sample) -> JSON? {
        sample.pressure.map { pressure in
            .fields([
                "cpu_some_percent": .figure(pressure.cpu?.someAvg10Percent, digits: 2),
                "memory_some_percent": .figure(pressure.memory?.someAvg10Percent, digits: 2),
                "io_some_percent": .figure(pressure.io?.someAvg10Percent, digits: 2),
            ])
        }
    }

    /// Those that do not answer first, then the fullest.
    private static func fileSystems(_ sample: Sample, _ names: inout HostNames) -> JSON {
        let sorted = sample.fileSystems.sorted { left, right in
            left.timedOut == right.timedOut
                ? (left.usedPercent ?? 0) > (right.usedPercent ?? 0) : left.timedOut
        }
        var list: [JSON] = []
        for fileSystem in sorted.prefix(Self.maxFileSystemCount) {
            list.append(
                .fields([
                    "name": .string(names.label(fileSystem.mountPoint, .filesystem)),
                    "used_percent": .figure(fileSystem.usedPercent),
                    "total_bytes": .figure(fileSystem.totalBytes),
                    "available_bytes": .figure(fileSystem.availableBytes),
                    "does_not_answer": fileSystem.timedOut ? true : nil,
                ]))
        }
        return .fields([
            "count": .figure(sorted.count), "shown": .array(list),
            "left_out": .leftOut(sorted.count, shown: Self.maxFileSystemCount),
        ])
    }

    private static func network(_ sample: Sample) -> JSON? {
        guard sample.intervalSeconds != nil, !sample.networks.isEmpty else { return nil }
        func sum(_ rate: KeyPath<Sample.Network, Double>) -> JSON? {
            .figure(sample.networks.reduce(0) { $0 + $1[keyPath: rate] }, digits: 1)
        }
        return .fields([
            "received_bytes_per_second": sum(\.receivedBytesPerSecond),
            "sent_bytes_per_second": sum(\.sentBytesPerSecond),
            "receive_errors_per_second": sum(\.receiveErrorsPerSecond),
            "receive_drops_per_second": sum(\.receiveDropsPerSecond),
            "send_errors_per_second": sum(\.sendErrorsPerSecond),
            "send_drops_per_second": sum(\.sendDropsPerSecond),
            "tcp_established": .figure(sample.tcp?.established),
            "tcp_retransmits_per_second": .figure(sample.tcp?.retransmitsPerSecond),
        ])
    }

    /// The hottest first.
    private static func temperatures(_ sample: Sample, _ names: inout HostNames) -> JSON? {
        guard !sample.temperatures.isEmpty else { return nil }
        var list: [JSON] = []
        for sensor in sample.temperatures.sorted(by: { $0.celsius > $1.celsius })
            .prefix(Self.maxTemperatureCount)
        {
            list.append(
                .fields([
                    "sensor": .string(names.label(sensor.sensor, .sensor)),
                    "celsius": .figure(sensor.celsius),
                ]))
        }
        return .array(list)
    }

    private static func processes(_ sample: Sample) -> JSON? {
        sample.processes.map { processes in
            .fields([
                "count": .figure(processes.count), "running": .figure(processes.running),
                "blocked": .figure(processes.blocked), "zombies": .figure(processes.zombies),
                "not_looked_at": .figure(processes.notLookedAt),
                "threads": .figure(processes.threads),
                "started_per_second": .figure(processes.startedPerSecond),
            ])
        }
    }
}

/// `get_top_processes`: who uses most.
struct TopProcessesTool: Tool {
    let definition = ToolDefinition(
        name: "get_top_processes",
        summary: "The processes that use most CPU and most memory in the newest reading. Names are labels.",
        parameters: .schema([("limit", "How many of each.", 1...10, 5)]))

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        try arguments.check(only: ["limit"])
        let limit = try arguments.integer("limit", in: 1...10, default: 5)
        guard let sample = try await state.database.newestSample(), let processes = sample.processes else {
            return .noData
        }
        func list(_ top: [Sample.Process]) -> JSON {
            .array(
                top.prefix(limit).map { process in
                    .fields([
                        "name": .string(names.label(process.name, .process)),
                        "pid": .figure(Int(process.pid)),
                        "cpu_percent_of_one_core": .figure(process.cpuPercent),
                        "resident_bytes": .figure(process.residentBytes),
                    ])
                })
        }
        return ToolOutput(
            result: .fields([
                "taken_at_utc": .string(utcText(sample.takenAt)), "by_cpu": list(processes.topByCPU),
                "by_memory": list(processes.topByMemory), "process_count": .figure(processes.count),
                "processes_not_looked_at": .figure(processes.notLookedAt),
            ]), from: sample.takenAt, to: sample.takenAt)
    }
}

/// `get_relay_diagnostics`: the relay's figures as the probe saw them.
struct RelayDiagnosticsTool: Tool {
    let definition = ToolDefinition(
        name: "get_relay_diagnostics",
        summary:
            "The message relay in the newest reading: queued messages, connections, rates, latency, memory.",
        parameters: .schema([]))

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        try arguments.check(only: [])
        guard let sample = try await state.database.newestSample(), let relay = sample.relay else {
            return .noData
        }
        return ToolOutput(
            result: .fields([
                "taken_at_utc": .string(utcText(sample.takenAt)),
                "uptime_seconds": .figure(relay.uptimeSeconds, digits: 0),
                "users": .figure(relay.users), "devices": .figure(relay.devices),
                "connections": .figure(relay.connections), "queued_messages": .figure(relay.queuedMessages),
                "queued_bytes": .figure(relay.queuedBytes), "accepted_total": .figure(relay.acceptedTotal),
                "accepted_per_second": .figure(relay.acceptedPerSecond, digits: 2),
                "ack_latency_p50_ms": .figure(relay.ackLatencyP50Milliseconds),
                "ack_latency_p99_ms": .figure(relay.ackLatencyP99Milliseconds),
                "one_time_prekeys_left": .figure(relay.oneTimePreKeysLeft),
                "resident_bytes": .figure(relay.residentBytes),
            ]), from: sample.takenAt, to: sample.takenAt)
    }
}

/// `get_usage`: what the model has cost.
struct UsageTool: Tool {
    let definition = ToolDefinition(
        name: "get_usage",
        summary: "LLM requests, tokens and cost since the counters were last reset, and the budget.",
        parameters: .schema([]))

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        try arguments.check(only: [])
        let usage = try await state.database.usage(dailyBudgetUSD: state.dailyBudgetUSD)
        return ToolOutput(
            result: .fields([
                "since_utc": usage.since.map { .string(utcText($0)) }, "requests": .figure(usage.requests),
                "prompt_tokens": .figure(usage.promptTokens),
                "completion_tokens": .figure(usage.completionTokens),
                "cost_usd": .number(NSDecimalNumber(decimal: usage.costUSD).doubleValue),
                "daily_budget_usd": usage.dailyBudgetUSD.map {
                    .number(NSDecimalNumber(decimal: $0).doubleValue)
                },
            ]))
    }
}

extension ToolOutput {
    /// There is nothing to look at.
    static let noData = ToolOutput(result: ["not_enough_data": true])
}

/// A moment as people and models read it: `2026-03-01T12:00:00Z`.
func utcText(_ milliseconds: Int64) -> String {
    Date(milliseconds: milliseconds).formatted(.iso8601)
}
