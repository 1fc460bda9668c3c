import MaintenanceAPI
import Questions
import Values

/// What a host is, and what its figures mean.
extension AnalystAnswer {
    var fact: [String] {
        guard let status else { return [Self.noData] }
        switch question.subject {
        case .hostname where question.form == .count:
            return [
                status.hostName.map { "Only \($0) reports to me." } ?? "No reading tells the host's name."
            ]
        case .hostname: return [status.hostName.map { "\($0)." } ?? "No reading tells the host's name."]
        case .kernel: return ["\(kernel)."]
        case .system: return ["\(kernel); no reading tells which distribution."]
        case .bootID: return [status.bootID.map { "\($0)." } ?? "No reading tells the boot id."]
        case .boot: return boot(status)
        case .interfaces: return list(status.interfaces.map(\.name), "network interface")
        case .disks: return list(status.disks.map(\.name), "disk")
        default: return facts(status)
        }
    }

    private var kernel: String {
        guard let version = status?.kernelVersion else {
            return status?.kernelRelease.map { "Linux \($0)" } ?? "No reading tells the kernel"
        }
        return "Linux \(version)\(status?.kernelRelease.map { " (\($0))" } ?? "")"
    }

    private func list(_ names: [String], _ kind: String) -> [String] {
        names.isEmpty ? ["The readings name no \(kind)."] : ["\(names.joinedWithAnd)."]
    }

    private func facts(_ status: StatusResult) -> [String] {
        var parts: [String] = []
        if let cores = status.coreCount { parts.append("\(cores) cores") }
        if let memory = status.memory?.totalBytes { parts.append("\(Quantity.size(memory)) memory") }
        let disk = status.fileSystems.shown.compactMap(\.totalBytes).reduce(0, +)
        if disk > 0, status.fileSystems.leftOut == nil {
            parts.append(
                status.fileSystems.shown.compactMap { system in
                    system.totalBytes.map { "\(system.name) \(Quantity.size($0))" }
                }.joined(separator: ", "))
        }
        if let uptime = status.uptimeSeconds { parts.append("up \(Quantity.length(seconds: uptime))") }
        return ["\(status.hostName.map { "\($0): " } ?? "")\(kernel), \(parts.joined(separator: ", "))."]
    }

    private func boot(_ status: StatusResult) -> [String] {
        guard let uptime = status.uptimeSeconds, let at = status.bootedAtUTC else {
            return ["No reading tells when the host booted."]
        }
        let length = Quantity.length(seconds: uptime)
        let when = "\(length) ago, at \(short(utc: at))"
        switch question.form {
        case .check:
            let minutes = question.window.map { $0.minutes + $0.endsMinutesAgo } ?? 1440
            return [
                uptime <= Double(minutes) * 60
                    ? "Yes: it booted \(when)." : "No: it has been up for \(length), since \(short(utc: at))."
            ]
        case .why: return ["It booted \(when); no reading tells why."]
        default: return ["\(when.sentence)."]
        }
    }

    var cores: [String] {
        guard let status, !status.coreBusyPercent.isEmpty else { return [Self.noData] }
        let each = status.coreBusyPercent.enumerated().map { "core \($0) \($1.text(1)) %" }
        return [
            "\(each.joined(separator: ", "))\(status.coresLeftOut.map { ", \($0) more" } ?? "").".sentence
        ]
    }

    // MARK: What figures mean

    func explanation(_ gauge: Gauge) -> [String] {
        let meaning =
            Self.meanings[gauge]
            ?? "\(gauge.traits.label.sentence) is a figure that the kernel or the relay counts."
        let now = series.first?.newest.map {
            "Here: \(phrase(gauge, $0.value))\(gauge == .load1 ? onCoresOfHost : "")."
        }
        let harm = question.asksHarm ? Self.harm(of: gauge) : nil
        return [([meaning] + [harm, now].compactMap(\.self)).joined(separator: " ")]
    }

    private var onCoresOfHost: String { status?.coreCount.map { ", on \($0) cores" } ?? "" }

    static let meanings: [Gauge: String] = [
        .load1:
            "The load average is how many tasks run or wait for a core or disk, on average; beyond the cores they queue.",
        .cpuBusy: "CPU busy is the share of time in which cores compute, neither idle nor waiting for disks.",
        .cpuIOWait: "I/O wait is the share of time in which cores were idle because tasks waited for a disk.",
        .cpuSteal: "Steal is the share of time in which the hypervisor gave this machine's CPU to others.",
        .cpuSystem: "CPU time in the kernel is what system calls, drivers and paging take.",
        .cpuUser: "CPU time in programs is what ordinary code takes, outside of the kernel.",
        .cpuNice: "Nice time is CPU time of programs that run with low priority.",
        .cpuSoftIRQ: "Soft interrupts are the kernel's deferred work, mostly for network packets and timers.",
        .cpuIRQ: "Interrupt time is what answering signals from hardware takes.",
        .cpuIdle: "Idle is the share of time in which cores had nothing to do.",
        .contextSwitches: "A context switch is when a core stops one task and goes on with another.",
        .cpuPressure: "CPU pressure is the share of time in which some tasks waited for a core.",
        .memoryPressure:
            "Memory pressure is the share of time in which some tasks waited for memory to become free.",
        .ioPressure: "Disk pressure is the share of time in which some tasks waited for a disk.",
        .memoryUsed: "Memory used is what is not available for programs; the page cache counts as available.",
        .memoryAvailable:
            "Available memory is what programs can still have without swapping, the page cache included.",
        .memoryFree:
            "Free memory is used for nothing; available is that and what the page cache gives back when programs need it.",
        .diskFree:
            "Once no space is left, programs cannot write: they fail or lose data, and logs and databases stop.",
        .swapFree:
            "Once swap is full too, the kernel kills processes to get memory back.",
        .memoryCached:
            "The page cache holds contents of files in memory that nothing else needs, and gives way to programs.",
        .memoryBuffers: "Buffers are memory that holds blocks of disks.",
        .swapUsed:
            "Swap is space on a disk to which the kernel moves memory that is little used, to have more.",
        .majorFaults:
            "A major page fault is when a program needs memory that has to be read from a disk first.",
        .oomKills:
            "OOM is out of memory: the kernel then kills a process (the OOM killer), so that the rest can go on.",
        .diskUsed:
            "A file system is as full as the share of its space that ordinary users can use and that is used.",
        .inodesUsed:
            "An inode holds what is known of one file; once they run out, no file can be made, even with space left.",
        .diskWait: "Disk latency is how long a request waits and is served, on average.",
        .diskBusy:
            "A disk is busy while it works on at least one request; an SSD works on many at once and can take more.",
        .runningProcesses: "A runnable process runs on a core or waits for one.",
        .retransmits:
            "A TCP retransmission is a segment sent again because nobody acknowledged it: it was lost or late.",
        .receiveDrops: "A dropped packet arrived and was thrown away, mostly for lack of room in a queue.",
        .receiveErrors: "A receive error is a packet that arrived broken.",
        .tcpEstablished:
            "An established connection is one over which both sides can send; CLOSE-WAIT counts as established.",
        .tcpTimeWait:
            "TIME-WAIT is a closed connection that is kept for a while, so that late packets find no new one.",
        .listenOverflows:
            "A listen overflow is a connection turned away because the program did not accept it in time.",
        .trackedConnections:
            "The connection table holds what the firewall knows of connections; when full, new ones are dropped.",
        .openFiles: "Open files are the files, sockets and pipes that programs hold.",
        .processCount:
            "A process is a running program with memory of its own, in which one or more threads run.",
        .zombies: "A zombie is a process that has ended, and whose parent has not yet asked how.",
        .blockedProcesses: "A blocked process waits, mostly for a disk, and cannot be interrupted.",
        .threads:
            "A thread is one line of execution within a process; threads of a process share its memory.",
        .startedProcesses: "This is how many processes and threads are started per second.",
        .cgroupThrottled: "Throttled periods are those in which a control group had used up its CPU limit.",
        .relayQueued: "Queued messages wait on the relay until their device fetches them.",
        .relayLatency:
            "The relay's latency is the time from the delivery of a message to its acknowledgement.",
        .uptime: "Uptime is the time since the host booted.",
        .temperature: "A temperature is what a sensor of the host reads.",
    ]
}
