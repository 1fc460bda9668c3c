import MaintenanceAPI

extension Sample {
    /// In a container with limits, makes memory, swap and CPU shares of these: what the host has left is of no use to it.
    mutating func apply(_ now: ContainerCounters, since before: ContainerCounters?, _ rates: Rates) {
        var limits = Container(memoryMaxBytes: nil, cpuCores: nil)
        if let limit = now.memoryMaxBytes.map({ Int64(clamping: $0) }), limit > 0,
            let total = memory?.totalBytes,
            limit < total, let used = now.memoryBytes
        {
            limits.memoryMaxBytes = limit
            memory?.limit(to: limit, now, used: Int64(clamping: used))
        }
        if let cores = now.cpuCores, cores > 0, cores < Double(host.coreCount ?? .max) {
            limits.cpuCores = cores
            if let modes = CPUModes(now, since: before, of: cores, rates) {
                cpu?.all = modes
            } else {
                cpu = nil
            }
        }
        container = limits == Container(memoryMaxBytes: nil, cpuCores: nil) ? nil : limits
    }
}

extension Sample.Memory {
    fileprivate mutating func limit(to limit: Int64, _ now: ContainerCounters, used: Int64) {
        let reclaimable = min(used, Int64(clamping: now.reclaimableBytes ?? 0))
        totalBytes = limit
        freeBytes = max(0, limit - used)
        availableBytes = max(0, limit - (used - reclaimable))
        // Those of the host are not the container's.
        buffersBytes = nil
        cachedBytes = reclaimable
        guard let hostSwap = swapTotalBytes, let swap = now.swapMaxBytes.map({ Int64(clamping: $0) }),
            swap < hostSwap
        else { return }
        swapTotalBytes = swap
        swapFreeBytes = max(0, swap - Int64(clamping: now.swapBytes ?? 0))
    }
}

extension Sample.CPUModes {
    /// Shares of the time of `cores` cores; nil if there are no rates.
    fileprivate init?(
        _ now: ContainerCounters, since before: ContainerCounters?, of cores: Double, _ rates: Rates
    ) {
        guard let user = rates.perSecond(before?.userMicroseconds, now.userMicroseconds),
            let system = rates.perSecond(before?.systemMicroseconds, now.systemMicroseconds)
        else { return nil }
        self.init()
        userPercent = Share.percent(user / 1e6, of: cores)?.toHundredths ?? 0
        systemPercent =
            min(100 - userPercent, Share.percent(system / 1e6, of: cores)?.toHundredths ?? 0).toHundredths
        idlePercent = Share.percent(100 - userPercent - systemPercent).toHundredths
    }
}
