import Glibc
import MaintenanceAPI

/// Takes one reading of the kernel's files. Values that are not available are nil.
struct HostReader {
    /// Beyond this number, processes are counted but not read: during a fork bomb, the probe must not add to the
    /// trouble.
    static let maxProcessCount = 2048

    private let procRoot: String
    private let sysRoot: String
    private var buffer = FileBuffer()
    private var devices = PhysicalDevices()
    private var sensors = Sensors()

    init(procRoot: String, sysRoot: String) {
        self.procRoot = procRoot
        self.sysRoot = sysRoot
    }

    /// Nil if there is no `/proc`.
    mutating func read(at moment: Moment) -> Reading? {
        guard let proc = Directory(procRoot) else { return nil }
        var reading = Reading(moment: moment)
        readHost(proc, into: &reading)
        readPressure(proc, into: &reading)
        reading.memory = proc.read("meminfo", into: &buffer).flatMap { Sample.Memory(meminfo: $0) }
        if let bytes = proc.read("spl/kstat/zfs/arcstats", into: &buffer) {
            reading.memory?.addReclaimable(arcstats: bytes)
        }
        reading.vmStat = proc.read("vmstat", into: &buffer).map { VMStat($0) }
        reading.disks = proc.read("diskstats", into: &buffer).map { DiskCounters.all($0) } ?? []
        reading.networks = proc.read("net/dev", into: &buffer).map { NetworkCounters.all($0) } ?? []
        readTCP(proc, into: &reading)
        reading.fileDescriptors = proc.read("sys/fs/file-nr", into: &buffer)
            .flatMap { Sample.FileDescriptors(fileNumbers: $0) }
        reading.trackedConnections = readTrackedConnections(proc)
        reading.processes = readProcesses(proc)
        if let sys = Directory(sysRoot) {
            devices.filter(&reading, sys, &buffer)
            reading.cgroup = readCGroup(proc, sys)
            reading.container = readContainer(sys)
            reading.temperatures = sensors.read(sys, into: &buffer)
        } else {
            PhysicalDevices.filterByName(&reading)
        }
        readOwnUsage(proc, into: &reading)
        return reading
    }

    /// The currently mounted file systems.
    mutating func mounts() -> [Mount] {
        guard let proc = Directory(procRoot) else { return [] }
        if let table = proc.read("self/mountinfo", into: &buffer) { return Mount.all(mountinfo: table) }
        return proc.read("mounts", into: &buffer).map { Mount.all(mounts: $0) } ?? []
    }

    private mutating func readHost(_ proc: borrowing Directory, into reading: inout Reading) {
        reading.kernelStat = proc.read("stat", into: &buffer).map { KernelStat($0) }
        reading.loadAverage = proc.read("loadavg", into: &buffer).flatMap { LoadAverage($0) }
        reading.uptimeSeconds = proc.read("uptime", into: &buffer).flatMap { parseUptimeSeconds($0) }
        reading.bootID = proc.read("sys/kernel/random/boot_id", into: &buffer).flatMap { parseText($0) }
        reading.hostName = proc.read("sys/kernel/hostname", into: &buffer).flatMap { parseText($0) }
        reading.kernel = proc.read("sys/kernel/osrelease", into: &buffer).flatMap { parseText($0) }
    }

    /// The files exist even without pressure accounting, but reading them then fails.
    private mutating func readPressure(_ proc: borrowing Directory, into reading: inout Reading) {
        reading.pressure.cpu = proc.read("pressure/cpu", into: &buffer).flatMap { .init($0) }
        reading.pressure.memory = proc.read("pressure/memory", into: &buffer).flatMap { .init($0) }
        reading.pressure.io = proc.read("pressure/io", into: &buffer).flatMap { .init($0) }
    }

    private mutating func readTCP(_ proc: borrowing Directory, into reading: inout Reading) {
        var counters = TCPCounters()
        if let bytes = proc.read("net/snmp", into: &buffer) { counters.readSNMP(bytes) }
        if let bytes = proc.read("net/netstat", into: &buffer) { counters.readNetstat(bytes) }
        if let bytes = proc.read("net/sockstat", into: &buffer) { counters.readSockstat(bytes) }
        reading.tcp = counters == TCPCounters() ? nil : counters
    }

    /// Nil if the kernel tracks no connections, for example without a firewall.
    private mutating func readTrackedConnections(_ proc: borrowing Directory) -> Sample.TrackedConnections? {
        let folder = "sys/net/netfilter/nf_conntrack_"
        guard let count = proc.read(folder + "count", into: &buffer).flatMap(CGroupCounters.number),
            let max = proc.read(folder + "max", into: &buffer).flatMap(CGroupCounters.number)
        else { return nil }
        return Sample.TrackedConnections(count: Int64(clamping: count), max: Int64(clamping: max))
    }

    private mutating func readProcesses(_ proc: borrowing Directory) -> ProcessTable? {
        var pids: [Int32] = []
        proc.forEachName { name in
            if let pid = Int32(decimal: name) { pids.append(pid) }
        }
        guard !pids.isEmpty else { return nil }
        pids.sort()
        var table = ProcessTable(count: pids.count)
        table.processes.reserveCapacity(min(pids.count, Self.maxProcessCount))
        for pid in pids.prefix(Self.maxProcessCount) {
            if let bytes = proc.read("\(pid)/stat", into: &buffer), let process = ProcessStat(bytes) {
                table.processes.append(process)
            }
        }
        table.onlyOwn = table.processes.first?.pid != 1 && hidesProcesses(proc)
        return table
    }

    /// Whether the mount of `proc` hides the processes of other users.
    private mutating func hidesProcesses(_ proc: borrowing Directory) -> Bool {
        guard let bytes = proc.read("self/mountinfo", into: &buffer) else { return false }
        var lines = ByteScanner(bytes)
        while let line = lines.nextLine() {
            let words = line.rest.text.split(separator: " ")
            guard let end = words.lastIndex(of: "-"), end + 3 < words.count, words[end + 1] == "proc" else {
                continue
            }
            let options = words[end + 3].split(separator: ",")
            if options.contains(where: {
                $0.hasPrefix("hidepid=") && $0 != "hidepid=0" && $0 != "hidepid=off"
            }) {
                return true
            }
        }
        return false
    }

    /// The group of this process: in a container, that of the container.
    private mutating func readCGroup(
        _ proc: borrowing Directory, _ sys: borrowing Directory
    ) -> CGroupCounters? {
        // Version 2 is mounted at the top, or next to the hierarchies of version 1.
        let hierarchy = ["fs/cgroup", "fs/cgroup/unified"].first { sys.contains($0 + "/cgroup.controllers") }
        guard let hierarchy, let path = proc.read("self/cgroup", into: &buffer).flatMap(CGroupCounters.path),
            let group = sys.directory(hierarchy + path)
        else { return nil }
        var counters = CGroupCounters()
        counters.memoryBytes = group.read("memory.current", into: &buffer).flatMap(CGroupCounters.number)
        counters.memoryMaxBytes = group.read("memory.max", into: &buffer).flatMap(CGroupCounters.number)
        counters.processes = group.read("pids.current", into: &buffer).flatMap(CGroupCounters.number)
        if let bytes = group.read("cpu.stat", into: &buffer) { counters.readCPU(bytes) }
        if let bytes = group.read("memory.events", into: &buffer) { counters.readMemoryEvents(bytes) }
        return counters == CGroupCounters() ? nil : counters
    }

    /// The limits at the top of the hierarchy: only in a container has that a limit of its own.
    private mutating func readContainer(_ sys: borrowing Directory) -> ContainerCounters? {
        guard let top = sys.directory("fs/cgroup") else { return nil }
        func number(_ name: String, _ buffer: inout FileBuffer, _ top: borrowing Directory) -> UInt64? {
            top.read(name, into: &buffer).flatMap(CGroupCounters.number)
        }
        var container = ContainerCounters()
        container.memoryMaxBytes = number("memory.max", &buffer, top)
        container.memoryBytes = number("memory.current", &buffer, top)
        container.swapMaxBytes = number("memory.swap.max", &buffer, top)
        container.swapBytes = number("memory.swap.current", &buffer, top)
        if let bytes = top.read("memory.stat", into: &buffer) { container.readMemoryStat(bytes) }
        if let bytes = top.read("cpu.max", into: &buffer) { container.readCPULimit(bytes) }
        if let bytes = top.read("cpu.stat", into: &buffer) { container.readCPU(bytes) }
        // The top of a machine has this file as well, but no type.
        if top.contains("cgroup.type"), let bytes = top.read("cpuset.cpus.effective", into: &buffer) {
            container.readCores(bytes)
        }
        if container == ContainerCounters() { readVersion1(top, into: &container) }
        return container.memoryMaxBytes == nil && container.cpuCores == nil ? nil : container
    }

    /// Version 1 has a hierarchy for each controller, and reports "no limit" as exabytes.
    private mutating func readVersion1(
        _ top: borrowing Directory, into container: inout ContainerCounters
    ) {
        func number(_ name: String, _ buffer: inout FileBuffer, _ top: borrowing Directory) -> UInt64? {
            top.read(name, into: &buffer).flatMap(CGroupCounters.number)
        }
        container.memoryMaxBytes = number("memory/memory.limit_in_bytes", &buffer, top)
        container.memoryBytes = number("memory/memory.usage_in_bytes", &buffer, top)
        if let bytes = top.read("memory/memory.stat", into: &buffer) { container.readMemoryStat(bytes) }
        // These two count memory and swap together.
        let both = (
            max: number("memory/memory.memsw.limit_in_bytes", &buffer, top),
            used: number("memory/memory.memsw.usage_in_bytes", &buffer, top)
        )
        if let max = both.max, let used = both.used, let memoryMax = container.memoryMaxBytes,
            let memory = container.memoryBytes, max >= memoryMax
        {
            container.swapMaxBytes = max - memoryMax
            container.swapBytes = used > memory ? used - memory : 0
        }
        container.setCPULimit(
            quota: number("cpu/cpu.cfs_quota_us", &buffer, top),
            period: number("cpu/cpu.cfs_period_us", &buffer, top))
        if let bytes = top.read("cpuset/cpuset.effective_cpus", into: &buffer) { container.readCores(bytes) }
        container.userMicroseconds = number("cpuacct/cpuacct.usage_user", &buffer, top).map { $0 / 1000 }
        container.systemMicroseconds = number("cpuacct/cpuacct.usage_sys", &buffer, top).map { $0 / 1000 }
    }

    private mutating func readOwnUsage(_ proc: borrowing Directory, into reading: inout Reading) {
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            reading.ownCPUSeconds = usage.ru_utime.seconds + usage.ru_stime.seconds
        }
        reading.ownResidentPages = proc.read("self/statm", into: &buffer).flatMap { parseResidentPages($0) }
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}

extension Int32 {
    /// Parses the name of a process's directory; nil for all other names.
    fileprivate init?(decimal name: UnsafeBufferPointer<CChar>) {
        guard !name.isEmpty else { return nil }
        var value: Int32 = 0
        for character in name {
            guard let digit = UInt8(bitPattern: character).digitValue else { return nil }
            let (shifted, tooLong) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = shifted.addingReportingOverflow(Int32(digit))
            guard !tooLong, !tooLarge else { return nil }
            value = sum
        }
        self = value
    }
}
