/// The time a core has spent since boot, in ticks; `/proc/stat`.
///
/// Guest time is left out: the kernel already includes it in `user` and `nice`.
struct CPUTimes: Equatable {
    var user: UInt64 = 0
    var nice: UInt64 = 0
    var system: UInt64 = 0
    var idle: UInt64 = 0
    /// Missing before Linux 2.5.41, as are those below before 2.6.11; then zero.
    var ioWait: UInt64 = 0
    var irq: UInt64 = 0
    var softIRQ: UInt64 = 0
    var steal: UInt64 = 0

    /// Reads the numbers after `cpu` or `cpu7`; nil if not even idle time is present.
    init?(_ line: inout ByteScanner) {
        guard let user = line.nextNumber(), let nice = line.nextNumber(), let system = line.nextNumber(),
            let idle = line.nextNumber()
        else { return nil }
        self.user = user
        self.nice = nice
        self.system = system
        self.idle = idle
        ioWait = line.nextNumber() ?? 0
        irq = line.nextNumber() ?? 0
        softIRQ = line.nextNumber() ?? 0
        steal = line.nextNumber() ?? 0
    }
}

/// The contents of `/proc/stat`.
struct KernelStat: Equatable {
    struct Core: Equatable {
        let number: Int
        let times: CPUTimes
    }

    var all: CPUTimes?
    /// The cores that are online, in the kernel's order.
    var cores: [Core] = []
    var contextSwitches: UInt64?
    /// Processes and threads created since boot.
    var forks: UInt64?
    var running: UInt64?
    var blocked: UInt64?

    init(_ bytes: ArraySlice<UInt8>) {
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            guard let name = line.nextWord() else { continue }
            if name.hasPrefix("cpu") {
                readTimes(of: name.dropFirst(3), from: &line)
            } else if name.equals("ctxt") {
                contextSwitches = line.nextNumber()
            } else if name.equals("processes") {
                forks = line.nextNumber()
            } else if name.equals("procs_running") {
                running = line.nextNumber()
            } else if name.equals("procs_blocked") {
                blocked = line.nextNumber()
            }
        }
    }

    private mutating func readTimes(of core: ArraySlice<UInt8>, from line: inout ByteScanner) {
        if core.isEmpty {
            all = CPUTimes(&line)
        } else if let number = UInt64(digits: core), let times = CPUTimes(&line) {
            cores.append(Core(number: Int(clamping: number), times: times))
        }
    }
}
