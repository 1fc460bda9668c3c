import MaintenanceAPI

/// Everything read from the kernel at one moment, as it stands there: gauges, and counters since boot.
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
    var processes: ProcessTable?
    var cgroup: CGroupCounters?
    var temperatures: [Sample.Temperature] = []
    /// What this process has used so far.
    var ownCPUSeconds = 0.0
    var ownResidentPages: UInt64?

    init(moment: Moment) { self.moment = moment }
}

/// A moment on two clocks.
package struct Moment: Hashable, Sendable {
    /// Milliseconds since 1970; may be set forward and back.
    package var wallMilliseconds: Int64
    /// Since some moment in the past; only ever goes forward while the machine runs.
    package var monotonicNanoseconds: UInt64

    package init(wallMilliseconds: Int64, monotonicNanoseconds: UInt64) {
        self.wallMilliseconds = wallMilliseconds
        self.monotonicNanoseconds = monotonicNanoseconds
    }
}

/// The processes of one moment.
struct ProcessTable {
    /// How many there are; more than `processes` where there are too many to read each.
    var count = 0
    /// In the order of their ids.
    var processes: [ProcessStat] = []
}

/// What a machine's numbers are measured in; the same until it is started anew.
struct MachineUnits {
    /// Of `/proc/stat` and `/proc/[pid]/stat`.
    var ticksPerSecond: Double
    var pageByteCount: Int64
}
