import MaintenanceAPI

/// Everything read from the kernel at one time, unconverted: gauges, and counters since boot.
struct Reading {
    var moment: Moment
    var bootID: String?
    var hostName: String?
    var kernel: String?
    var uptimeSeconds: Double?
    var kernelStat: KernelStat?
    var loadAverage: LoadAverage?
    var pressure = Sample.Pressure()
    var memory: Sample.Memory?
    var vmStat: VMStat?
    var disks: [DiskCounters] = []
    var networks: [NetworkCounters] = []
    var tcp: TCPCounters?
    var fileDescriptors: Sample.FileDescriptors?
    var trackedConnections: Sample.TrackedConnections?
    var processes: ProcessTable?
    var cgroup: CGroupCounters?
    /// Nil outside a container, and in one without limits.
    var container: ContainerCounters?
    var temperatures: [Sample.Temperature] = []
    /// CPU time used by this process so far.
    var ownCPUSeconds = 0.0
    var ownResidentPages: UInt64?

    init(moment: Moment) { self.moment = moment }
}

/// A time on two clocks.
package struct Moment: Hashable, Sendable {
    /// Milliseconds since 1970; the clock may be set forward and back.
    package var wallMilliseconds: Int64
    /// Since an arbitrary start; monotonic while the machine runs.
    package var monotonicNanoseconds: UInt64

    package init(wallMilliseconds: Int64, monotonicNanoseconds: UInt64) {
        self.wallMilliseconds = wallMilliseconds
        self.monotonicNanoseconds = monotonicNanoseconds
    }
}

/// The processes at one time.
struct ProcessTable {
    /// The number of processes; more than `processes` if there are too many to read each.
    var count = 0
    /// Ordered by process id.
    var processes: [ProcessStat] = []
    /// Those of other users are hidden.
    var onlyOwn = false
}

/// The units of a machine's numbers; constant until reboot.
struct MachineUnits {
    /// Ticks in `/proc/stat` and `/proc/[pid]/stat`.
    var ticksPerSecond: Double
    var pageByteCount: Int64
}
