/// The limits of a container and what it uses of them, from the files of its control groups, of version 2 or 1.
struct ContainerCounters: Equatable {
    var memoryMaxBytes: UInt64?
    var memoryBytes: UInt64?
    /// Cache that the kernel takes back before it kills anything.
    var reclaimableBytes: UInt64?
    var swapMaxBytes: UInt64?
    var swapBytes: UInt64?
    /// How many cores' time it may use.
    var cpuCores: Double?
    var userMicroseconds: UInt64?
    var systemMicroseconds: UInt64?

    /// Reads `cpu.max`: microseconds of CPU time, or `max`, and of the period in which they may be used.
    mutating func readCPULimit(_ bytes: ArraySlice<UInt8>) {
        var words = ByteScanner(bytes.trimmed)
        guard let quota = words.nextNumber(), let period = words.nextNumber(), quota > 0, period > 0 else {
            return
        }
        cpuCores = Double(quota) / Double(period)
    }

    /// Reads `cpuset.cpus.effective`, as `0-3,8`: the cores that a container is bound to.
    mutating func readCores(_ bytes: ArraySlice<UInt8>) {
        let count = bytes.trimmed.split(separator: UInt8(ascii: ",")).reduce(0.0) { count, range in
            let ends = range.split(separator: UInt8(ascii: "-")).map { CGroupCounters.number($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, last >= first else {
                return count
            }
            return count + Double(last - first) + 1
        }
        if count > 0 { cpuCores = min(cpuCores ?? count, count) }
    }

    /// Reads `cpu.stat`.
    mutating func readCPU(_ bytes: ArraySlice<UInt8>) {
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            guard let name = line.nextWord() else { continue }
            if name.equals("user_usec") { userMicroseconds = line.nextNumber() }
            if name.equals("system_usec") { systemMicroseconds = line.nextNumber() }
        }
    }

    /// Reads `memory.stat`.
    mutating func readMemoryStat(_ bytes: ArraySlice<UInt8>) {
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            // Version 1 counts what lies below the group under another name.
            let name = line.nextWord()
            if name?.equals("inactive_file") == true, reclaimableBytes == nil {
                reclaimableBytes = line.nextNumber()
            }
            if name?.equals("total_inactive_file") == true { reclaimableBytes = line.nextNumber() }
        }
    }

    /// Takes the limit of CPU time of version 1, in which -1 stands for none.
    mutating func setCPULimit(quota: UInt64?, period: UInt64?) {
        guard let quota, let period, quota > 0, period > 0 else { return }
        cpuCores = Double(quota) / Double(period)
    }
}
