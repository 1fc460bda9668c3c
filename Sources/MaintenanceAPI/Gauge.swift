import RelayAPI

/// A figure of a reading: every one that a question can be about. Those that are series of the history have a `Metric`.
package enum Gauge: String, CaseIterable, Sendable, Codable {
    case cpuBusy, cpuUser, cpuNice, cpuSystem, cpuIdle, cpuIOWait, cpuIRQ, cpuSoftIRQ, cpuSteal, busiestCore
    case coreCount, contextSwitches
    case load1, load5, load15, loadPerCore
    case cpuPressure, memoryPressure, ioPressure
    case cpuPressureOverMinute, memoryPressureOverMinute, ioPressureOverMinute
    case cpuPressureFull, memoryPressureFull, ioPressureFull
    case cpuPressureFullOverMinute, memoryPressureFullOverMinute, ioPressureFullOverMinute
    case memoryUsed, memoryUsedBytes, memoryTotal, memoryAvailable, memoryFree, memoryBuffers, memoryCached
    case swapUsed, swapUsedBytes, swapTotal, swapFree, swapIn, swapOut, majorFaults, oomKills
    case diskReads, diskWrites, diskReadOperations, diskWriteOperations, diskBusy, diskWait
    case diskUsed, diskUsedBytes, diskFree, diskTotal, inodesUsed, inodesFree, inodesTotal
    case networkReceived, networkSent, receiveErrors, sendErrors, receiveDrops, sendDrops
    case tcpEstablished, tcpTimeWait, retransmits, segmentsSent, listenOverflows
    case trackedConnections, trackedConnectionCount, trackedConnectionLimit
    case openFiles, maxOpenFiles
    case processCount, runningProcesses, blockedProcesses, zombies, threads, startedProcesses,
        uninspectedProcesses
    case cgroupMemory, cgroupMemoryMax, cgroupCPU, cgroupThrottled, cgroupProcesses, cgroupOOMKills
    case temperature, uptime
    case relayQueued, relayQueuedBytes, relayConnections, relayUsers, relayDevices, relayPreKeys,
        relayAccepted
    case relayDelivered, relayAcknowledged, relayRate, relayLatency, relayMedianLatency, relayMemory,
        relayCPUTime
    case relayUptime, relayOpenFiles, relayExpired, relayRejected, relaySetAside, relayLogSize, relayFreeDisk
    case probeCPU, probeMemory, probeSampleTime, probeSampleCPUTime, probeWaiting, probeFailed, probeDropped
    case probeInterval
}

extension Gauge {
    package enum Unit: Sendable {
        case percent, percentOfCore, bytes, bytesPerSecond, perSecond, count, seconds, milliseconds, celsius
        case none
    }

    /// What is known of a gauge.
    package struct Traits: Sendable {
        /// As it stands in a sentence: "4 zombies", "memory used".
        package let label: String
        package let unit: Unit
        /// The series of the history that it is; nil where only readings of the last day hold it.
        package let metric: Metric?
        /// Where a stored reading holds it: `a.b` for a field, `a[].b` for the sum over a list, `max a[].b` for the greatest;
        /// nil where it is worked out of several.
        package let path: String?
        package let value: @Sendable (Sample) -> Double?
    }

    private typealias Value = @Sendable (Sample) -> Double?

    private static func series(_ label: String, _ unit: Unit, _ metric: Metric) -> Traits {
        Traits(label: label, unit: unit, metric: metric, path: nil, value: metric.traits.value)
    }

    private static func field(
        _ label: String, _ unit: Unit, _ path: String?, _ value: @escaping @Sendable (Sample) -> Double?
    ) -> Traits { Traits(label: label, unit: unit, metric: nil, path: path, value: value) }

    private static func mode(
        _ label: String, _ name: String, _ mode: any KeyPath<Sample.CPUModes, Double> & Sendable
    )
        -> Traits
    { field(label, .percent, "cpu.all.\(name)Percent") { $0.cpu?.all[keyPath: mode] } }

    private static func pressure(
        _ label: String, _ path: String,
        _ resource: any KeyPath<Sample.Pressure, Sample.Pressure.Line?> & Sendable,
        _ part: any KeyPath<Sample.Pressure.Line, Double?> & Sendable
    ) -> Traits {
        field(label, .percent, "pressure.\(path)Percent") {
            $0.pressure?[keyPath: resource]?[keyPath: part]
        }
    }

    private static func memory(
        _ label: String, _ name: String, _ part: any KeyPath<Sample.Memory, Int64?> & Sendable,
        _ unit: Unit = .bytes
    ) -> Traits { field(label, unit, "memory.\(name)") { $0.memory?[keyPath: part].map(Double.init) } }

    private static func disks(
        _ label: String, _ unit: Unit, _ name: String, _ part: any KeyPath<Sample.Disk, Double> & Sendable
    ) -> Traits {
        field(label, unit, "disks[].\(name)") { $0.total($0.disks, part) }
    }

    private static func networks(
        _ label: String, _ name: String, _ part: any KeyPath<Sample.Network, Double> & Sendable
    ) -> Traits {
        field(label, .perSecond, "networks[].\(name)PerSecond") { $0.total($0.networks, part) }
    }

    private static func relay(
        _ label: String, _ unit: Unit, _ path: String,
        _ value: @escaping @Sendable (RelayDiagnostics) -> Double?
    ) -> Traits { field(label, unit, "relay.\(path)") { $0.relay.flatMap(value) } }

    package var traits: Traits {
        switch self {
        case .cpuBusy: Self.series("CPU", .percent, .cpuBusyPercent)
        case .cpuUser: Self.mode("CPU time in programs", "user", \.userPercent)
        case .cpuNice: Self.mode("CPU time in programs of low priority (nice)", "nice", \.nicePercent)
        case .cpuSystem: Self.mode("CPU time in the kernel", "system", \.systemPercent)
        case .cpuIdle: Self.mode("CPU idle", "idle", \.idlePercent)
        case .cpuIOWait: Self.series("CPU waiting for disks", .percent, .cpuIOWaitPercent)
        case .cpuIRQ: Self.mode("CPU time in hardware interrupts", "irq", \.irqPercent)
        case .cpuSoftIRQ: Self.mode("CPU time in software interrupts", "softIRQ", \.softIRQPercent)
        case .cpuSteal: Self.mode("CPU time stolen by the hypervisor", "steal", \.stealPercent)
        case .busiestCore:
            Self.field("busiest core", .percent, nil) { $0.cpu?.cores.map(\.busyPercent).max() }
        case .coreCount:
            Self.field("cores", .count, "host.coreCount") { $0.host.coreCount.map(Double.init) }
        case .contextSwitches:
            Self.field("context switches", .perSecond, "cpu.contextSwitchesPerSecond") {
                $0.cpu?.contextSwitchesPerSecond
            }
        case .load1: Self.series("load over 1 minute", .none, .load1)
        case .load5: Self.series("load over 5 minutes", .none, .load5)
        case .load15: Self.series("load over 15 minutes", .none, .load15)
        case .loadPerCore:
            Self.field("load per core", .none, nil) { sample in
                guard let load = sample.load?.one, let cores = sample.host.coreCount, cores > 0 else {
                    return nil
                }
                return load / Double(cores)
            }
        case .cpuPressure: Self.series("CPU pressure", .percent, .cpuPressurePercent)
        case .memoryPressure: Self.series("memory pressure", .percent, .memoryPressurePercent)
        case .ioPressure: Self.series("disk pressure", .percent, .ioPressurePercent)
        case .cpuPressureOverMinute:
            Self.pressure("CPU pressure over 1 minute", "cpu.someAvg60", \.cpu, \.someAvg60Percent)
        case .memoryPressureOverMinute:
            Self.pressure("memory pressure over 1 minute", "memory.someAvg60", \.memory, \.someAvg60Percent)
        case .ioPressureOverMinute:
            Self.pressure("disk pressure over 1 minute", "io.someAvg60", \.io, \.someAvg60Percent)
        case .cpuPressureFull:
            Self.pressure("full CPU pressure", "cpu.fullAvg10", \.cpu, \.fullAvg10Percent)
        case .memoryPressureFull:
            Self.pressure("full memory pressure", "memory.fullAvg10", \.memory, \.fullAvg10Percent)
        case .ioPressureFull:
            Self.pressure("full disk pressure", "io.fullAvg10", \.io, \.fullAvg10Percent)
        case .cpuPressureFullOverMinute:
            Self.pressure("full CPU pressure over 1 minute", "cpu.fullAvg60", \.cpu, \.fullAvg60Percent)
        case .memoryPressureFullOverMinute:
            Self.pressure(
                "full memory pressure over 1 minute", "memory.fullAvg60", \.memory, \.fullAvg60Percent)
        case .ioPressureFullOverMinute:
            Self.pressure("full disk pressure over 1 minute", "io.fullAvg60", \.io, \.fullAvg60Percent)
        case .memoryUsed: Self.series("memory used", .percent, .memoryUsedPercent)
        case .memoryUsedBytes:
            Self.field("memory used", .bytes, nil) { sample in
                guard let memory = sample.memory, let total = memory.totalBytes,
                    let available = memory.availableBytes
                else { return nil }
                return Double(total) - Double(available)
            }
        case .memoryTotal: Self.memory("memory installed", "totalBytes", \.totalBytes)
        case .memoryAvailable: Self.memory("memory available", "availableBytes", \.availableBytes)
        case .memoryFree: Self.memory("memory used for nothing", "freeBytes", \.freeBytes)
        case .memoryBuffers: Self.memory("memory in buffers", "buffersBytes", \.buffersBytes)
        case .memoryCached: Self.memory("memory in the page cache", "cachedBytes", \.cachedBytes)
        case .swapUsed: Self.series("swap used", .percent, .swapUsedPercent)
        case .swapUsedBytes:
            Self.field("swap used", .bytes, nil) { sample in
                guard let memory = sample.memory, let total = memory.swapTotalBytes,
                    let free = memory.swapFreeBytes
                else { return nil }
                return Double(total) - Double(free)
            }
        case .swapTotal: Self.memory("swap configured", "swapTotalBytes", \.swapTotalBytes)
        case .swapFree: Self.memory("swap free", "swapFreeBytes", \.swapFreeBytes)
        case .swapIn:
            Self.field("pages swapped in", .perSecond, "memory.swapInPagesPerSecond") {
                $0.memory?.swapInPagesPerSecond
            }
        case .swapOut:
            Self.field("pages swapped out", .perSecond, "memory.swapOutPagesPerSecond") {
                $0.memory?.swapOutPagesPerSecond
            }
        case .majorFaults:
            Self.field("major page faults", .perSecond, "memory.majorFaultsPerSecond") {
                $0.memory?.majorFaultsPerSecond
            }
        case .oomKills: Self.memory("OOM kills since boot", "oomKills", \.oomKills, .count)
        case .diskReads: Self.series("disk reads", .bytesPerSecond, .diskReadBytesPerSecond)
        case .diskWrites: Self.series("disk writes", .bytesPerSecond, .diskWrittenBytesPerSecond)
        case .diskReadOperations:
            Self.disks("disk read operations", .perSecond, "readsPerSecond", \.readsPerSecond)
        case .diskWriteOperations:
            Self.disks("disk write operations", .perSecond, "writesPerSecond", \.writesPerSecond)
        case .diskBusy:
            Self.field("busiest disk", .percent, "max disks[].busyPercent") {
                $0.intervalSeconds == nil ? nil : $0.disks.map(\.busyPercent).max()
            }
        case .diskWait:
            Self.field(
                "longest average wait of a disk request", .milliseconds, "max disks[].averageWaitMilliseconds"
            ) {
                $0.intervalSeconds == nil ? nil : $0.disks.compactMap(\.averageWaitMilliseconds).max()
            }
        case .diskUsed: Self.series("fullest file system", .percent, .diskUsedPercent)
        case .diskUsedBytes:
            Self.field("space used on file systems", .bytes, "fileSystems[].usedBytes") {
                $0.total($0.fileSystems.compactMap(\.usedBytes))
            }
        case .diskFree:
            Self.field("space free on file systems", .bytes, "fileSystems[].availableBytes") {
                $0.total($0.fileSystems.compactMap(\.availableBytes))
            }
        case .diskTotal:
            Self.field("size of all file systems", .bytes, "fileSystems[].totalBytes") {
                $0.total($0.fileSystems.compactMap(\.totalBytes))
            }
        case .inodesUsed:
            Self.field("inodes used", .percent, nil) { sample in
                sample.fileSystems.compactMap(\.inodesUsedPercent).max()
            }
        case .inodesFree:
            Self.field("inodes free", .count, "fileSystems[].inodesFree") {
                $0.total($0.fileSystems.compactMap(\.inodesFree))
            }
        case .inodesTotal:
            Self.field("inodes", .count, "fileSystems[].inodesTotal") {
                $0.total($0.fileSystems.compactMap(\.inodesTotal))
            }
        case .networkReceived: Self.series("received", .bytesPerSecond, .networkReceivedBytesPerSecond)
        case .networkSent: Self.series("sent", .bytesPerSecond, .networkSentBytesPerSecond)
        case .receiveErrors: Self.networks("receive errors", "receiveErrors", \.receiveErrorsPerSecond)
        case .sendErrors: Self.networks("send errors", "sendErrors", \.sendErrorsPerSecond)
        case .receiveDrops: Self.networks("received packets dropped", "receiveDrops", \.receiveDropsPerSecond)
        case .sendDrops: Self.networks("sent packets dropped", "sendDrops", \.sendDropsPerSecond)
        case .tcpEstablished:
            Self.field("TCP connections established", .count, "tcp.established") {
                ($0.tcp?.established).map(Double.init)
            }
        case .tcpTimeWait:
            Self.field("TCP connections in TIME-WAIT", .count, "tcp.timeWait") {
                ($0.tcp?.timeWait).map(Double.init)
            }
        case .retransmits:
            Self.field("TCP retransmissions", .perSecond, "tcp.retransmitsPerSecond") {
                $0.tcp?.retransmitsPerSecond
            }
        case .segmentsSent:
            Self.field("TCP segments sent", .perSecond, "tcp.segmentsSentPerSecond") {
                $0.tcp?.segmentsSentPerSecond
            }
        case .listenOverflows:
            Self.field("overflows of listen queues", .perSecond, "tcp.listenOverflowsPerSecond") {
                $0.tcp?.listenOverflowsPerSecond
            }
        case .trackedConnections:
            Self.series("connection table used", .percent, .trackedConnectionsPercent)
        case .trackedConnectionCount:
            Self.field("tracked connections", .count, "trackedConnections.count") {
                ($0.trackedConnections?.count).map(Double.init)
            }
        case .trackedConnectionLimit:
            Self.field("entries of the connection table", .count, "trackedConnections.max") {
                ($0.trackedConnections?.max).map(Double.init)
            }
        case .openFiles:
            Self.field("open files", .count, "fileDescriptors.allocated") {
                ($0.fileDescriptors?.allocated).map(Double.init)
            }
        case .maxOpenFiles:
            Self.field("files at most open", .count, "fileDescriptors.max") {
                ($0.fileDescriptors?.max).map(Double.init)
            }
        case .processCount: Self.series("processes", .count, .processCount)
        case .runningProcesses:
            Self.field("runnable processes", .count, "processes.running") {
                ($0.processes?.running).map(Double.init)
            }
        case .blockedProcesses:
            Self.field("blocked processes", .count, "processes.blocked") {
                ($0.processes?.blocked).map(Double.init)
            }
        case .zombies:
            Self.field("zombies", .count, "processes.zombies") { ($0.processes?.zombies).map(Double.init) }
        case .threads:
            Self.field("threads", .count, "processes.threads") { ($0.processes?.threads).map(Double.init) }
        case .startedProcesses:
            Self.field("processes started", .perSecond, "processes.startedPerSecond") {
                $0.processes?.startedPerSecond
            }
        case .uninspectedProcesses:
            Self.field("processes not looked at", .count, "processes.notLookedAt") {
                ($0.processes?.notLookedAt).map(Double.init)
            }
        case .cgroupMemory:
            Self.field("memory of the control group", .bytes, "cgroup.memoryBytes") {
                ($0.cgroup?.memoryBytes).map(Double.init)
            }
        case .cgroupMemoryMax:
            Self.field("memory limit of the control group", .bytes, "cgroup.memoryMaxBytes") {
                ($0.cgroup?.memoryMaxBytes).map(Double.init)
            }
        case .cgroupCPU:
            Self.field("CPU of the control group", .percentOfCore, "cgroup.cpuPercent") {
                $0.cgroup?.cpuPercent
            }
        case .cgroupThrottled:
            Self.field("throttled periods of the control group", .percent, "cgroup.throttledPercent") {
                $0.cgroup?.throttledPercent
            }
        case .cgroupProcesses:
            Self.field("processes of the control group", .count, "cgroup.processes") {
                ($0.cgroup?.processes).map(Double.init)
            }
        case .cgroupOOMKills:
            Self.field("OOM kills of the control group", .count, "cgroup.oomKills") {
                ($0.cgroup?.oomKills).map(Double.init)
            }
        case .temperature:
            Self.field("hottest sensor", .celsius, "max temperatures[].celsius") {
                $0.temperatures.map(\.celsius).max()
            }
        case .uptime: Self.field("uptime", .seconds, "host.uptimeSeconds") { $0.host.uptimeSeconds }
        case .relayQueued: Self.series("messages queued on the relay", .count, .relayQueuedMessages)
        case .relayQueuedBytes:
            Self.relay("bytes queued on the relay", .bytes, "queuedBytes") { Double($0.queuedBytes) }
        case .relayConnections:
            Self.relay("connections to the relay", .count, "connections") { Double($0.connections) }
        case .relayUsers: Self.relay("users registered at the relay", .count, "users") { Double($0.users) }
        case .relayDevices:
            Self.relay("devices registered at the relay", .count, "devices") { Double($0.devices) }
        case .relayPreKeys:
            Self.relay("one-time prekeys left", .count, "oneTimePreKeysLeft") {
                Double($0.oneTimePreKeysLeft)
            }
        case .relayAccepted:
            Self.relay("messages accepted by the relay since it started", .count, "acceptedTotal") {
                Double($0.acceptedTotal)
            }
        case .relayDelivered:
            Self.relay("messages delivered by the relay since it started", .count, "deliveredTotal") {
                Double($0.deliveredTotal)
            }
        case .relayAcknowledged:
            Self.relay("messages acknowledged to the relay since it started", .count, "ackedTotal") {
                Double($0.ackedTotal)
            }
        case .relayRate:
            Self.relay("messages accepted by the relay", .perSecond, "acceptedPerSecond") {
                $0.acceptedPerSecond
            }
        case .relayLatency:
            Self.series(
                "relay acknowledgement latency (99th percentile)", .milliseconds, .relayAckLatencyMilliseconds
            )
        case .relayMedianLatency:
            Self.relay("median relay acknowledgement latency", .milliseconds, "ackLatencyP50Milliseconds") {
                $0.ackLatencyP50Milliseconds
            }
        case .relayMemory:
            Self.relay("memory of the relay's process", .bytes, "residentBytes") { Double($0.residentBytes) }
        case .relayCPUTime:
            Self.relay("CPU time of the relay's process", .seconds, "cpuSeconds") { $0.cpuSeconds }
        case .relayUptime: Self.relay("uptime of the relay", .seconds, "uptimeSeconds") { $0.uptimeSeconds }
        case .relayOpenFiles:
            Self.relay("open files of the relay's process", .count, "openFileDescriptors") {
                Double($0.openFileDescriptors)
            }
        case .relayExpired:
            Self.relay("messages expired on the relay since it started", .count, "expiredTotal") {
                $0.expiredTotal.map(Double.init)
            }
        case .relayRejected:
            Self.relay("messages rejected by the relay for lack of disk or memory", .count, "shedTotal") {
                $0.shedTotal.map(Double.init)
            }
        case .relaySetAside:
            Self.relay("messages set aside by the relay", .count, "setAsideMessages") {
                $0.setAsideMessages.map(Double.init)
            }
        case .relayLogSize:
            Self.relay("write-ahead log of the relay", .bytes, "writeAheadLogBytes") {
                $0.writeAheadLogBytes.map(Double.init)
            }
        case .relayFreeDisk:
            Self.relay("disk space free for the relay", .bytes, "freeDiskBytes") {
                $0.freeDiskBytes.map(Double.init)
            }
        case .probeCPU: Self.series("CPU of the probe", .percentOfCore, .probeCPUPercent)
        case .probeMemory:
            Self.field("memory of the probe's process", .bytes, "probe.residentBytes") {
                ($0.probe?.residentBytes).map(Double.init)
            }
        case .probeSampleTime:
            Self.field("time that a reading takes", .milliseconds, "probe.sampleMilliseconds") {
                $0.probe?.sampleMilliseconds
            }
        case .probeSampleCPUTime:
            Self.field("CPU time that a reading takes", .milliseconds, "probe.sampleCPUMilliseconds") {
                $0.probe?.sampleCPUMilliseconds
            }
        case .probeWaiting:
            Self.field("readings that wait for the relay", .count, "probe.waitingSamples") {
                ($0.probe?.waitingSamples).map(Double.init)
            }
        case .probeFailed:
            Self.field("failed readings since the probe started", .count, "probe.failedSamples") {
                ($0.probe?.failedSamples).map(Double.init)
            }
        case .probeDropped:
            Self.field("readings dropped since the probe started", .count, "probe.droppedSamples") {
                ($0.probe?.droppedSamples).map(Double.init)
            }
        case .probeInterval:
            Self.field("interval between readings", .seconds, "intervalSeconds") { $0.intervalSeconds }
        }
    }

    /// The gauge of a series.
    package init(_ metric: Metric) {
        self = Self.allCases.first { $0.traits.metric == metric } ?? .cpuBusy
    }
}

extension Sample.FileSystem {
    package var inodesUsedPercent: Double? {
        guard let inodesTotal, let inodesFree, inodesTotal > 0 else { return nil }
        return Share.percent(Double(inodesTotal) - Double(inodesFree), of: Double(inodesTotal))
    }
}

extension Sample {
    /// A sum of rates; nil for a first sample, which has no rates.
    fileprivate func total<Part>(_ parts: [Part], _ rate: KeyPath<Part, Double>) -> Double? {
        intervalSeconds == nil || parts.isEmpty ? nil : parts.reduce(0) { $0 + $1[keyPath: rate] }
    }

    fileprivate func total(_ parts: [Int64]) -> Double? {
        parts.isEmpty ? nil : parts.reduce(0) { $0 + Double($1) }
    }
}
