import Foundation
import MaintenanceAPI
import Questions
import Values

/// States, capacities, and what is to come.
extension AnalystAnswer {
    var topicLines: [String]? {
        guard case .topic(let topic) = question.subject else { return nil }
        switch topic {
        case .activity(let activity, let resource): return activityOf(resource, activity)
        case .limiting(let resource): return limited(by: resource)
        case .component(let component): return components(component)
        case .processAt(let place, let order): return process(at: place, order)
        case .processesNamed(let name): return processes(named: name)
        case .limit(let gauge, _): return limitLines(of: gauge)
        case .loadOfCores: return loadOfCores
        case .courseOfLoad: return courseOfLoad
        case .headroom: return headroom
        case .writable: return writable
        case .clock where question.form == .count: return [errorOfClock]
        case .clock where question.form == .check: return [rightnessOfClock]
        case .clock: return ["It is \(now.formatted(.iso8601).dropLast(4).replacing("T", with: " ")) UTC."]
        case .reboots: return reboots
        case .container: return container
        case .limits: return limits
        case .freeShare(let resource): return freeShare(resource)
        case .thresholds(let gauges): return thresholds(gauges)
        case .processesBeyond(let order): return processesBeyond(order)
        case .virtualMachine: return virtualMachine
        case .course: return course
        case .outlook: return outlook
        case .summary: return summary
        case .watch: return watch
        case .product(let fact): return product(fact)
        case .absent: return absent
        default: return furtherLines(topic)
        }
    }

    private func furtherLines(_ topic: Query.Topic) -> [String]? {
        switch topic {
        case .reaching(.diskUsed): spaceReaching
        case .reaching: reaching
        case .surplus: surplus
        case .nearestLimit(let isFarthest): nearestLimit(isFarthest)
        case .sizing(let size): sizing(size)
        case .difference(let gauge): difference(gauge)
        case .growth(_, let byMinute): growthRate(byMinute: byMinute)
        case .range: range
        case .eachMinute(let gauge): eachMinute(gauge)
        case .room(let resource): room(resource)
        case .mountsAnswering(let answering): mounts(answering: answering)
        case .hangSince: hangSince
        case .fileSystemType: fileSystemTypes
        case .shareOfMemory: shareOfMemory
        case .together(let order): together(order)
        case .numberOfProcess(let order): numberOfProcess(order)
        case .relief(let resource): relief(resource)
        case .taming: taming
        case .ending(let order): ending(order)
        case .nextTime: nextTime
        case .withoutSwap: withoutSwap
        case .sameStart: sameStart
        case .peaksTogether: peaksTogether
        case .tcpState(let state): [meaning(of: state)]
        case .term(let term): meaning(of: term)
        case .architecture(let asked): architecture(asked: asked)
        case .processProperty(let property, let order): missing(property, order)
        case .elsewhere: ["I know only this host, from the readings of its probe."]
        default: nil
        }
    }

    var isAsked: Bool { question.form == .check }

    func answer(_ isSo: Bool, _ figures: String) -> [String] {
        isAsked ? ["\(isSo ? "Yes" : "No"): \(figures)."] : ["\(figures.sentence)."]
    }

    // MARK: Processes

    private func process(at place: Int, _ order: Query.Order) -> [String] {
        guard let top else { return [Self.noData] }
        let all = order == .cpu ? top.byCPU : top.byMemory
        let kind = order == .cpu ? "CPU" : "memory"
        guard all.indices.contains(place - 1) else {
            return ["Readings name only \(all.count) that use most \(kind)."]
        }
        return ["\(use(all[place - 1], order))\(order == .cpu ? " of one core" : "")."]
    }

    func processes(named name: String?) -> [String] {
        guard let top else { return [Self.noData] }
        let listed = top.byCPU + top.byMemory
        guard name == nil, let label = mentions.first(where: { $0.kind == .process })?.label else {
            return unknownProcess(name ?? "")
        }
        let found = listed.filter { $0.name == label }.max { ($0.count ?? 1) < ($1.count ?? 1) }
        guard let found else { return unknownProcess(label) }
        let count = found.count.map { "\($0) processes" } ?? "one process"
        return isAsked
            ? ["Yes: \(count) of \(label) among those that use most CPU or memory."]
            : ["\(count.sentence) of \(label), among those that use most CPU or memory."]
    }

    // MARK: The host

    private var writable: [String] {
        guard let status else { return [Self.noData] }
        if let mention = mentions.first(where: { $0.kind == .filesystem }) {
            guard let system = status.fileSystems.shown.first(where: { $0.name == mention.label }) else {
                return ["\(mention.label) is not among the file systems shown."]
            }
            if system.doesNotAnswer == true { return ["No: \(system.name) does not answer."] }
            return withPath([
                system.isReadOnly == true
                    ? "No: \(system.name) is mounted read-only."
                    : "Yes: \(system.name) is mounted read-write."
            ])
        }
        let shut = status.fileSystems.shown.filter { $0.isReadOnly == true }.map(\.name)
        guard shut.isEmpty else {
            return [
                "Not all: \(shut.prefix(3).map(\.self).joinedWithAnd) \(shut.count == 1 ? "is" : "are") mounted read-only."
            ]
        }
        let count = status.fileSystems.count
        return [
            "Yes: \(count == 1 ? "the file system is" : "all \(count) file systems are") mounted read-write."
        ]
    }

    private var reboots: [String] {
        guard let status, let uptime = status.uptimeSeconds, let at = status.bootedAtUTC else {
            return ["No reading tells when the host booted."]
        }
        let last = "the last boot was \(Quantity.length(seconds: uptime)) ago, at \(short(utc: at))"
        guard let report = series.first, let count = report.restarts else { return ["\(last.sentence)."] }
        let number =
            (isAsked ? count == 0 ? "No: " : "Yes: " : "")
            + (count == 0 ? isAsked ? "no reboot" : "No reboot" : "\(count) reboot\(count == 1 ? "" : "s")")
        return ["\(number) seen \(stretch(report.window)); \(last)."]
    }

    private var container: [String] {
        guard let status else { return [Self.noData] }
        guard let container = status.container else {
            guard isAsked else {
                return [
                    "Probably no container: the probe sees no limits of one; whether it is a virtual machine, no reading tells."
                ]
            }
            return ["Probably not: the probe sees no limits of a container; no reading tells for sure."]
        }
        let limits = [
            container.memoryLimitBytes.map { "\(Quantity.size($0)) memory" },
            container.cpuLimitCores.map { "\($0.text(2)) cores" },
        ].compactMap(\.self)
        return [
            "\(isAsked ? "Yes: the" : "The") probe runs in a container\(limits.isEmpty ? "" : ", limited to \(limits.joinedWithAnd)")."
        ]
    }

    var limits: [String] {
        guard let status else { return [Self.noData] }
        if status.container != nil { return container }
        let cores = status.coreCount.map { "\($0) core\($0 == 1 ? "" : "s")" }
        let all = [cores, status.memory?.totalBytes.map { "\(Quantity.size($0)) memory" }].compactMap(\.self)
        return ["No limit of a container is set: all of the host counts, \(all.joinedWithAnd)."]
    }

    private func freeShare(_ resource: Query.Resource) -> [String] {
        guard let status else { return [Self.noData] }
        if resource == .memory {
            guard let used = status.memory?.usedPercent else { return [Self.noData] }
            let bytes = status.memory?.availableBytes.map { " (\(Quantity.size($0)))" } ?? ""
            return ["\((100 - used).text(1)) % of memory is available\(bytes)."]
        }
        let label = mentions.first { $0.kind == .filesystem }?.label
        let systems = status.fileSystems.shown.filter { label == nil || $0.name == label }
        let parts = systems.compactMap { system in
            system.usedPercent.map { used in
                "\((100 - used).text(1)) %\(system.availableBytes.map { " (\(Quantity.size($0)))" } ?? "") free on \(system.name)"
            }
        }
        return parts.isEmpty ? [Self.noData] : withPath(["\(parts.prefix(3).joined(separator: ", "))."])
    }

    private func thresholds(_ gauges: [Gauge]) -> [String] {
        let parts = gauges.compactMap { gauge in
            HealthRule.ofGauge[gauge].map {
                "\(gauge == .diskUsed ? "file systems" : gauge.name) from \(gauge.text($0.raisesAt))"
            }
        }
        if !parts.isEmpty, series.isEmpty { return noSuchFigure(gauges) }
        guard !parts.isEmpty else {
            return ["There is no fixed limit for that; what is far from usual is told."]
        }
        // "Are zombies dangerous?"
        if question.form == .check, let gauge = gauges.first, let rule = HealthRule.ofGauge[gauge],
            let newest = series[0].newest
        {
            let limit = gauge.text(rule.raisesAt)
            return [
                newest.value >= rule.raisesAt
                    ? "Yes, from \(limit) on: \(checked(gauge, newest.value))"
                    : "Not in themselves: attention is needed from \(limit) on; here \(checked(gauge, newest.value))"
                        .replacing("themselves", with: gauge.traits.unit == .count ? "themselves" : "itself")
            ]
        }
        return ["Attention is needed from these values on: \(parts.joined(separator: ", "))."]
    }

    private func processesBeyond(_ order: Query.Order) -> [String] {
        guard let top, let threshold = question.threshold else { return [Self.noData] }
        let listed = order == .cpu ? top.byCPU : top.byMemory
        let isShare = order == .memory && threshold.value <= 100
        let found = listed.filter { process in
            let value =
                order == .cpu
                ? process.cpuPercentOfOneCore
                : isShare ? process.memoryPercent : process.residentBytes.map(Double.init)
            return value.map { threshold.isAbove ? $0 > threshold.value : $0 < threshold.value } ?? false
        }
        let unit = order == .cpu ? " of one core" : ""
        guard !found.isEmpty else {
            let most = listed.first.map { ": the most is \(use($0, order))\(unit)" } ?? ""
            return ["\(isAsked ? "No" : "None")\(most)."]
        }
        let told = found.prefix(5).map { process in
            let share = isShare ? process.memoryPercent.map { " (\($0.text(1)) %)" } : nil
            return use(process, order) + (share ?? "")
        }.joined(separator: ", ")
        if question.form == .count { return ["\(found.count): \(told)\(unit)."] }
        return ["\(isAsked ? "Yes: " : "")\(told)\(unit)."]
    }

    private var virtualMachine: [String] {
        guard let steal = series.first?.newest?.value else {
            return ["That is not measured here: no reading tells it."]
        }
        return [
            steal > 0
                ? "Yes, it seems so: a hypervisor takes \(steal.text(1)) % of the CPU's time."
                : "That is not measured here: no reading tells it; no CPU time is stolen by a hypervisor."
        ]
    }
}
