import MaintenanceAPI

extension Sample.Memory {
    /// Reads `/proc/meminfo`; nil if the total memory is missing.
    ///
    /// Before Linux 3.14 there is no `MemAvailable`; it is estimated as free, buffers and cache, as was usual then.
    init?(meminfo bytes: ArraySlice<UInt8>) {
        self.init()
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
            } else if name.equals("SwapTotal:") {
                swapTotalBytes = line.nextKibibytes()
            } else if name.equals("SwapFree:") {
                swapFreeBytes = line.nextKibibytes()
            }
        }
        guard totalBytes != nil else { return nil }
        if availableBytes == nil, let freeBytes, let buffersBytes, let cachedBytes {
            availableBytes = freeBytes + buffersBytes + cachedBytes
        }
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
