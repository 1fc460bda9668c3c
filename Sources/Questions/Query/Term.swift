extension Query {
    /// A word of the trade that is no figure of the host itself, or two that belong together.
    package enum Term: String, Hashable, Sendable, CaseIterable {
        case residentSize, virtualSize, residentAndVirtual
        case percentile, median
        case kernel, daemon, socket, core, mainMemory, virtualMemory, controlGroup, hypervisor, container
        case minorFault, majorAndMinorFault, dirtyPages, page, paging, thrashing
        case buffersAndCache, usedAndAvailable, someAndFull
        case serviceTime, operations, throughput, bandwidth, latency
        case mountPoint, fileSystem, reading
        /// Which process the kernel kills where memory runs out, and how one gets rid of a zombie.
        case choiceOfVictim, endOfZombie

        /// How it is written, in the singular; of two that belong together the one and the other.
        var words: [String] {
            switch self {
            case .residentSize: ["rss", "resident set size", "resident set", "resident memory", "res"]
            case .virtualSize: ["vsz", "vss", "virt", "virtual size", "virtual memory size", "vsize"]
            case .percentile: ["percentile", "p95", "p99", "p90", "p50", "quantile", "95th percentile"]
            case .median: ["median"]
            case .kernel: ["kernel", "linux kernel"]
            case .daemon: ["daemon"]
            case .socket: ["socket", "tcp socket", "network socket"]
            case .core: ["core", "cpu core", "processor core"]
            case .mainMemory: ["ram", "memory", "main memory"]
            case .virtualMemory: ["virtual memory", "address space"]
            case .controlGroup: ["cgroup", "control group"]
            case .hypervisor: ["hypervisor"]
            case .container: ["container", "docker container"]
            case .minorFault: ["minor fault", "minor page fault", "soft page fault"]
            case .dirtyPages: ["dirty page", "dirty memory", "dirty data"]
            case .page: ["page", "memory page"]
            case .paging: ["paging"]
            case .thrashing: ["thrashing"]
            case .serviceTime: ["svctm", "service time"]
            case .operations: ["iops", "iop", "disk operation", "io operation"]
            case .throughput: ["throughput"]
            case .bandwidth: ["bandwidth", "network bandwidth"]
            case .latency: ["latency"]
            case .mountPoint: ["mount point", "mountpoint", "mount"]
            case .fileSystem: ["file system", "filesystem", "fs"]
            case .reading: ["reading", "sample"]
            case .someAndFull: ["full pressure", "some pressure", "psi full", "psi some"]
            case .residentAndVirtual, .majorAndMinorFault, .buffersAndCache, .usedAndAvailable,
                .choiceOfVictim, .endOfZombie:
                []
            }
        }

        /// Of two that belong together the words for the one and for the other.
        var pair: (one: [String], other: [String])? {
            switch self {
            case .residentAndVirtual: (Self.residentSize.words, Self.virtualSize.words + ["virtual memory"])
            case .majorAndMinorFault:
                (
                    ["major", "major fault", "major page fault", "hard fault"],
                    ["minor", "minor fault", "minor page fault", "soft fault"]
                )
            case .buffersAndCache:
                (["buffer", "buffers", "buff"], ["cache", "page cache", "cached", "cached memory"])
            case .usedAndAvailable:
                (
                    ["used", "used memory", "memory used"],
                    ["available", "available memory", "memory available"]
                )
            case .someAndFull: (["some", "some pressure"], ["full", "full pressure"])
            default: nil
            }
        }
    }
}
