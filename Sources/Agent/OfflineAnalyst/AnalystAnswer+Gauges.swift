import MaintenanceAPI
import Questions
import Values

/// Figures: one statistic of one series, or of two or three that belong together.
extension AnalystAnswer {
    func gaugeLines(_ gauges: [Gauge]) -> [String] {
        if gauges == [.oomKills], question.form != .explain { return oomKills }
        if question.form == .explain { return explanation(gauges[0]) }
        if let comparison = question.comparison, comparison == .eachOther, series.count > 1 {
            return compare(series[0], comparison)
        }
        guard let report = series.first else { return noSuchFigure(gauges) }
        if gauges == [.uptime], question.isBefore { return uptimeBefore(report) }
        switch question.form {
        case .judge: return judgement(report)
        case .when: return when(report)
        case .count where report.crossing != nil: return crossing(report)
        case .duration: return duration(report)
        case .check where question.needed != nil: return room(report)
        case .check where question.threshold != nil: return crossing(report)
        case .check where question.comparison == nil: return check(report, gauges)
        default: break
        }
        if let comparison = question.comparison { return compare(report, comparison) }
        switch question.statistic {
        case .now: return current(gauges)
        case .mean: return mean(report)
        case .peak: return extreme(report, report.highest, "peaked at", "highest")
        case .low: return extreme(report, report.lowest, "was lowest at", "lowest")
        case .total: return total
        case .trend: return trend(report)
        case .percentile(let percent): return percentile(report, percent)
        }
    }

    /// How long the host had been up when it restarted.
    private func uptimeBefore(_ report: SeriesReport) -> [String] {
        guard let longest = report.highest, let newest = report.newest, longest.value > newest.value + 60
        else {
            return [
                "No restart is seen in the readings \(stretch(report.window)): \(current([.uptime])[0].lowercasedStart)"
            ]
        }
        return [
            "Up \(Quantity.length(seconds: longest.value)) before it restarted, last seen \(moment(longest.at))."
        ]
    }

    func noSuchFigure(_ gauges: [Gauge]) -> [String] {
        if gauges.first?.rawValue.hasPrefix("swap") == true, status?.memory?.swapTotalBytes == 0 {
            if question.judgesAmount, !question.asksEver { return withoutSwap }
            return ["No swap is configured."]
        }
        guard let gauge = gauges.first, let status else { return [Self.noData] }
        if gauge == .inodesFree || gauge == .inodesUsed || gauge == .inodesTotal {
            return ["Not measured here: the readings hold no inode figures of these file systems."]
        }
        if gauge.rawValue.hasPrefix("relay") {
            return ["There is not enough data: no reading tells of the relay."]
        }
        let since = status.isStale ? [age(status)] : []
        return ["There is no data on that: the readings do not tell \(gauge.name)."] + since
    }
}

extension SeriesReport {
    /// What it is of: the label of a file system, or the gauge, of one part where it is of one.
    var name: String {
        guard let part else { return gauge.name }
        return switch gauge {
        case .diskUsed: part
        case .diskBusy: "use of \(part)"
        case .diskWait: "average wait of a request of \(part)"
        default: "\(gauge.name) of \(part)"
        }
    }

    private var isPlural: Bool { [.count, .perSecond].contains(gauge.traits.unit) && gauge != .diskUsed }
    /// "CPU is", "threads are".
    var nameIs: String { "\(name) \(isPlural ? "are" : "is")" }
    var nameWas: String { "\(name) \(isPlural ? "were" : "was")" }
}

extension Gauge {
    /// The label where nothing around it tells what is received or sent.
    var name: String {
        switch self {
        case .networkReceived: "traffic received"
        case .networkSent: "traffic sent"
        default: traits.label
        }
    }

    var singularLabel: String {
        switch self {
        case .processCount: "process"
        case .zombies: "zombie"
        case .runningProcesses: "runnable process"
        case .blockedProcesses: "blocked process"
        case .coreCount: "core"
        case .threads: "thread"
        case .relayConnections: "connection to the relay"
        case .relayQueued: "message queued on the relay"
        case .relayUsers: "user registered at the relay"
        case .relayDevices: "device registered at the relay"
        case .tcpEstablished: "TCP connection established"
        case .tcpTimeWait: "TCP connection in TIME-WAIT"
        case .openFiles: "open file"
        case .oomKills: "OOM kill since boot"
        default: traits.label
        }
    }
}

extension String {
    /// Where the first word is no name in capitals.
    var lowercasedStart: String {
        let second = dropFirst().first
        return second?.isUppercase ?? false ? self : prefix(1).lowercased() + dropFirst()
    }
}
