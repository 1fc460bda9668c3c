import Foundation
import MaintenanceAPI
import Questions
import Values

/// Whether something is busy or idle, and what limits the host.
extension AnalystAnswer {
    func activityOf(_ resource: Query.Resource, _ activity: Query.Activity) -> [String] {
        guard let status else { return [Self.noData] }
        func verdict(_ share: Double) -> Bool {
            switch activity {
            case .busy: share >= Self.busyFrom
            case .idle: share < 20
            case .overloaded: share >= 90
            }
        }
        switch resource {
        case .disks:
            guard let busiest = status.disks.max(by: { ($0.busyPercent ?? 0) < ($1.busyPercent ?? 0) }),
                let share = busiest.busyPercent
            else { return [Self.noData] }
            let waiting = status.needsAttention.contains { $0.resource == .disks && $0.gauge == .ioPressure }
            let isSo = activity == .idle ? share < 5 : verdict(share) || waiting
            let which =
                status.disks.count == 1 ? "disk \(busiest.name)" : "the busiest disk, \(busiest.name),"
            return answer(isSo, "\(which) is \(share.text(1)) % busy")
        case .network:
            let received = series.first { $0.gauge == .networkReceived }
            let sent = series.first { $0.gauge == .networkSent }
            guard let first = received?.newest?.value, let second = sent?.newest?.value else {
                return [Self.noData]
            }
            let usual = (received?.usual?.upperBound ?? .infinity) + (sent?.usual?.upperBound ?? .infinity)
            let sum = first + second
            let isBusy = sum > max(1.2 * usual, 100_000) || sum > 10_000_000
            let isSo =
                switch activity {
                case .idle: sum < 20_000
                case .busy: isBusy
                case .overloaded: status.needsAttention.contains { $0.resource == .network }
                }
            return answer(
                isSo, "\(Gauge.networkReceived.text(first)) in, \(Gauge.networkSent.text(second)) out")
        default:
            guard let busy = status.cpu?.busyPercent else { return [Self.noData] }
            let cores = status.coreCount ?? 1
            let load = status.load?.over1Minute
            let queues = (load ?? 0) / Double(max(1, cores))
            let figures =
                "the CPU is \(busy.text(1)) % busy"
                + (load.map { ", load \($0.text(2)) on \(cores) core\(cores == 1 ? "" : "s")" } ?? "")
            let isOfHost = resource == .host
            let isSo =
                switch activity {
                case .busy: busy >= Self.busyFrom || isOfHost && queues >= 1
                case .idle: busy < 20 && (!isOfHost || queues < 0.7)
                case .overloaded: busy >= 90 || queues >= 1.5
                }
            return answer(isSo, figures)
        }
    }

    func limited(by resource: Query.Resource) -> [String] {
        guard let status, let line = bottleneck.first else { return [Self.noData] }
        let limits = status.needsAttention.filter {
            [.cpu, .disks, .memory, .network, .processes].contains($0.resource)
        }
        let first = limits.first { $0.resource != .network } ?? limits.first
        let isSo =
            switch resource {
            case .cpu: first?.resource == .cpu
            case .disks: first?.resource == .disks
            case .memory: first?.resource == .memory
            case .network: first?.resource == .network
            case .host: first != nil
            }
        let told =
            line.hasPrefix("None: ")
            ? String(line.dropFirst(6))
            : line.firstIndex(of: ":").map {
                let limit = line[..<$0] == "CPU" ? "the CPU" : String(line[..<$0]).lowercasedStart
                return "the limit is \(limit),\(line[$0...].dropFirst())"
            } ?? line
        return ["\(isSo ? "Yes" : "No"): \(told)"]
    }

    var loadOfCores: [String] {
        guard let each = series.first?.newest?.value, let load = status?.load?.over1Minute,
            let cores = status?.coreCount
        else { return [Self.noData] }
        let isHigh = each > 1
        let isYes = isHigh == question.suspectsTrouble
        return [
            "\(isYes ? "Yes" : "No"): the load is \(load.text(2)) on \(cores) core\(cores == 1 ? "" : "s"), \(each.text(2)) per core."
        ]
    }

    /// Each average looks back further than the one before it.
    var courseOfLoad: [String] {
        guard let load = status?.load, let one = load.over1Minute, let five = load.over5Minutes,
            let fifteen = load.over15Minutes
        else { return [Self.noData] }
        let figures =
            "\(one.text(2)) / \(five.text(2)) / \(fifteen.text(2)) over 1 / 5 / 15 minutes"
        let course =
            one < five
            ? "It was higher some minutes ago and is falling"
            : one > five ? "It is rising" : "There is no difference: the load is steady"
        return ["\(course): \(figures); each average looks back as far as its name says."]
    }

    /// Whether more can be asked of CPU and memory than is done now.
    var headroom: [String] {
        guard let status, let busy = status.cpu?.busyPercent, let used = status.memory?.usedPercent else {
            return [Self.noData]
        }
        let limit = status.needsAttention.first {
            [.cpu, .memory, .disks, .processes].contains($0.resource)
        }
        let figures =
            "the CPU is \(busy.text(1)) % busy, memory \(used.text(1)) % used"
            + (status.memory?.availableBytes.map { " (\(Quantity.size($0)) available)" } ?? "")
        if let limit { return ["No: \(limit.summary)."] }
        if let times = question.times {
            let fits = busy * times < 90 && used * times < 95
            return ["\(fits ? "Yes, as far as can be said" : "No"): \(figures) as it is."]
        }
        let isTight = busy >= 70 || used >= 80
        return ["\(isTight ? "Not much" : isAsked ? "Yes" : "There is room"): \(figures)."]
    }

    func limitLines(of gauge: Gauge) -> [String] {
        guard let status, let open = status.openFiles, let most = status.maxOpenFiles,
            let percent = status.openFilesPercent
        else { return ["No reading tells how many files may be open."] }
        let figures = "\(open) of at most \(most) files are open (\(percent.text(1)) %)"
        return isAsked && !question.suspectsTrouble
            ? answer(percent < 80, figures) : answer(percent >= 80, figures)
    }
}
