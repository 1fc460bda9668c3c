import MaintenanceAPI

extension Sample.Memory {
    /// Reads `/proc/meminfo`; nil if the total memory is missing.
    ///
    /// Before Linux 3.14 there is no `MemAvailable`; it is estimated as what is free, or can be had back: buffers, cache and parts
    /// of the kernel's own memory, but not what processes share, which counts as cache.
    init?(meminfo bytes: ArraySlice<UInt8>) {
        self.init()
        var sharedBytes: Int64?
        var reclaimableBytes: Int64?
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            guard let name = line.nextWord() else { continue }
            if name.equals("MemTotal:") {
                totalBytes = line.nextKibibytes()
            } else if name.equals("MemFree:") {
                freeBytes = line.nextKibibytes()
            } else if name.equals("MemAvailable:") {
                availableBytes = line.nextKibibytes()
            } else if name.equals("Buffers:") {
                buffersBytes = line.nextKibibytes()
            } else if name.equals("Cached:") {
                cachedBytes = line.nextKibibytes()
            } else if name.equals("Shmem:") {
                sharedBytes = line.nextKibibytes()
            } else if name.equals("SReclaimable:") {
                reclaimableBytes = line.nextKibibytes()
            } else if name.equals("SwapTotal:") {
                swapTotalBytes = line.nextKibibytes()
            } else if name.equals("SwapFree:") {
                swapFreeBytes = line.nextKibibytes()
            }
        }
        guard totalBytes != nil else { return nil }
        if availableBytes == nil, let freeBytes, let buffersBytes, let cachedBytes {
            let cache = max(0, cachedBytes - (sharedBytes ?? 0)) + (reclaimableBytes ?? 0)
            availableBytes = freeBytes + buffersBytes + cache
        }
        keepWithinTotals()
    }
}

extension Sample.Memory {
    /// The cache of ZFS can be had back down to its minimum, which the kernel does not count as available.
    mutating func addReclaimable(arcstats bytes: ArraySlice<UInt8>) {
        var size: UInt64?
        var minimum: UInt64?
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            guard let name = line.nextWord(), line.nextWord() != nil else { continue }
            if name.equals("size") { size = line.nextNumber() }
            if name.equals("c_min") { minimum = line.nextNumber() }
        }
        guard let size, let minimum, size > minimum, let availableBytes else { return }
        let (sum, isTooMuch) = availableBytes.addingReportingOverflow(Int64(clamping: size - minimum))
        self.availableBytes = isTooMuch ? .max : sum
        keepWithinTotals()
    }

    /// Containers are shown more available than there is, because the two come from different places.
    private mutating func keepWithinTotals() {
        if let totalBytes, let availableBytes { self.availableBytes = min(availableBytes, totalBytes) }
        if let totalBytes, let freeBytes { self.freeBytes = min(freeBytes, totalBytes) }
        if let swapTotalBytes, let swapFreeBytes { self.swapFreeBytes = min(swapFreeBytes, swapTotalBytes) }
    }
}

/// The counters of `/proc/vmstat` since boot.
struct VMStat: Equatable {
    var swappedInPages: UInt64?
    var swappedOutPages: UInt64?
    /// Faults that had to wait for a disk.
    var majorFaults: UInt64?
    /// Since Linux 4.13.
    var oomKills: UInt64?

    init(_ bytes: ArraySlice<UInt8>) {
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            guard let name = line.nextWord() else { continue }
            if name.equals("pswpin") {
                swappedInPages = line.nextNumber()
            } else if name.equals("pswpout") {
                swappedOutPages = line.nextNumber()
            } else if name.equals("pgmajfault") {
                majorFaults = line.nextNumber()
            } else if name.equals("oom_kill") {
                oomKills = line.nextNumber()
            }
        }
    }
}

extension ByteScanner {
    /// The next word, a number of KiB, in bytes. Nil for implausible values (above 2^60).
    mutating func nextKibibytes() -> Int64? {
        guard let kibibytes = nextNumber(), kibibytes <= 1 << 50 else { return nil }
        return Int64(kibibytes) << 10
    }
}
