import MaintenanceAPI
import Questions
import Values

extension Query {
    /// The tool calls that answer it, none twice.
    func calls(about mentions: [Mention]) -> [OfflineAnalyst.Call] {
        var calls: [OfflineAnalyst.Call] = []
        func add(_ tool: ToolName, _ arguments: [String: JSON] = [:]) {
            let call = OfflineAnalyst.Call(tool: tool, arguments: arguments)
            if !calls.contains(call) { calls.append(call) }
        }
        func stretch(usual minutes: Int) -> [String: JSON] {
            (window ?? TimeWindow(minutes: minutes)).arguments.mapValues { .number(Double($0)) }
        }
        func addSeries(_ gauge: Gauge, usual minutes: Int = 60) {
            var arguments = stretch(usual: minutes)
            arguments["series"] = .string(gauge.rawValue)
            if let device = mentions.first(where: { mention in
                HostPart(mention.kind, mention.name)?.field(of: gauge) != nil && mention.relation == .named
            }) {
                arguments["part"] = .string(device.label)
            }
            if mentions.contains(where: { $0.relation == .missing && $0.kind != .host }),
                HostPart.isOfDevices(gauge)
            {
                add(.currentStatus)
                return
            }
            if case .percentile(let percent) = statistic {
                arguments["percentile"] = .number(Double(percent))
            }
            if let threshold { arguments[threshold.isAbove ? "above" : "below"] = .number(threshold.value) }
            if form == .count, threshold == nil, let rule = HealthRule.ofGauge[gauge] {
                arguments["above"] = .number(rule.raisesAt)
            }
            if isSince, threshold == nil, let rule = HealthRule.ofGauge[gauge] {
                arguments["above"] = .number(rule.clearsBelow)
            }
            if let needed { arguments["below"] = .number(needed) }
            if let judged { arguments["above"] = .number(judged) }
            if case .before(let back)? = comparison { arguments.merge(compared(back)) { $1 } }
            // What is usual for a figure without a history of days is seen in the window.
            if comparison == .usual, gauge.traits.metric == nil { arguments["minutes"] = .number(180) }
            add(.series, arguments)
        }
        if mentions.contains(where: { $0.relation == .missing && $0.kind == .host }) {
            add(.currentStatus)
            return calls
        }
        if addCalls(about: mentions, add: { add($0, $1) }) { return calls }
        if addJudgement({ add($0, $1) }, about: mentions) { return calls }
        /// A moment long past is not answered with what is now.
        let isNow = (window?.endsMinutesAgo ?? 0) == 0
        switch form {
        case .greeting, .thanks, .goodbye, .smalltalk, .help, .order: return []
        case .unmeasured where gauges.isEmpty: return []
        case .unmeasured:
            for gauge in gauges.prefix(2) { addSeries(gauge) }
            return calls
        case .unclear where mentions.isEmpty:
            add(.currentStatus)
            return calls
        default: break
        }
        /// How long ago the moment was that it asks for.
        let minutesAgo =
            window.flatMap { window in
                window.endsMinutesAgo > 0 || window.isMoment ? min(1440, window.middleMinutesAgo) : nil
            } ?? comparedMinutesAgo
        func addProcesses(_ limit: Int = 10, minutesAgo: Int? = nil, seen: String? = nil) {
            var arguments: [String: JSON] = ["limit": .number(Double(limit))]
            if let secondsAgo, minutesAgo != nil {
                arguments["minutes_ago"] = .number((secondsAgo / 60).rounded(to: 2))
            } else if let minutesAgo {
                arguments["minutes_ago"] = .number(Double(minutesAgo))
            }
            if let seen { arguments["seen"] = .string(seen) }
            if let window, asksOfStretch, !isAtPeak, !needsCourse {
                arguments["within_minutes"] = .number(Double(min(1440, window.minutes)))
            }
            if needsCourse {
                arguments["history_minutes"] = .number(Double(min(1440, window?.minutes ?? 120)))
            }
            add(.topProcesses, arguments)
        }
        if let mention = mentions.first(where: { $0.kind == .filesystem }), !isAboutHost {
            add(.currentStatus)
            if subject != .disk, subject != .diskGrowth,
                window != nil || statistic != .now || threshold != nil && !gauges.contains(.diskFree)
                    || comparedMinutesAgo != nil
            {
                var arguments = stretch(usual: comparedMinutesAgo == nil ? 60 : 10)
                if let back = comparedMinutesAgo {
                    arguments["minutes_back"] = .number(Double(max(1, back - 5)))
                }
                arguments["series"] = .string(Gauge.diskUsed.rawValue)
                arguments["part"] = .string(mention.label)
                if let threshold {
                    arguments[threshold.isAbove ? "above" : "below"] = .number(threshold.value)
                }
                add(.series, arguments)
            } else {
                add(.diskForecast, ahead)
            }
            return calls
        }
        if let process = mentions.first(where: { $0.kind == .process && $0.relation == .earlier })
            ?? mentions.first(where: { $0.kind == .process }), !isAboutHost, form != .why
        {
            let asksOfPast = process.relation == .earlier || isOfPast || isEnd || statistic == .peak
            let labels = mentions.filter { $0.kind == .process }.map(\.label).joined(separator: ",")
            addProcesses(seen: isTogether ? labels : asksOfPast ? process.label : nil)
            if let minutesAgo, !needsCourse { addProcesses(minutesAgo: minutesAgo) }
            return calls
        }
        switch subject {
        case .nothing, .model, .topic: break
        case .host where !isNow:
            add(.anomalies, stretch(usual: 60))
            add(.history, stretch(usual: 60))
        case .host:
            add(.currentStatus)
            add(.anomalies, stretch(usual: 60))
            if form == .why {
                addProcesses()
                for gauge in [Gauge.cpuBusy, .memoryUsed] { addSeries(gauge) }
            }
        case .gauges where form == .why && minutesAgo != nil:
            addProcesses(minutesAgo: minutesAgo)
            add(.anomalies, stretch(usual: 60))
            for gauge in gauges.prefix(1) { addSeries(gauge) }
        case .slow where isNow && window != nil && form == .check:
            for gauge in [Gauge.cpuBusy, .load1, .memoryUsed, .ioPressure] { addSeries(gauge) }
            add(.currentStatus)
        case .slow where !isNow:
            add(.history, stretch(usual: 60))
            add(.anomalies, stretch(usual: 60))
        case .slow, .bottleneck:
            add(.currentStatus)
            addProcesses()
            if subject == .slow {
                add(.anomalies, stretch(usual: 60))
                if form == .why { for gauge in [Gauge.cpuBusy, .memoryUsed] { addSeries(gauge) } }
            }
        case .gauges(let gauges) where form == .explain:
            if let gauge = gauges.first { addSeries(gauge) }
            add(.currentStatus)
        case .gauges(let gauges):
            if form == .why {
                add(.currentStatus)
                addProcesses()
                add(.anomalies, stretch(usual: 60))
            }
            if gauges == [.oomKills] {
                if form == .when { addSeries(.oomKills, usual: 1440) }
                add(.currentStatus)
                add(.history, stretch(usual: 1440))
            } else {
                for gauge in gauges.prefix(7) { addSeries(gauge) }
                if isNow, statistic == .now, form != .when { add(.currentStatus) }
            }
        case .cores, .fileSystems, .networkOK, .hungMount, .readOnly, .hostname, .kernel, .system, .bootID,
            .facts, .interfaces,
            .disks, .telemetry, .readingAge:
            add(.currentStatus)
        case .boot: add(.currentStatus)
        case .memoryLeak:
            addSeries(.memoryUsed, usual: 360)
            addProcesses()
        case .memory:
            addSeries(.memoryUsed, usual: 360)
            add(.currentStatus)
        case .swap:
            addSeries(.swapUsed, usual: 360)
            add(.currentStatus)
        case .disk: add(.diskForecast, ahead)
        case .diskGrowth:
            add(.diskForecast, ahead)
            addSeries(.diskUsedBytes, usual: 30)
        case .processes, .process, .pid:
            addProcesses(minutesAgo: minutesAgo)
            if asksStillThere || isOfFirst && window != nil { addProcesses() }
        case .gaps, .downtime:
            add(.anomalies, stretch(usual: 1440))
            add(.currentStatus)
        case .relay: add(.relayDiagnostics)
        case .cost, .tokens, .requests, .budget: add(.usage)
        case .findings:
            if asksOngoing { addProcesses() }
            add(.anomalies, stretch(usual: 1440))
            if about.isEmpty, isNow { add(.currentStatus) }
            if about.isEmpty {
                for arguments in happenings { add(.series, arguments) }
            } else {
                for gauge in about.prefix(2) { addSeries(gauge, usual: 1440) }
            }
        case .changes:
            let minutes = min(1440, window?.minutes ?? 60)
            var (span, back) = (minutes, minutes)
            if case .before(let minutes)? = comparison { back = minutes }
            // "Compare now with six minutes ago."
            if let window, window.isMoment {
                back = min(1440, max(1, window.middleMinutesAgo))
                span = back <= 60 ? 1 : 10
            }
            add(.comparison, ["minutes": .number(Double(span)), "minutes_back": .number(Double(back))])
            add(.anomalies, stretch(usual: 60))
            if comparison == nil {
                for arguments in happenings { add(.series, arguments) }
            }
        }
        return calls
    }

    /// What judges a value of memory or space: what there is, and from where on it needs attention.
    private func addJudgement(_ add: (ToolName, [String: JSON]) -> Void, about mentions: [Mention]) -> Bool {
        guard form == .judge, let judged, let gauge = gauges.first else { return false }
        let used: [Gauge: Gauge] = [
            .memoryAvailable: .memoryUsed, .diskFree: .diskUsed, .diskUsed: .diskUsed,
        ]
        guard let limited = used[gauge] else { return false }
        var arguments: [String: JSON] = ["series": .string(gauge.rawValue), "minutes": .number(60)]
        arguments["above"] = .number(judged)
        if gauge == .diskUsed, let system = mentions.first(where: { $0.kind == .filesystem }) {
            arguments["part"] = .string(system.label)
        }
        add(.series, arguments)
        if limited != gauge {
            add(.series, ["series": .string(limited.rawValue), "minutes": .number(60)])
        }
        add(.currentStatus, [:])
        return true
    }

    private var ahead: [String: JSON] { hoursAhead.map { ["hours_ahead": .number(Double($0))] } ?? [:] }

    /// Whether it asks of processes over a stretch that goes on up to now.
    var asksOfStretch: Bool {
        guard case .processes = subject, let window else { return false }
        return !window.isMoment && window.endsMinutesAgo == 0 && window.minutes > 1
    }

    /// Whether it asks since when a process is as it is, or how it grows.
    var needsCourse: Bool {
        form == .when || form == .duration || form == .until || statistic == .trend || subject == .memoryLeak
            || subject == .diskGrowth || isSince
    }

    private var comparedMinutesAgo: Int? {
        if case .before(let minutes)? = comparison { min(1440, minutes) } else { nil }
    }

    /// Names that it holds besides do not make it a question about them.
    private var isAboutHost: Bool {
        switch subject {
        case .host, .slow, .bottleneck, .relay, .findings, .changes, .downtime:
            form == .value && subject == .host ? false : true
        default: false
        }
    }
}
