import MaintenanceAPI
import Questions

extension Query {
    /// The calls of a question about a topic; false where it is about something else.
    func addCalls(of question: Query, add: (ToolName, [String: JSON]) -> Void) -> Bool {
        func addSeries(_ gauge: Gauge, minutes: Int = 60) {
            add(.series, ["series": .string(gauge.rawValue), "minutes": .number(Double(minutes))])
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
        case .thresholds(let gauges): for gauge in gauges { addSeries(gauge) }
        case .processesBeyond: add(.topProcesses, ["limit": .number(10)])
        case .activity, .limiting, .component, .writable, .container, .limits, .freeShare, .clock,
            .headroom:
            add(.currentStatus, [:])
        case .virtualMachine:
            add(.currentStatus, [:])
            addSeries(.cpuSteal)
        case .loadOfCores:
            addSeries(.loadPerCore)
            add(.currentStatus, [:])
        case .limit(let gauge, _):
            addSeries(gauge)
            add(.currentStatus, [:])
        case .processAt, .processesNamed: add(.topProcesses, ["limit": .number(10)])
        case .reboots: add(.currentStatus, [:])
        case .course:
            add(.currentStatus, [:])
            for gauge in Self.coursed { addSeries(gauge, minutes: 30) }
        case .outlook:
            add(.currentStatus, [:])
            add(.diskForecast, [:])
            addSeries(.memoryUsed, minutes: 360)
        case .summary:
            let stretch = (window ?? TimeWindow(minutes: 60)).arguments.mapValues { JSON.number(Double($0)) }
            add(.history, stretch)
            add(.anomalies, stretch)
            add(.currentStatus, [:])
        case .watch(let gauges):
            for gauge in gauges { addSeries(gauge) }
            add(.currentStatus, [:])
        case .product(.version): add(.usage, [:])
        case .product(.retention): addSeries(.cpuBusy, minutes: TimeWindow.maxMinutes)
        case .product: break
        case .absent(_, let nearest):
            for gauge in nearest { addSeries(gauge) }
            if !nearest.isEmpty { add(.currentStatus, [:]) }
        }
        return true
    }

    /// What may get better or worse.
    static let coursed: [Gauge] = [.cpuBusy, .load1, .memoryUsed, .ioPressure, .swapUsed]
}
