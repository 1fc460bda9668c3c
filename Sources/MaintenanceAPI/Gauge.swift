import RelayAPI

/// A figure of a reading that a question can be about. Those kept as series in the history have a `Metric`.
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

    /// The properties of a gauge.
    package struct Traits: Sendable {
        /// Its name within a sentence: "4 zombies", "memory used".
        package let label: String
        package let unit: Unit
        /// Its series in the history; nil if only the readings of the last day hold it.
        package let metric: Metric?
        /// Its place in a stored reading: `a.b` for a field, `a[].b` for the sum over a list, `max a[].b` for the maximum,
        /// `a.b - a.c` for a difference; nil if it is derived from several.
        package let path: String?
        package let value: @Sendable (Sample) -> Double?
    }

    package var traits: Traits {
        switch self {
        case .cpuBusy: .series("CPU", .percent, .cpuBusyPercent)
        case .cpuUser: .field("CPU time in programs", .percent, "cpu.all.userPercent", \.cpu?.all.userPercent)
        case .cpuNice:
            .field(
                "CPU time in programs of low priority (nice)", .percent, "cpu.all.nicePercent",
                \.cpu?.all.nicePercent)
        case .cpuSystem:
            .field("CPU time in the kernel", .percent, "cpu.all.systemPercent", \.cpu?.all.systemPercent)
        case .cpuIdle: .field("CPU idle", .percent, "cpu.all.idlePercent", \.cpu?.all.idlePercent)
        case .cpuIOWait: .series("CPU waiting for disks", .percent, .cpuIOWaitPercent)
        case .cpuIRQ:
            .field("CPU time in hardware interrupts", .percent, "cpu.all.irqPercent", \.cpu?.all.irqPercent)
        case .cpuSoftIRQ:
            .field(
                "CPU time in software interrupts", .percent, "cpu.all.softIRQPercent",
                \.cpu?.all.softIRQPercent)
        case .cpuSteal:
            .field(
                "CPU time stolen by the hypervisor", .percent, "cpu.all.stealPercent", \.cpu?.all.stealPercent
            )
        case .busiestCore: .field("busiest core", .percent, nil) { $0.cpu?.cores.map(\.busyPercent).max() }
        case .coreCount: .field("cores", .count, "host.coreCount", \.host.coreCount)
        case .contextSwitches:
            .field(
                "context switches", .perSecond, "cpu.contextSwitchesPerSecond",
                \.cpu?.contextSwitchesPerSecond)
        case .load1: .series("load over 1 minute", .none, .load1)
        case .load5: .series("load over 5 minutes", .none, .load5)
        case .load15: .series("load over 15 minutes", .none, .load15)
        case .loadPerCore:
            .field("load per core", .none, nil) { sample in
                guard let load = sample.load?.one, let cores = sample.host.coreCount, cores > 0 else {
                    return nil
                }
                return load / Double(cores)
            }
        case .cpuPressure: .series("CPU pressure", .percent, .cpuPressurePercent)
        case .memoryPressure: .series("memory pressure", .percent, .memoryPressurePercent)
        case .ioPressure: .series("disk pressure", .percent, .ioPressurePercent)
        case .cpuPressureOverMinute:
            .field(
                "CPU pressure over 1 minute", .percent, "pressure.cpu.someAvg60Percent",
                \.pressure?.cpu?.someAvg60Percent)
        case .memoryPressureOverMinute:
            .field(
                "memory pressure over 1 minute", .percent, "pressure.memory.someAvg60Percent",
                \.pressure?.memory?.someAvg60Percent)
        case .ioPressureOverMinute:
            .field(
                "disk pressure over 1 minute", .percent, "pressure.io.someAvg60Percent",
                \.pressure?.io?.someAvg60Percent)
        case .cpuPressureFull:
            .field(
                "full CPU pressure", .percent, "pressure.cpu.fullAvg10Percent",
                \.pressure?.cpu?.fullAvg10Percent)
        case .memoryPressureFull:
            .field(
                "full memory pressure", .percent, "pressure.memory.fullAvg10Percent",
                \.pressure?.memory?.fullAvg10Percent)
        case .ioPressureFull:
            .field(
                "full disk pressure", .percent, "pressure.io.fullAvg10Percent",
                \.pressure?.io?.fullAvg10Percent)
        case .cpuPressureFullOverMinute:
            .field(
                "full CPU pressure over 1 minute", .percent, "pressure.cpu.fullAvg60Percent",
                \.pressure?.cpu?.fullAvg60Percent)
        case .memoryPressureFullOverMinute:
            .field(
                "full memory pressure over 1 minute", .percent, "pressure.memory.fullAvg60Percent",
                \.pressure?.memory?.fullAvg60Percent)
        case .ioPressureFullOverMinute:
            .field(
                "full disk pressure over 1 minute", .percent, "pressure.io.fullAvg60Percent",
                \.pressure?.io?.fullAvg60Percent)
        case .memoryUsed: .series("memory used", .percent, .memoryUsedPercent)
        case .memoryUsedBytes:
            .field("memory used", .bytes, "memory.totalBytes - memory.availableBytes") { sample in
                guard let memory = sample.memory, let total = memory.totalBytes,
                    let available = memory.availableBytes
                else { return nil }
                return Double(total) - Double(available)
            }
        case .memoryTotal: .field("memory installed", .bytes, "memory.totalBytes", \.memory?.totalBytes)
        case .memoryAvailable:
            .field("memory available", .bytes, "memory.availableBytes", \.memory?.availableBytes)
        case .memoryFree: .field("memory used for nothing", .bytes, "memory.freeBytes", \.memory?.freeBytes)
        case .memoryBuffers:
            .field("memory in buffers", .bytes, "memory.buffersBytes", \.memory?.buffersBytes)
        case .memoryCached:
            .field("memory in the page cache", .bytes, "memory.cachedBytes", \.memory?.cachedBytes)
        case .swapUsed: .series("swap used", .percent, .swapUsedPercent)
        case .swapUsedBytes:
            .field("swap used", .bytes, "memory.swapTotalBytes - memory.swapFreeBytes") { sample in
                guard let memory = sample.memory, let total = memory.swapTotalBytes,
                    let free = memory.swapFreeBytes
                else { return nil }
                return Double(total) - Double(free)
            }
        case .swapTotal: .field("swap configured", .bytes, "memory.swapTotalBytes", \.memory?.swapTotalBytes)
        case .swapFree: .field("swap free", .bytes, "memory.swapFreeBytes", \.memory?.swapFreeBytes)
        case .swapIn:
            .field(
                "pages swapped in", .perSecond, "memory.swapInPagesPerSecond", \.memory?.swapInPagesPerSecond)
        case .swapOut:
            .field(
                "pages swapped out", .perSecond, "memory.swapOutPagesPerSecond",
                \.memory?.swapOutPagesPerSecond)
        case .majorFaults:
            .field(
                "major page faults", .perSecond, "memory.majorFaultsPerSecond", \.memory?.majorFaultsPerSecond
            )
        case .oomKills: .field("OOM kills since boot", .count, "memory.oomKills", \.memory?.oomKills)
        case .diskReads: .series("disk reads", .bytesPerSecond, .diskReadBytesPerSecond)
        case .diskWrites: .series("disk writes", .bytesPerSecond, .diskWrittenBytesPerSecond)
        case .diskReadOperations:
            .rate("disk read operations", "disks[].readsPerSecond", \.disks, \.readsPerSecond)
        case .diskWriteOperations:
            .rate("disk write operations", "disks[].writesPerSecond", \.disks, \.writesPerSecond)
        case .diskBusy:
            .field("busiest disk", .percent, "max disks[].busyPercent") {
                $0.intervalSeconds == nil ? nil : $0.disks.map(\.busyPercent).max()
            }
        case .diskWait:
            .field(
                "longest average wait of a disk request", .milliseconds, "max disks[].averageWaitMilliseconds"
            ) {
                $0.intervalSeconds == nil ? nil : $0.disks.compactMap(\.averageWaitMilliseconds).max()
            }
        case .diskUsed: .series("fullest file system", .percent, .diskUsedPercent)
        case .diskUsedBytes:
            .sum("space used on file systems", .bytes, "fileSystems[].usedBytes", \.fileSystems, \.usedBytes)
        case .diskFree:
            .sum(
                "space free on file systems", .bytes, "fileSystems[].availableBytes", \.fileSystems,
                \.availableBytes)
        case .diskTotal:
            .sum("size of all file systems", .bytes, "fileSystems[].totalBytes", \.fileSystems, \.totalBytes)
        case .inodesUsed:
            .field("inodes used", .percent, nil) { sample in
                sample.fileSystems.compactMap(\.inodesUsedPercent).max()
            }
        case .inodesFree: .sum("inodes free", .count, "fileSystems[].inodesFree", \.fileSystems, \.inodesFree)
        case .inodesTotal: .sum("inodes", .count, "fileSystems[].inodesTotal", \.fileSystems, \.inodesTotal)
        case .networkReceived: .series("received", .bytesPerSecond, .networkReceivedBytesPerSecond)
        case .networkSent: .series("sent", .bytesPerSecond, .networkSentBytesPerSecond)
        case .receiveErrors:
            .rate("receive errors", "networks[].receiveErrorsPerSecond", \.networks, \.receiveErrorsPerSecond)
        case .sendErrors:
            .rate("send errors", "networks[].sendErrorsPerSecond", \.networks, \.sendErrorsPerSecond)
        case .receiveDrops:
            .rate(
                "received packets dropped", "networks[].receiveDropsPerSecond", \.networks,
                \.receiveDropsPerSecond)
        case .sendDrops:
            .rate("sent packets dropped", "networks[].sendDropsPerSecond", \.networks, \.sendDropsPerSecond)
        case .tcpEstablished:
            .field("TCP connections established", .count, "tcp.established", \.tcp?.established)
        case .tcpTimeWait: .field("TCP connections in TIME-WAIT", .count, "tcp.timeWait", \.tcp?.timeWait)
        case .retransmits:
            .field("TCP retransmissions", .perSecond, "tcp.retransmitsPerSecond", \.tcp?.retransmitsPerSecond)
        case .segmentsSent:
            .field("TCP segments sent", .perSecond, "tcp.segmentsSentPerSecond", \.tcp?.segmentsSentPerSecond)
        case .listenOverflows:
            .field(
                "overflows of listen queues", .perSecond, "tcp.listenOverflowsPerSecond",
                \.tcp?.listenOverflowsPerSecond)
        case .trackedConnections: .series("connection table used", .percent, .trackedConnectionsPercent)
        case .trackedConnectionCount:
            .field("tracked connections", .count, "trackedConnections.count", \.trackedConnections?.count)
        case .trackedConnectionLimit:
            .field(
                "entries of the connection table", .count, "trackedConnections.max", \.trackedConnections?.max
            )
        case .openFiles:
            .field("open files", .count, "fileDescriptors.allocated", \.fileDescriptors?.allocated)
        case .maxOpenFiles:
            .field("files at most open", .count, "fileDescriptors.max", \.fileDescriptors?.max)
        case .processCount: .series("processes", .count, .processCount)
        case .runningProcesses:
            .field("runnable processes", .count, "processes.running", \.processes?.running)
        case .blockedProcesses: .field("blocked processes", .count, "processes.blocked", \.processes?.blocked)
        case .zombies: .field("zombies", .count, "processes.zombies", \.processes?.zombies)
        case .threads: .field("threads", .count, "processes.threads", \.processes?.threads)
        case .startedProcesses:
            .field(
                "processes started", .perSecond, "processes.startedPerSecond", \.processes?.startedPerSecond)
        case .uninspectedProcesses:
            .field("processes not looked at", .count, "processes.notLookedAt", \.processes?.notLookedAt)
        case .cgroupMemory:
            .field("memory of the control group", .bytes, "cgroup.memoryBytes", \.cgroup?.memoryBytes)
        case .cgroupMemoryMax:
            .field(
                "memory limit of the control group", .bytes, "cgroup.memoryMaxBytes", \.cgroup?.memoryMaxBytes
            )
        case .cgroupCPU:
            .field("CPU of the control group", .percentOfCore, "cgroup.cpuPercent", \.cgroup?.cpuPercent)
        case .cgroupThrottled:
            .field(
                "throttled periods of the control group", .percent, "cgroup.throttledPercent",
                \.cgroup?.throttledPercent)
        case .cgroupProcesses:
            .field("processes of the control group", .count, "cgroup.processes", \.cgroup?.processes)
        case .cgroupOOMKills:
            .field("OOM kills of the control group", .count, "cgroup.oomKills", \.cgroup?.oomKills)
        case .temperature:
            .field("hottest sensor", .celsius, "max temperatures[].celsius") {
                $0.temperatures.map(\.celsius).max()
            }
        case .uptime: .field("uptime", .seconds, "host.uptimeSeconds", \.host.uptimeSeconds)
        case .relayQueued: .series("messages queued on the relay", .count, .relayQueuedMessages)
        case .relayQueuedBytes:
            .field("bytes queued on the relay", .bytes, "relay.queuedBytes", \.relay?.queuedBytes)
        case .relayConnections:
            .field("connections to the relay", .count, "relay.connections", \.relay?.connections)
        case .relayUsers: .field("users registered at the relay", .count, "relay.users", \.relay?.users)
        case .relayDevices:
            .field("devices registered at the relay", .count, "relay.devices", \.relay?.devices)
        case .relayPreKeys:
            .field("one-time prekeys left", .count, "relay.oneTimePreKeysLeft", \.relay?.oneTimePreKeysLeft)
        case .relayAccepted:
            .field(
                "messages accepted by the relay since it started", .count, "relay.acceptedTotal",
                \.relay?.acceptedTotal)
        case .relayDelivered:
            .field(
                "messages delivered by the relay since it started", .count, "relay.deliveredTotal",
                \.relay?.deliveredTotal)
        case .relayAcknowledged:
            .field(
                "messages acknowledged to the relay since it started", .count, "relay.ackedTotal",
                \.relay?.ackedTotal)
        case .relayRate:
            .field(
                "messages accepted by the relay", .perSecond, "relay.acceptedPerSecond",
                \.relay?.acceptedPerSecond)
        case .relayLatency:
            .series(
                "relay acknowledgement latency (99th percentile)", .milliseconds, .relayAckLatencyMilliseconds
            )
        case .relayMedianLatency:
            .field(
                "median relay acknowledgement latency", .milliseconds, "relay.ackLatencyP50Milliseconds",
                \.relay?.ackLatencyP50Milliseconds)
        case .relayMemory:
            .field("memory of the relay's process", .bytes, "relay.residentBytes", \.relay?.residentBytes)
        case .relayCPUTime:
            .field("CPU time of the relay's process", .seconds, "relay.cpuSeconds", \.relay?.cpuSeconds)
        case .relayUptime:
            .field("uptime of the relay", .seconds, "relay.uptimeSeconds", \.relay?.uptimeSeconds)
        case .relayOpenFiles:
            .field(
                "open files of the relay's process", .count, "relay.openFileDescriptors",
                \.relay?.openFileDescriptors)
        case .relayExpired:
            .field(
                "messages expired on the relay since it started", .count, "relay.expiredTotal",
                \.relay?.expiredTotal)
        case .relayRejected:
            .field(
                "messages rejected by the relay for lack of disk or memory", .count, "relay.shedTotal",
                \.relay?.shedTotal)
        case .relaySetAside:
            .field(
                "messages set aside by the relay", .count, "relay.setAsideMessages", \.relay?.setAsideMessages
            )
        case .relayLogSize:
            .field(
                "write-ahead log of the relay", .bytes, "relay.writeAheadLogBytes",
                \.relay?.writeAheadLogBytes)
        case .relayFreeDisk:
            .field("disk space free for the relay", .bytes, "relay.freeDiskBytes", \.relay?.freeDiskBytes)
        case .probeCPU: .series("CPU of the probe", .percentOfCore, .probeCPUPercent)
        case .probeMemory:
            .field("memory of the probe's process", .bytes, "probe.residentBytes", \.probe?.residentBytes)
        case .probeSampleTime:
            .field(
                "time that a reading takes", .milliseconds, "probe.sampleMilliseconds",
                \.probe?.sampleMilliseconds)
        case .probeSampleCPUTime:
            .field(
                "CPU time that a reading takes", .milliseconds, "probe.sampleCPUMilliseconds",
                \.probe?.sampleCPUMilliseconds)
        case .probeWaiting:
            .field(
                "readings that wait for the relay", .count, "probe.waitingSamples", \.probe?.waitingSamples)
        case .probeFailed:
            .field(
                "failed readings since the probe started", .count, "probe.failedSamples",
                \.probe?.failedSamples)
        case .probeDropped:
            .field(
                "readings dropped since the probe started", .count, "probe.droppedSamples",
                \.probe?.droppedSamples)
        case .probeInterval:
            .field("interval between readings", .seconds, "intervalSeconds", \.intervalSeconds)
        }
    }

    /// The gauge of a series.
    package init(_ metric: Metric) {
        self = Self.allCases.first { $0.traits.metric == metric } ?? .cpuBusy
    }
}

extension Gauge.Traits {
    fileprivate typealias Path<Root, Value> = any KeyPath<Root, Value> & Sendable

    fileprivate static func series(_ label: String, _ unit: Gauge.Unit, _ metric: Metric) -> Self {
        Self(label: label, unit: unit, metric: metric, path: nil, value: metric.traits.value)
    }

    /// A value worked out of several fields, or the greatest of a list.
    fileprivate static func field(
        _ label: String, _ unit: Gauge.Unit, _ path: String?, _ value: @escaping @Sendable (Sample) -> Double?
    ) -> Self { Self(label: label, unit: unit, metric: nil, path: path, value: value) }

    fileprivate static func field(
        _ label: String, _ unit: Gauge.Unit, _ path: String, _ field: Path<Sample, Double?>
    ) -> Self { Self.field(label, unit, path) { $0[keyPath: field] } }

    fileprivate static func field<Number: BinaryInteger & Sendable>(
        _ label: String, _ unit: Gauge.Unit, _ path: String, _ field: Path<Sample, Number?>
    ) -> Self { Self.field(label, unit, path) { $0[keyPath: field].map { Double($0) } } }

    /// A sum of rates; nil for a first sample, which has no rates.
    fileprivate static func rate<Part: Sendable>(
        _ label: String, _ path: String, _ parts: Path<Sample, [Part]>, _ rate: Path<Part, Double>
    ) -> Self {
        field(label, .perSecond, path) { sample in
            let parts = sample[keyPath: parts]
            return sample.intervalSeconds == nil || parts.isEmpty
                ? nil : parts.reduce(0) { $0 + $1[keyPath: rate] }
        }
    }

    fileprivate static func sum<Part: Sendable>(
        _ label: String, _ unit: Gauge.Unit, _ path: String, _ parts: Path<Sample, [Part]>,
        _ size: Path<Part, Int64?>
    ) -> Self {
        field(label, unit, path) { sample in
            let sizes = sample[keyPath: parts].compactMap { $0[keyPath: size] }
            return sizes.isEmpty ? nil : sizes.reduce(0) { $0 + Double($1) }
        }
    }
}
