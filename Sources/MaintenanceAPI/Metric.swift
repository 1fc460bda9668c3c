import RelayAPI

/// A series kept in the history, with its unit in its name. To add one, add its case and its row in `traits`.
package enum Metric: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
    case cpuBusyPercent, cpuIOWaitPercent, load1
    case cpuPressurePercent, memoryPressurePercent, ioPressurePercent
    case memoryUsedPercent, swapUsedPercent
    /// The fullest file system.
    case diskUsedPercent
    case diskReadBytesPerSecond, diskWrittenBytesPerSecond
    case networkReceivedBytesPerSecond, networkSentBytesPerSecond
    case processCount
    case relayQueuedMessages, relayAckLatencyMilliseconds
    case probeCPUPercent
    case load5, load15
    case trackedConnectionsPercent
}

extension Metric {
    package enum Unit: Sendable { case none, percent, milliseconds, bytesPerSecond }

    /// All properties of a metric.
    package struct Traits: Sendable {
        /// The metric's bit in the database's set of unusual metrics per sample. It never changes, and is never reused.
        package let bit: Int
        /// The name in tool results: words and unit, separated by underscores.
        package let field: String
        /// The display name.
        package let label: String
        /// The display name for the host as a whole.
        package let hostLabel: String
        package let unit: Unit
        /// A smaller change is noise to a person, however steady the series was.
        package let smallestChange: Double
        /// The value from which it is critical, regardless of its usual values.
        package let criticalAt: Double?
        /// The related topics.
        package let topics: [Topic]
        /// Whether it is included when a question is about no particular series.
        package let isGeneral: Bool
        /// Whether it is independent of the others; load over longer periods is only the load again, smoothed.
        package let isIndependent: Bool
        /// Its value in a sample; nil if the sample has none.
        package let value: @Sendable (Sample) -> Double?

        fileprivate init(
            bit: Int, _ field: String, _ label: String, ofHost hostLabel: String? = nil,
            _ unit: Unit = .none, smallestChange: Double, criticalAt: Double? = nil, topics: [Topic],
            isGeneral: Bool = false, isIndependent: Bool = true,
            value: @escaping @Sendable (Sample) -> Double?
        ) {
            self.bit = bit
            self.field = field
            self.label = label
            self.hostLabel = hostLabel ?? label
            self.unit = unit
            self.smallestChange = smallestChange
            self.criticalAt = criticalAt
            self.topics = topics
            self.isGeneral = isGeneral
            self.isIndependent = isIndependent
            self.value = value
        }
    }

    package var traits: Traits {
        switch self {
        case .cpuBusyPercent:
            Traits(
                bit: 0, "cpu_busy_percent", "CPU busy", .percent, smallestChange: 20,
                topics: [.cpu, .slowness], isGeneral: true
            ) { $0.cpu?.all.busyPercent }
        case .cpuIOWaitPercent:
            Traits(
                bit: 1, "cpu_io_wait_percent", "CPU waiting for disks", .percent, smallestChange: 15,
                topics: [.cpu, .slowness, .throughput, .pressure]
            ) { $0.cpu?.all.ioWaitPercent }
        case .load1:
            Traits(
                bit: 2, "load_over_1_minute", "load average over 1 minute", smallestChange: 2,
                topics: [.cpu, .slowness], isGeneral: true
            ) { $0.load?.one }
        case .cpuPressurePercent:
            Traits(
                bit: 3, "cpu_pressure_percent", "CPU pressure", .percent, smallestChange: 15,
                topics: [.pressure]
            ) { $0.pressure?.cpu?.someAvg10Percent }
        case .memoryPressurePercent:
            Traits(
                bit: 4, "memory_pressure_percent", "memory pressure", .percent, smallestChange: 15,
                criticalAt: 60, topics: [.pressure]
            ) { $0.pressure?.memory?.someAvg10Percent }
        case .ioPressurePercent:
            Traits(
                bit: 5, "io_pressure_percent", "disk pressure", .percent, smallestChange: 15,
                criticalAt: 60, topics: [.pressure]
            ) { $0.pressure?.io?.someAvg10Percent }
        case .memoryUsedPercent:
            Traits(
                bit: 6, "memory_used_percent", "memory used", .percent, smallestChange: 20,
                criticalAt: 95, topics: [.memory], isGeneral: true
            ) { $0.memory?.usedPercent }
        case .swapUsedPercent:
            Traits(
                bit: 7, "swap_used_percent", "swap used", .percent, smallestChange: 20,
                criticalAt: 90, topics: [.memory]
            ) { $0.memory?.swapUsedPercent }
        case .diskUsedPercent:
            Traits(
                bit: 8, "fullest_file_system_percent", "file system used", ofHost: "fullest file system",
                .percent, smallestChange: 5, criticalAt: 95, topics: [.disk], isGeneral: true
            ) { $0.fileSystems.compactMap(\.usedPercent).max() }
        case .diskReadBytesPerSecond:
            Traits(
                bit: 9, "disk_read_bytes_per_second", "disk reads", .bytesPerSecond,
                smallestChange: 20_000_000, topics: [.throughput]
            ) { $0.sum($0.disks, \.readBytesPerSecond) }
        case .diskWrittenBytesPerSecond:
            Traits(
                bit: 10, "disk_written_bytes_per_second", "disk writes", .bytesPerSecond,
                smallestChange: 20_000_000, topics: [.throughput]
            ) { $0.sum($0.disks, \.writtenBytesPerSecond) }
        case .networkReceivedBytesPerSecond:
            Traits(
                bit: 11, "network_received_bytes_per_second", "network received", .bytesPerSecond,
                smallestChange: 10_000_000, topics: [.network]
            ) { $0.sum($0.networks, \.receivedBytesPerSecond) }
        case .networkSentBytesPerSecond:
            Traits(
                bit: 12, "network_sent_bytes_per_second", "network sent", .bytesPerSecond,
                smallestChange: 10_000_000, topics: [.network]
            ) { $0.sum($0.networks, \.sentBytesPerSecond) }
        case .processCount:
            Traits(
                bit: 13, "process_count", "processes", smallestChange: 100, topics: [.processes]
            ) { $0.processes.map { Double($0.count) } }
        case .relayQueuedMessages:
            Traits(
                bit: 14, "relay_queued_messages", "messages queued on the relay", smallestChange: 100,
                topics: [.relay]
            ) { $0.relay.map { Double($0.queuedMessages) } }
        case .relayAckLatencyMilliseconds:
            Traits(
                bit: 15, "relay_ack_latency_ms", "relay acknowledgement latency", .milliseconds,
                smallestChange: 500, topics: [.relay]
            ) { $0.relay?.ackLatencyP99Milliseconds }
        case .probeCPUPercent:
            Traits(
                bit: 16, "probe_cpu_percent", "CPU of the probe, of one core", .percent, smallestChange: 5,
                topics: []
            ) { $0.probe?.cpuPercent }
        case .load5:
            Traits(
                bit: 17, "load_over_5_minutes", "load average over 5 minutes", smallestChange: 2,
                topics: [.cpu, .slowness], isIndependent: false
            ) { $0.load?.five }
        case .load15:
            Traits(
                bit: 18, "load_over_15_minutes", "load average over 15 minutes", smallestChange: 2,
                topics: [.cpu, .slowness], isIndependent: false
            ) { $0.load?.fifteen }
        case .trackedConnectionsPercent:
            Traits(
                bit: 19, "tracked_connections_percent", "connection table used", .percent, smallestChange: 20,
                criticalAt: 90, topics: [.network]
            ) { $0.trackedConnections?.usedPercent }
        }
    }
}

extension Sample {
    /// A sum of rates; nil for a first sample, which has no rates.
    fileprivate func sum<Part>(_ parts: [Part], _ rate: KeyPath<Part, Double>) -> Double? {
        intervalSeconds == nil || parts.isEmpty ? nil : parts.reduce(0) { $0 + $1[keyPath: rate] }
    }
}
