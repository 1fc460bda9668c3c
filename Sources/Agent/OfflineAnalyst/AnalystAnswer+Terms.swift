import MaintenanceAPI
import Questions
import Values

/// What words of the trade mean that are no figures themselves.
extension AnalystAnswer {
    /// "RSS (resident set size) is …", with the figures here where there are any.
    func meaning(of term: Query.Term) -> [String] {
        let figures = series.compactMap { report in report.newest.map { phrase(report.gauge, $0.value) } }
        return ["\(text(of: term))\(figures.isEmpty ? "" : " Here: \(figures.joinedWithAnd).")"]
    }

    private func text(of term: Query.Term) -> String {
        switch term {
        case .residentSize:
            "RSS (resident set size) is the memory of a process that lies in RAM, shared libraries included."
        case .virtualSize:
            "VSZ (virtual size) is all address space that a process has reserved, whether it lies in RAM or not."
        case .residentAndVirtual:
            "RSS is the memory of a process that lies in RAM; VSZ is all address space that it has reserved."
        case .percentile:
            "A percentile is the value that so many percent of the readings do not exceed: p95 leaves out the highest twentieth."
        case .median: "The median is the value in the middle: half of the readings are higher, half lower."
        case .kernel:
            "The kernel is the core of the operating system: it shares out CPU, memory and devices among programs."
        case .daemon: "A daemon is a program that runs in the background, as servers do."
        case .socket: "A socket is one end of a connection, over a network or between programs of one host."
        case .core:
            "A core is the part of a CPU that runs one task at a time; hyperthreads count as cores here."
        case .mainMemory: "RAM is the memory in which programs and their data lie while they run."
        case .virtualMemory:
            "Virtual memory is the address space that a program sees; the kernel maps it to RAM, files and swap."
        case .controlGroup:
            "A control group is a group of processes whose CPU and memory the kernel counts and limits together."
        case .hypervisor: "A hypervisor shares out one machine among several virtual machines."
        case .container:
            "A container is a group of processes that sees a system of its own, on the kernel of the host."
        case .minorFault:
            "A minor page fault is when a page lies in RAM already and has only to be mapped; no disk is read."
        case .majorAndMinorFault:
            "A major page fault has to read the page from a disk; a minor one finds it in RAM and only maps it."
        case .dirtyPages:
            "Dirty pages were changed in memory and are not yet written to a disk; no reading tells how many there are."
        case .page: "A page is the piece in which the kernel gives out memory."
        case .paging: "Paging is moving pages of memory between RAM and a disk."
        case .thrashing:
            "Thrashing is when memory is so short that pages move to and from a disk all the time, and little else gets done."
        case .buffersAndCache:
            "Buffers hold blocks of disks, the page cache holds contents of files; both give way to programs."
        case .usedAndAvailable:
            "Used memory is what programs cannot have; available is the rest, the page cache included."
        case .someAndFull:
            "“Some” is the share of time in which at least one task waited for a resource, “full” that in which all waited at once."
        case .serviceTime:
            "svctm was the time that a disk needs for a request without waiting; it is out of use, and no reading tells it."
        case .operations: "IOPS are the requests that disks finish per second."
        case .throughput:
            "Throughput is how much data passes per second, over a network or to and from a disk."
        case .bandwidth:
            "Bandwidth is how much data a link can carry per second; often what it does carry is meant."
        case .latency: "Latency is how long something takes from the request to the answer."
        case .mountPoint: "A mount point is the folder at which a file system appears."
        case .fileSystem:
            "A file system is how files are kept on a disk or a part of one; it appears at a mount point."
        case .reading: "A reading is all that the probe measured at one time."
        case .choiceOfVictim:
            "The kernel kills the process with the highest oom_score, mostly the one that uses most memory; oom_score_adj shifts it."
        case .endOfZombie:
            "A zombie is a process that has ended; it goes once its parent asks how, so restart or end the parent."
        }
    }

    /// "Should I be scared of it?": what harm a thing does.
    static func harm(of gauge: Gauge) -> String? {
        switch gauge {
        case .zombies: "They do no harm; very many of them show that their parent is broken."
        case .contextSwitches: "Very many of them cost CPU time."
        case .load1: "It matters where it stays above the number of cores."
        case .cpuIOWait, .ioPressure, .diskBusy, .diskWait:
            "It matters where it lasts: programs then wait for disks."
        case .cpuSteal: "It matters where it lasts: this machine then gets less CPU than it should."
        case .cpuPressure, .cpuBusy: "It matters where it lasts: programs then take longer."
        case .swapUsed: "It does no harm in itself; moving much memory to and fro does."
        case .memoryCached, .memoryBuffers: "It does no harm: programs get it as soon as they need it."
        case .majorFaults: "Few of them do no harm; many show that memory is short."
        case .retransmits, .receiveDrops: "A few of them do no harm; many make the network slow."
        case .tcpTimeWait: "They do no harm and go by themselves."
        case .oomKills: "It does harm: a program has been ended."
        case .cpuSoftIRQ, .cpuIRQ: "It matters only where it keeps a core busy."
        case .memoryPressure: "It matters where it lasts: memory is short then."
        case .inodesUsed: "It matters only where they run out."
        default: nil
        }
    }
}

extension Query.Term {
    /// The figures of the host that stand behind what a word means.
    var figures: [Gauge] {
        switch self {
        case .core: [.coreCount]
        case .mainMemory: [.memoryTotal]
        case .majorAndMinorFault: [.majorFaults]
        case .buffersAndCache: [.memoryBuffers, .memoryCached]
        case .usedAndAvailable: [.memoryUsed, .memoryAvailable]
        case .operations: [.diskReadOperations, .diskWriteOperations]
        case .endOfZombie: [.zombies]
        case .latency: [.diskWait]
        default: []
        }
    }
}
