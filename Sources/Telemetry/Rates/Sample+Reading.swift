import MaintenanceAPI

extension Sample {
    /// The values of a reading, with rates since the previous reading.
    ///
    /// File systems, the relay's figures and most of the probe's cost are filled in elsewhere.
    init(_ reading: Reading, since previous: Reading?, units: MachineUnits) {
        self.init(takenAt: reading.moment.wallMilliseconds)
        let rates = Rates(from: previous, to: reading)
        // `Rates` detects readings of different boots; without rates, the previous reading is ignored.
        let previous = rates.seconds == nil ? nil : previous
        intervalSeconds = rates.seconds.map { ($0 * 1000).rounded() / 1000 }
        host = Host(reading)
        cpu = CPU(reading.kernelStat, since: previous?.kernelStat, rates, units)
        load = reading.loadAverage?.load
        pressure = reading.pressure == Pressure() ? nil : reading.pressure
        memory = Memory(reading, since: previous, rates)
        disks = Disk.all(reading.disks, since: previous?.disks ?? [], rates)
        networks = Network.all(reading.networks, since: previous?.networks ?? [], rates)
        tcp = reading.tcp.map { TCP($0, since: previous?.tcp, rates) }
        fileDescriptors = reading.fileDescriptors
        trackedConnections = reading.trackedConnections
        processes = Processes(reading, since: previous, rates, units: units)
        cgroup = reading.cgroup.flatMap { CGroup($0, since: previous?.cgroup, rates) }
        temperatures = reading.temperatures
        if let limits = reading.container { apply(limits, since: previous?.container, rates) }
        probe = ProbeCost(reading, since: previous, rates, units: units)
    }
}

extension Sample.Host {
    init(_ reading: Reading) {
        self.init()
        name = reading.hostName
        kernel = reading.kernel
        bootId = reading.bootID
        uptimeSeconds = reading.uptimeSeconds
        let cores = reading.kernelStat?.cores.count ?? 0
        coreCount = cores > 0 ? cores : nil
    }
}

extension Sample.Memory {
    init?(_ reading: Reading, since previous: Reading?, _ rates: Rates) {
        guard let memory = reading.memory else { return nil }
        self = memory
        let (before, now) = (previous?.vmStat, reading.vmStat)
        swapInPagesPerSecond = rates.perSecond(before?.swappedInPages, now?.swappedInPages)?.toHundredths
        swapOutPagesPerSecond = rates.perSecond(before?.swappedOutPages, now?.swappedOutPages)?.toHundredths
        majorFaultsPerSecond = rates.perSecond(before?.majorFaults, now?.majorFaults)?.toHundredths
        oomKills = now?.oomKills.map { Int64(clamping: $0) }
    }
}

extension Sample.TCP {
    init(_ now: TCPCounters, since before: TCPCounters?, _ rates: Rates) {
        self.init()
        established = now.established.map { Int64(clamping: $0) }
        timeWait = now.timeWait.map { Int64(clamping: $0) }
        retransmitsPerSecond = rates.perSecond(before?.retransmits, now.retransmits)?.toHundredths
        segmentsSentPerSecond = rates.perSecond(before?.segmentsSent, now.segmentsSent)?.toHundredths
        listenOverflowsPerSecond = rates.perSecond(before?.listenOverflows, now.listenOverflows)?.toHundredths
    }
}

extension Sample.CGroup {
    /// Nil if the group has no data yet: the root group has no gauges.
    init?(_ now: CGroupCounters, since before: CGroupCounters?, _ rates: Rates) {
        self.init()
        memoryBytes = now.memoryBytes.map { Int64(clamping: $0) }
        memoryMaxBytes = now.memoryMaxBytes.map { Int64(clamping: $0) }
        processes = now.processes.map { Int64(clamping: $0) }
        oomKills = now.oomKills.map { Int64(clamping: $0) }
        cpuPercent = rates.perSecond(before?.cpuMicroseconds, now.cpuMicroseconds).map {
            ($0 / 1e4).toHundredths
        }
        if let throttled = rates.perSecond(before?.throttledPeriods, now.throttledPeriods),
            let periods = rates.perSecond(before?.periods, now.periods), periods > 0
        {
            throttledPercent = Share.percent(throttled, of: periods)?.toHundredths
        }
        guard self != Self() else { return nil }
    }
}

extension Sample.ProbeCost {
    init(_ reading: Reading, since previous: Reading?, _ rates: Rates, units: MachineUnits) {
        self.init()
        if let seconds = rates.seconds, let previous {
            cpuPercent = max(0, 100 * (reading.ownCPUSeconds - previous.ownCPUSeconds) / seconds).toHundredths
        }
        residentBytes = reading.ownResidentPages.map { units.bytes(pages: $0) }
    }
}

extension MachineUnits {
    func bytes(pages: UInt64) -> Int64 {
        let (bytes, isTooMuch) = Int64(clamping: pages).multipliedReportingOverflow(by: pageByteCount)
        return isTooMuch ? .max : bytes
    }
}
