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
