import MaintenanceAPI

extension Sample.Memory {
    /// Reads `/proc/meminfo`; absent where it does not say how much memory there is.
    ///
    /// Before Linux 3.14 there is no `MemAvailable`; free, buffers and cache stand for it, as they did then.
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

/// What `/proc/vmstat` has counted since boot.
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
    /// The next word, a number of KiB, in bytes. What no machine can have (above 2^60) is absent.
    mutating func nextKibibytes() -> Int64? {
        guard let kibibytes = nextNumber(), kibibytes <= 1 << 50 else { return nil }
        return Int64(kibibytes) << 10
    }
}
