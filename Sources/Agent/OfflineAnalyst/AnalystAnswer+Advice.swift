import MaintenanceAPI
import Questions

/// What to look at first: the worst of what was found, with what causes it.
extension AnalystAnswer {
    /// What somebody can do about a concern, as an order to them.
    private func step(_ concern: StatusResult.Concern) -> String {
        let system = concern.fileSystem ?? "it"
        switch concern.resource {
        case .cpu: return "find out what keeps the CPU busy, and stop it or give it less to do"
        case .memory where concern.gauge == .oomKills: return "find out what took the memory"
        case .memory: return "restart or limit what uses most memory"
        case .disks where concern.fileSystem != nil:
            return "check what is behind \(system), a server or a disk, and mount it again"
        case .disks: return "find out what reads and writes so much"
        case .space: return "delete or move files on \(system), or enlarge it"
        case .network: return "check the link, its other end and what sends so much"
        case .processes where concern.gauge == .zombies: return "restart the parent that leaves the zombies"
        case .processes where concern.gauge == .openFiles: return "find out what opens so many files"
        case .processes: return "find out what starts so many processes, stop it and limit it"
        case .heat: return "check fans and air flow"
        case .relay: return "check whether the receivers run and fetch"
        case .telemetry: return "check whether the probe runs"
        }
    }

    /// What uses most of what was asked about, where that is a good part of it.
    private func most(of resource: HealthRule.Resource?) -> String? {
        switch resource {
        case .memory?:
            guard status?.memory?.usedPercent ?? 0 >= 50, let first = top?.byMemory.first else { return nil }
            return "First restart or limit what uses most memory: \(use(first, .memory))."
        case .cpu?:
            guard status?.cpu?.busyPercent ?? 0 >= 50, let first = top?.byCPU.first else { return nil }
            return "First look at what uses most CPU: \(use(first, .cpu)) of one core."
        default: return nil
        }
    }

    var advice: [String] {
        guard status != nil else { return [Self.noData] }
        let gauge = question.gauges.first
        let resource = gauge.flatMap { HealthRule.ofGauge[$0]?.resource ?? Self.resource(of: $0) }
        // What makes a host slow comes before what is else wrong with it.
        let own = concerns.filter { concern in
            question.subject == .slow
                ? [.cpu, .disks, .memory, .processes].contains(concern.resource)
                : gauge != nil && (concern.gauge == gauge || concern.resource == resource)
        }
        // High, though not beyond its limit.
        if own.isEmpty, question.subject != .slow, let most = most(of: resource) { return [most] }
        // Too many processes keep the CPU busy, not the other way round.
        let others = concerns.filter { !own.contains($0) }
        let all =
            own + others.filter { $0.resource == .processes } + others.filter { $0.resource != .processes }
        guard let first = all.first else { return ["Nothing: nothing needs attention. \(figures)"] }
        let isCPU = first.resource == .cpu
        let rest = leading.filter { $0.resource != first.resource || $0.fileSystem != first.fileSystem }
        let then = rest.prefix(2).map(\.summary).joined(separator: "; ")
        let why = "\(first.summary)\(since([first]))\(blamed(isCPU, first.resource == .memory))"
        return ["First \(step(first)): \(why)."]
            + (then.isEmpty ? [] : ["Then: \(then)."])
    }
}
