import MaintenanceAPI

@testable import Telemetry

/// Everything that reads files of the kernel. Whatever stands there, it is read or passed over.
enum KernelFileParsers {
    static func run(on input: [UInt8]) {
        let bytes = input[...]
        var group = CGroupCounters()
        group.readCPU(bytes)
        group.readMemoryEvents(bytes)
        var tcp = TCPCounters()
        tcp.readSNMP(bytes)
        tcp.readNetstat(bytes)
        tcp.readSockstat(bytes)
        _ = (CGroupCounters.number(bytes), CGroupCounters.path(bytes))
        _ = (
            KernelStat(bytes), LoadAverage(bytes), Sample.Pressure.Line(bytes), Sample.Memory(meminfo: bytes)
        )
        _ = (VMStat(bytes), DiskCounters.all(bytes), NetworkCounters.all(bytes), ProcessStat(bytes))
        _ = (
            Mount.all(mountinfo: bytes), Mount.all(mounts: bytes), Sample.FileDescriptors(fileNumbers: bytes)
        )
        _ = (parseUptimeSeconds(bytes), parseText(bytes), parseCelsius(bytes), parseResidentPages(bytes))
    }
}
