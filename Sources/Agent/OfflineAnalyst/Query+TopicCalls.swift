import MaintenanceAPI
import Questions

extension Query {
    /// The calls of a question about a topic; false where it is about something else.
    func addCalls(about mentions: [Mention], add: (ToolName, [String: JSON]) -> Void) -> Bool {
        func addSeries(_ gauge: Gauge, minutes: Int = 60) {
            add(.series, ["series": .string(gauge.rawValue), "minutes": .number(Double(minutes))])
        }
        func addHappenings() {
            for arguments in happenings { add(.series, arguments) }
        }
        guard case .topic(let topic) = subject else {
            // Whether swap is configured at all stands in the status.
            if gauges.first?.rawValue.hasPrefix("swap") == true { add(.currentStatus, [:]) }
            // "What happened at 3 am?" is answered with how it was then as well.
            if subject == .findings, form == .value, about.isEmpty, let window {
                let stretch = window.arguments.mapValues { JSON.number(Double($0)) }
                add(.anomalies, stretch)
                add(.history, stretch)
                add(.currentStatus, [:])
                addHappenings()
                return true
            }
            if form == .explain, gauges.count > 1 {
                for gauge in gauges { addSeries(gauge) }
                return true
            }
            return false
        }
        switch topic {
        case .activity(_, .network):
            add(.currentStatus, [:])
            addSeries(.networkReceived)
            addSeries(.networkSent)
        case .activity(_, .disks):
            add(.currentStatus, [:])
            addSeries(.diskBusy)
        case .thresholds(let gauges):
            for gauge in gauges { addSeries(gauge) }
            add(.currentStatus, [:])
        case .processesBeyond: add(.topProcesses, ["limit": .number(10)])
        case .component(let component) where component.kind == .core && window != nil:
            var arguments = (window ?? TimeWindow(minutes: 60)).arguments.mapValues {
                JSON.number(Double($0))
            }
            arguments["series"] = .string(Gauge.busiestCore.rawValue)
            add(.series, arguments)
            add(.currentStatus, [:])
        case .sizing:
            add(.currentStatus, [:])
            for gauge in [Gauge.cpuBusy, .memoryUsed] { addSeries(gauge, minutes: TimeWindow.maxMinutes) }
        case .activity, .limiting, .component, .nearestLimit, .writable, .container, .limits, .freeShare,
            .clock,
            .courseOfLoad, .headroom, .room, .mountsAnswering, .fileSystemType:
            add(.currentStatus, [:])
        case .product(.dashboard): add(.usage, [:])
        case .virtualMachine:
            add(.currentStatus, [:])
            addSeries(.cpuSteal)
        case .loadOfCores:
            addSeries(.loadPerCore)
            add(.currentStatus, [:])
        case .limit(let gauge, _):
            addSeries(gauge)
            add(.currentStatus, [:])
        case .peaksTogether(let first, let second):
            let stretch = (window ?? TimeWindow(minutes: TimeWindow.maxMinutes)).arguments
            for gauge in [first, second] {
                var arguments = stretch.mapValues { JSON.number(Double($0)) }
                arguments["series"] = .string(gauge.rawValue)
                add(.series, arguments)
            }
        case .tcpState: add(.currentStatus, [:])
        case .processAt, .processesNamed: add(.topProcesses, ["limit": .number(10)])
        case .reboots:
            var arguments = (window ?? TimeWindow(minutes: TimeWindow.maxMinutes)).arguments.mapValues {
                JSON.number(Double($0))
            }
            arguments["series"] = .string(Gauge.uptime.rawValue)
            add(.series, arguments)
            add(.currentStatus, [:])
        case .course:
            add(.currentStatus, [:])
            let minutes = window.flatMap { $0.isMoment ? nil : $0.minutes } ?? 30
            for gauge in Self.coursed { addSeries(gauge, minutes: minutes) }
        case .outlook:
            add(.currentStatus, [:])
            add(.diskForecast, [:])
            addSeries(.memoryUsed, minutes: 360)
        case .summary:
            let stretch = (window.map { $0.isMoment ? $0.middle : $0 } ?? TimeWindow(minutes: 60)).arguments
                .mapValues { JSON.number(Double($0)) }
            guard let window, window.isMoment else {
                add(.history, stretch)
                add(.anomalies, stretch)
                add(.currentStatus, [:])
                addHappenings()
                break
            }
            for gauge in Self.ofMoment {
                add(.series, stretch.merging(["series": .string(gauge.rawValue)]) { $1 })
            }
            if window.middleMinutesAgo <= 1440 {
                let minutesAgo = JSON.number(Double(window.middleMinutesAgo))
                add(.topProcesses, ["limit": .number(10), "minutes_ago": minutesAgo])
            }
        case .watch(let gauges):
            for gauge in gauges { addSeries(gauge) }
            add(.currentStatus, [:])
        case .product(.version): add(.usage, [:])
        case .product(.probe), .product(.interval): addSeries(.probeInterval, minutes: 10)
        case .product(.retention), .product(.readingCount):
            addSeries(.cpuBusy, minutes: TimeWindow.maxMinutes)
        case .withoutSwap: add(.currentStatus, [:])
        case .ending: add(.topProcesses, ["limit": .number(10)])
        case .taming: add(.topProcesses, ["limit": .number(10)])
        case .architecture: add(.currentStatus, [:])
        case .processProperty: add(.topProcesses, ["limit": .number(10)])
        case .term(let term): for gauge in term.figures { addSeries(gauge) }
        case .product, .elsewhere, .nextTime, .remark: break
        case .reaching(.diskUsed), .surplus:
            let level = threshold?.value ?? HealthRule.ofGauge[.diskUsed]?.clearsBelow
            add(.diskForecast, level.map { ["level_percent": .number($0)] } ?? [:])
        case .reaching(let gauge): addSeriesToThreshold(of: gauge, add)
        case .growth(let gauge, _), .range(let gauge):
            var arguments = (window ?? TimeWindow(minutes: 60)).arguments.mapValues {
                JSON.number(Double($0))
            }
            arguments["series"] = .string(gauge.rawValue)
            add(.series, arguments)
        case .eachMinute:
            // Of a longer time the twelve points lie further apart.
            let own = window.flatMap { $0.isMoment || $0.minutes == TimeWindow.maxMinutes ? nil : $0 }
            let table = TimeWindow(
                minutes: max(Self.minutesOfTable, own?.minutes ?? 0), endsMinutesAgo: own?.endsMinutesAgo ?? 0
            )
            add(.history, table.arguments.mapValues { JSON.number(Double($0)) })
        case .difference(let gauge): addDifference(of: gauge, about: mentions, add)
        case .hangSince:
            add(.currentStatus, [:])
            add(.diskForecast, ["hours": .number(24)])
        case .shareOfMemory, .numberOfProcess: add(.topProcesses, ["limit": .number(10)])
        case .together:
            let labels = mentions.filter { $0.kind == .process }.map(\.label)
            add(
                .topProcesses,
                ["limit": .number(10), "together": .string(labels.joined(separator: ","))])
        case .relief(let resource):
            if resource != .disks { add(.topProcesses, ["limit": .number(10)]) }
            add(.currentStatus, [:])
        case .sameStart:
            add(.currentStatus, [:])
            add(.anomalies, ["minutes": .number(1440)])
        case .absent(_, let nearest):
            for gauge in nearest { addSeries(gauge) }
            if !nearest.isEmpty { add(.currentStatus, [:]) }
        }
        return true
    }

    /// Of hosts that have been watched for some hours what is usual tells more, so that no more is looked at.
    static let maxHappeningMinutes = 360

    /// The calls for what happened, of the last hours.
    var happenings: [[String: JSON]] {
        // What changed since a moment may have happened at any time since.
        let isSince = subject == .changes && window?.isMoment == true
        let window = (isSince ? nil : window) ?? TimeWindow(minutes: Self.maxHappeningMinutes)
        // Who asks of days has been watching for longer, unless all the time is meant.
        guard window.endsMinutesAgo < Self.maxHappeningMinutes,
            window.minutes <= 1440 || window.minutes == TimeWindow.maxMinutes
        else { return [] }
        let stretch = TimeWindow(
            minutes: min(window.minutes, Self.maxHappeningMinutes), endsMinutesAgo: window.endsMinutesAgo)
        let arguments = stretch.arguments.mapValues { JSON.number(Double($0)) }
        return AnalystAnswer.happening.map { arguments.merging(["series": .string($0.rawValue)]) { $1 } }
    }

    private func addSeriesToThreshold(of gauge: Gauge, _ add: (ToolName, [String: JSON]) -> Void) {
        var arguments: [String: JSON] = ["series": .string(gauge.rawValue), "minutes": .number(360)]
        if let threshold { arguments[threshold.isAbove ? "above" : "below"] = .number(threshold.value) }
        add(.series, arguments)
    }

    private func addDifference(
        of gauge: Gauge, about mentions: [Mention], _ add: (ToolName, [String: JSON]) -> Void
    ) {
        if mentions.contains(where: { $0.kind == .process }) {
            let back = if case .before(let minutes)? = comparison { minutes } else { window?.minutes ?? 120 }
            add(.topProcesses, ["limit": .number(10), "history_minutes": .number(Double(min(1440, back)))])
            return
        }
        // Of one file system and of all, the forecast tells growth in bytes.
        if gauge == .diskUsed, comparison == nil, window?.endsMinutesAgo ?? 0 == 0,
            window?.minutes ?? 60 >= 60
        {
            let hours = min(24, max(1, ((window?.minutes ?? 60) + 59) / 60))
            add(.diskForecast, ["hours": .number(Double(hours))])
            return
        }
        var arguments = (window ?? TimeWindow(minutes: 60)).arguments.mapValues { JSON.number(Double($0)) }
        arguments["series"] = .string(gauge.rawValue)
        // Of all file systems together bytes tell more than the share of the fullest.
        if gauge == .diskUsed, comparison == nil {
            arguments["series"] = .string(Gauge.diskUsedBytes.rawValue)
        }
        if gauge == .diskUsed, let label = mentions.first(where: { $0.kind == .filesystem })?.label {
            arguments["series"] = .string(gauge.rawValue)
            arguments["part"] = .string(label)
        }
        if case .before(let back)? = comparison { arguments.merge(compared(back)) { $1 } }
        add(.series, arguments)
    }

    /// What is now is compared with what was at a moment; long ago, only means of an hour are kept.
    func compared(_ back: Int) -> [String: JSON] {
        guard window == nil, statistic == .now else { return ["minutes_back": .number(Double(back))] }
        let isLongAgo = back > 1200
        return [
            "minutes": .number(isLongAgo ? 60 : 1),
            "minutes_back": .number(Double(isLongAgo ? back - 30 : back)),
        ]
    }

    /// What is told of a moment.
    static let ofMoment: [Gauge] = [.cpuBusy, .load1, .memoryUsed, .diskReads, .diskWrites, .networkReceived]

    /// The history tells twelve points of a window.
    static let minutesOfTable = 12

    /// What may get better or worse.
    static let coursed: [Gauge] = [.cpuBusy, .load1, .memoryUsed, .ioPressure, .swapUsed]
}
