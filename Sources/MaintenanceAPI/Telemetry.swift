import RelayAPI

/// A share as a percentage, which is 0…100 whatever figures it is made of: some systems have more available than there is.
package enum Share {
    /// Nil if the whole is not positive.
    package static func percent(_ part: Double, of whole: Double) -> Double? {
        guard whole > 0, whole.isFinite, part.isFinite else { return nil }
        return percent(100 * part / whole)
    }

    /// The nearest share; 0 for what is not a number.
    package static func percent(_ value: Double) -> Double {
        value.isNaN ? 0 : Swift.min(range.upperBound, Swift.max(range.lowerBound, value))
    }

    static let range = 0...100.0
}

/// One sample of a host. Values that could not be read are nil, never zero.
///
/// Rates are per second over `intervalSeconds`; percentages are 0…100 of the named quantity; sizes are bytes.
package struct Sample: Hashable, Sendable, Codable {
    /// When it was taken, milliseconds since 1970.
    package var takenAt: Int64
    /// Time since the previous sample, which the rates cover; nil in the first one.
    package var intervalSeconds: Double?
    package var host = Host()
    package var cpu: CPU?
    package var load: Load?
    package var pressure: Pressure?
    package var memory: Memory?
    package var disks: [Disk] = []
    package var fileSystems: [FileSystem] = []
    /// The number of file systems that did not fit; the fullest are included.
    package var fileSystemsLeftOut: Int?
    package var networks: [Network] = []
    package var tcp: TCP?
    package var fileDescriptors: FileDescriptors?
    package var trackedConnections: TrackedConnections?
    package var processes: Processes?
    package var cgroup: CGroup?
    /// Nil outside a container, and in one without limits.
    package var container: Container?
    package var temperatures: [Temperature] = []
    package var relay: RelayDiagnostics?
    package var probe: ProbeCost?

    package init(takenAt: Int64) { self.takenAt = takenAt }
}

extension Sample {
    package struct Host: Hashable, Sendable, Codable {
        package var name: String?
        package var kernel: String?
        package var bootId: String?
        package var uptimeSeconds: Double?
        package var coreCount: Int?

        package init() {}
    }

    /// Shares of the time of one core, or of all cores together; they add up to 100.
    package struct CPUModes: Hashable, Sendable, Codable {
        /// The kernel's number of the core; nil for all cores together.
        package var core: Int?
        @Percentage package var userPercent = 0.0
        @Percentage package var nicePercent = 0.0
        @Percentage package var systemPercent = 0.0
        @Percentage package var idlePercent = 0.0
        @Percentage package var ioWaitPercent = 0.0
        @Percentage package var irqPercent = 0.0
        @Percentage package var softIRQPercent = 0.0
        @Percentage package var stealPercent = 0.0

        package init() {}

        /// Everything except idle time and waiting for a disk.
        package var busyPercent: Double { Share.percent(100 - idlePercent - ioWaitPercent) }
    }

    package struct CPU: Hashable, Sendable, Codable {
        package var all: CPUModes
        package var cores: [CPUModes]
        /// The number of cores that did not fit; the busiest are included.
        package var coresLeftOut: Int?
        package var contextSwitchesPerSecond: Double?

        package init(all: CPUModes, cores: [CPUModes], contextSwitchesPerSecond: Double?) {
            self.all = all
            self.cores = cores
            self.contextSwitchesPerSecond = contextSwitchesPerSecond
        }
    }

    package struct Load: Hashable, Sendable, Codable {
        package var one: Double
        package var five: Double
        package var fifteen: Double

        package init(one: Double, five: Double, fifteen: Double) {
            self.one = one
            self.five = five
            self.fifteen = fifteen
        }
    }

    /// Pressure stall information: the share of time in which some or all tasks waited.
    package struct Pressure: Hashable, Sendable, Codable {
        package struct Line: Hashable, Sendable, Codable {
            @OptionalPercentage package var someAvg10Percent: Double? = nil
            @OptionalPercentage package var someAvg60Percent: Double? = nil
            @OptionalPercentage package var fullAvg10Percent: Double? = nil
            @OptionalPercentage package var fullAvg60Percent: Double? = nil

            package init() {}
        }

        package var cpu: Line?
        package var memory: Line?
        package var io: Line?

        package init() {}
    }

    package struct Memory: Hashable, Sendable, Codable {
        package var totalBytes: Int64?
        package var availableBytes: Int64?
        package var freeBytes: Int64?
        package var buffersBytes: Int64?
        package var cachedBytes: Int64?
        package var swapTotalBytes: Int64?
        package var swapFreeBytes: Int64?
        package var swapInPagesPerSecond: Double?
        package var swapOutPagesPerSecond: Double?
        /// Page faults that had to wait for a disk.
        package var majorFaultsPerSecond: Double?
        /// Processes killed for lack of memory since boot.
        package var oomKills: Int64?

        package init() {}

        package var usedPercent: Double? {
            guard let totalBytes, let availableBytes else { return nil }
            return Share.percent(Double(totalBytes) - Double(availableBytes), of: Double(totalBytes))
        }

        package var swapUsedPercent: Double? {
            guard let swapTotalBytes, let swapFreeBytes else { return nil }
            return Share.percent(Double(swapTotalBytes) - Double(swapFreeBytes), of: Double(swapTotalBytes))
        }
    }

    package struct Disk: Hashable, Sendable, Codable {
        package var device: String
        package var readBytesPerSecond = 0.0
        package var writtenBytesPerSecond = 0.0
        package var readsPerSecond = 0.0
        package var writesPerSecond = 0.0
        @Percentage package var busyPercent = 0.0
        /// Average duration of a request, including waiting; nil if there was none.
        package var averageWaitMilliseconds: Double?

        package init(device: String) { self.device = device }
    }

    package struct FileSystem: Hashable, Sendable, Codable {
        package var mountPoint: String
        package var device: String
        package var type: String
        package var totalBytes: Int64?
        /// Available to unprivileged users.
        package var availableBytes: Int64?
        package var usedBytes: Int64?
        package var inodesTotal: Int64?
        package var inodesFree: Int64?
        package var isReadOnly = false
        /// The mount did not answer in time.
        package var timedOut = false
        /// Too many others do not answer; true or nil.
        package var notAsked: Bool?

        package init(mountPoint: String, device: String, type: String) {
            self.mountPoint = mountPoint
            self.device = device
            self.type = type
        }

        /// As in `df`: the used share of what unprivileged users can use.
        package var usedPercent: Double? {
            guard let usedBytes, let availableBytes else { return nil }
            return Share.percent(Double(usedBytes), of: Double(usedBytes) + Double(availableBytes))
        }

        package var inodesUsedPercent: Double? {
            guard let inodesTotal, let inodesFree else { return nil }
            return Share.percent(Double(inodesTotal) - Double(inodesFree), of: Double(inodesTotal))
        }
    }

    package struct Network: Hashable, Sendable, Codable {
        package var interface: String
        package var receivedBytesPerSecond = 0.0
        package var sentBytesPerSecond = 0.0
        package var receiveErrorsPerSecond = 0.0
        package var sendErrorsPerSecond = 0.0
        package var receiveDropsPerSecond = 0.0
        package var sendDropsPerSecond = 0.0

        package init(interface: String) { self.interface = interface }
    }

    package struct TCP: Hashable, Sendable, Codable {
        package var established: Int64?
        package var timeWait: Int64?
        package var retransmitsPerSecond: Double?
        package var segmentsSentPerSecond: Double?
        package var listenOverflowsPerSecond: Double?

        package init() {}
    }

    package struct FileDescriptors: Hashable, Sendable, Codable {
        package var allocated: Int64
        package var max: Int64

        package init(allocated: Int64, max: Int64) {
            self.allocated = allocated
            self.max = max
        }
    }

    /// The firewall's connection table. When it is full, new connections are dropped.
    package struct TrackedConnections: Hashable, Sendable, Codable {
        package var count: Int64
        package var max: Int64

        package init(count: Int64, max: Int64) {
            self.count = count
            self.max = max
        }

        package var usedPercent: Double? {
            count >= 0 ? Share.percent(Double(count), of: Double(max)) : nil
        }
    }

    package struct Process: Hashable, Sendable, Codable {
        package var pid: Int32
        package var name: String
        /// Percent of one core.
        package var cpuPercent: Double?
        package var residentBytes: Int64?

        package init(pid: Int32, name: String) {
            self.pid = pid
            self.name = name
        }
    }

    package struct Processes: Hashable, Sendable, Codable {
        package var count = 0
        package var running = 0
        /// Waiting uninterruptibly, usually for a disk.
        package var blocked = 0
        package var zombies = 0
        /// The number of threads of all processes.
        package var threads: Int?
        /// The number of processes beyond the limit of one sample, which were counted but not inspected; they are not
        /// included in the states and the lists.
        package var notLookedAt: Int?
        /// Other users' processes are hidden (`hidepid`), so all this is of one user's alone; true or nil.
        package var onlyOwn: Bool?
        /// Processes and threads started.
        package var startedPerSecond: Double?
        package var topByCPU: [Process] = []
        package var topByMemory: [Process] = []

        package init() {}
    }

    package struct CGroup: Hashable, Sendable, Codable {
        package var memoryBytes: Int64?
        package var memoryMaxBytes: Int64?
        package var cpuPercent: Double?
        /// The share of scheduler periods in which the group had used up its CPU limit.
        @OptionalPercentage package var throttledPercent: Double? = nil
        package var processes: Int64?
        /// Processes of the group killed for lack of memory.
        package var oomKills: Int64?

        package init() {}
    }

    /// The limits of the container in which the probe runs. Memory, swap and CPU of the sample are then shares of these limits.
    package struct Container: Hashable, Sendable, Codable {
        package var memoryMaxBytes: Int64?
        /// How many cores' time it may use.
        package var cpuCores: Double?

        package init(memoryMaxBytes: Int64?, cpuCores: Double?) {
            self.memoryMaxBytes = memoryMaxBytes
            self.cpuCores = cpuCores
        }
    }

    package struct Temperature: Hashable, Sendable, Codable {
        package var sensor: String
        package var celsius: Double
        /// No part survives this temperature, or it has not changed for an hour; true or nil.
        package var isDoubtful: Bool?

        package init(sensor: String, celsius: Double) {
            self.sensor = sensor
            self.celsius = celsius
        }
    }

    /// The resource usage of the probe. If other services run in its process, CPU and memory include theirs.
    package struct ProbeCost: Hashable, Sendable, Codable {
        /// Percent of one core, over the interval.
        package var cpuPercent: Double?
        package var residentBytes: Int64?
        /// The time it took to take this sample.
        package var sampleMilliseconds: Double?
        /// The CPU time it took to take this sample.
        package var sampleCPUMilliseconds: Double?
        /// Samples that wait for the relay.
        package var waitingSamples = 0
        /// Samples that failed since the probe started.
        package var failedSamples = 0
        /// Samples dropped since the probe started, because newer ones replaced them while they waited.
        package var droppedSamples: Int?

        package init() {}
    }
}
