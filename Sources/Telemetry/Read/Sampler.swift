import Glibc
import MaintenanceAPI

/// Takes samples of this machine, each with rates since the previous one.
package actor Sampler {
    private let units: MachineUnits
    private let mountWatch: MountWatch
    private let now: @Sendable () -> Moment
    private var reader: HostReader
    private var previous: Reading?

    /// - Parameters:
    ///   - procRoot: The mount point of the `proc` file system.
    ///   - sysRoot: The mount point of `sysfs`.
    package init(procRoot: String = "/proc", sysRoot: String = "/sys") {
        self.init(
            procRoot: procRoot, sysRoot: sysRoot, units: .ofThisMachine, now: { Moment.now },
            mountWatch: MountWatch(deadline: .seconds(1), clock: .continuous))
    }

    init(
        procRoot: String, sysRoot: String, units: MachineUnits, now: @escaping @Sendable () -> Moment,
        mountWatch: MountWatch
    ) {
        self.units = units
        self.mountWatch = mountWatch
        self.now = now
        reader = HostReader(procRoot: procRoot, sysRoot: sysRoot)
    }

    /// Takes one sample. The first has no rates.
    ///
    /// - Throws: `SamplerError` if there is no `/proc`.
    package func sample() async throws -> Sample {
        let start = now()
        let cpuStart = threadCPUNanoseconds()
        guard let reading = reader.read(at: start), reading.kernelStat?.all != nil || reading.memory != nil
        else {
            throw SamplerError.nothingToRead
        }
        var sample = Sample(reading, since: previous, units: units)
        previous = reading
        let mounts = reader.mounts()
        sample.probe?.sampleCPUMilliseconds =
            (Double(threadCPUNanoseconds() &- cpuStart) / 1e6).toHundredths
        let reported = ReportedFileSystems(Array(zip(mounts, try await mountWatch.fileSystems(mounts))))
        sample.fileSystems = reported.systems
        sample.fileSystemsLeftOut = reported.leftOut
        sample.probe?.sampleMilliseconds =
            (Double(now().monotonicNanoseconds &- start.monotonicNanoseconds) / 1e6).toHundredths
        return sample
    }
}

package enum SamplerError: Error, Equatable, CustomStringConvertible {
    case nothingToRead

    package var description: String {
        "neither /proc/stat nor /proc/meminfo can be read; the probe needs Linux with /proc mounted"
    }
}

extension MachineUnits {
    static let ofThisMachine = MachineUnits(
        ticksPerSecond: Double(max(1, sysconf(Int32(_SC_CLK_TCK)))),
        pageByteCount: Int64(max(1, sysconf(Int32(_SC_PAGESIZE)))))
}

extension Moment {
    static var now: Moment {
        Moment(
            wallMilliseconds: Int64(nanoseconds(CLOCK_REALTIME) / 1_000_000),
            monotonicNanoseconds: nanoseconds(CLOCK_MONOTONIC))
    }
}

/// CPU time of this thread so far.
private func threadCPUNanoseconds() -> UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

private func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
}
