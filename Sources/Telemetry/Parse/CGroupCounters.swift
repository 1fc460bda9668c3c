/// The control group (version 2) of this process, from the files in its directory. Limits that are not set and counters
/// that are not available are nil.
struct CGroupCounters: Equatable {
    var memoryBytes: UInt64?
    var memoryMaxBytes: UInt64?
    var processes: UInt64?
    var cpuMicroseconds: UInt64?
    /// Periods in which a CPU limit was in force, and those in which it was reached.
    var periods: UInt64?
    var throttledPeriods: UInt64?
    var oomKills: UInt64?

    /// Reads `cpu.stat`.
    mutating func readCPU(_ bytes: ArraySlice<UInt8>) {
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            guard let name = line.nextWord() else { continue }
            if name.equals("usage_usec") {
                cpuMicroseconds = line.nextNumber()
            } else if name.equals("nr_periods") {
                periods = line.nextNumber()
            } else if name.equals("nr_throttled") {
                throttledPeriods = line.nextNumber()
            }
        }
    }

    /// Reads `memory.events`.
    mutating func readMemoryEvents(_ bytes: ArraySlice<UInt8>) {
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            if line.nextWord()?.equals("oom_kill") == true { oomKills = line.nextNumber() }
        }
    }

    /// Reads a file with one number; nil for `max`, which means no limit.
    static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? { UInt64(digits: bytes.trimmed) }

    /// The directory of a process's group relative to the root of its hierarchy, from `/proc/[pid]/cgroup`: the line
    /// `0::/path`.
    static func path(_ bytes: ArraySlice<UInt8>) -> String? {
        var lines = ByteScanner(bytes)
        while let line = lines.nextLine() {
            if line.rest.hasPrefix("0::/") { return line.rest.dropFirst(3).text }
        }
        return nil
    }
}
