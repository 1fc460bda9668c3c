import MaintenanceAPI
import Questions
import Values

/// Which resource is nearest to its limit or farthest from it, and whether the host has the right size.
extension AnalystAnswer {
    /// How much of one resource is in use.
    private struct Use {
        let name, state: String
        let percent: Double
        var words: String { "\(name) \(state)" }
    }

    /// How much of each resource is in use, in percent, the most first.
    private var uses: [Use] {
        var uses: [Use] = []
        if let busy = status?.cpu?.busyPercent {
            uses.append(Use(name: "the CPU", state: "\(busy.text(1)) % busy", percent: busy))
        }
        if let used = status?.memory?.usedPercent {
            let free = status?.memory?.availableBytes.map { " (\(Quantity.size($0)) available)" } ?? ""
            uses.append(Use(name: "memory", state: "\(used.text(1)) % used\(free)", percent: used))
        }
        for system in shownSystems where system.usedPercent != nil {
            let used = system.usedPercent ?? 0
            let free = system.availableBytes.map { " (\(Quantity.size($0)) free)" } ?? ""
            uses.append(Use(name: system.name, state: "\(used.text(1)) % full\(free)", percent: used))
        }
        if let busiest = status?.disks.max(by: { ($0.busyPercent ?? 0) < ($1.busyPercent ?? 0) }),
            let busy = busiest.busyPercent
        {
            uses.append(Use(name: "disk \(busiest.name)", state: "\(busy.text(1)) % busy", percent: busy))
        }
        return uses.sorted { $0.percent > $1.percent }
    }

    /// From this share on a resource is near its limit.
    private static let nearFrom = 80.0

    func nearestLimit(_ isFarthest: Bool) -> [String] {
        let uses = uses
        guard let most = uses.first, let least = uses.last else { return [Self.noData] }
        if isFarthest {
            let others = uses.dropLast().reversed().prefix(4).map(\.words)
            return [
                "\(least.name.sentence) has the most room: \(least.state); then \(others.joined(separator: ", "))."
            ]
        }
        let limits = concerns.filter {
            [.cpu, .memory, .disks, .space, .network, .processes].contains($0.resource)
        }
        guard let first = limits.first else {
            let others = uses.dropFirst().prefix(3).map(\.words).joined(separator: ", ")
            let lead = most.percent >= Self.nearFrom ? "Nearest" : "None is near its limit; nearest"
            return ["\(lead) is \(most.words), then \(others)."]
        }
        let others = uses.filter { !isOf($0.words, first) }.prefix(3).map(\.words)
        return ["\(first.summary.sentence); then \(others.joined(separator: ", "))."]
    }

    private func isOf(_ words: String, _ concern: StatusResult.Concern) -> Bool {
        switch concern.resource {
        case .cpu, .processes: words.hasPrefix("the CPU")
        case .memory: words.hasPrefix("memory")
        case .space: concern.fileSystem.map { words.hasPrefix($0) } ?? false
        case .disks: words.hasPrefix("disk ")
        default: false
        }
    }

    /// Whether the host is too small or too large, by what is used now and by the most there was.
    func sizing(_ size: Query.Sizing) -> [String] {
        guard let busy = status?.cpu?.busyPercent, let used = status?.memory?.usedPercent else {
            return [Self.noData]
        }
        func most(_ gauge: Gauge) -> Double { series.first { $0.gauge == gauge }?.highest?.value ?? 0 }
        func told(_ gauge: Gauge, _ now: Double) -> String {
            most(gauge) >= now + 5 ? " (at most \(gauge.text(most(gauge))))" : ""
        }
        let figures =
            "the CPU is \(busy.text(1)) % busy\(told(.cpuBusy, busy)), memory \(used.text(1)) % used\(told(.memoryUsed, used))\(series.first.map { " \(stretch($0.window))" } ?? "")"
            .replacing(" since readings begin", with: ", since readings begin")
        let limit = concerns.first { [.cpu, .memory, .processes].contains($0.resource) }
        let needsCPU = busy >= 70 || limit?.resource == .cpu
        let needsMemory = used >= 80 || limit?.resource == .memory
        let verdict =
            switch size {
            case .tooSmall: limit != nil || needsCPU || needsMemory ? "Yes, by what is used now" : "No"
            case .bigEnough: limit != nil || needsCPU || needsMemory ? "No, by what is used now" : "Yes"
            case .tooBig:
                limit != nil || busy >= 50 || used >= 50
                    ? "No"
                    : most(.cpuBusy) >= 60 || most(.memoryUsed) >= 60
                        ? "Most of the time, but not always" : "Yes, by what was seen"
            case .moreOfWhich:
                needsCPU && needsMemory
                    ? "Both" : needsCPU ? "More cores" : needsMemory ? "More memory" : "Neither"
            }
        return ["\(verdict): \(figures)."]
    }
}
