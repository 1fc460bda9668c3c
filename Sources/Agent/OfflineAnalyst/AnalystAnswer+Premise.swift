import MaintenanceAPI
import Questions
import Values

/// What a question takes for granted, and is not so.
extension AnalystAnswer {
    /// "It is not high: load over 1 minute is 0.15; it was up to 2.3 from …", of what is asked why it is high.
    var correction: [String]? {
        guard let premise = question.premise,
            let report = series.first(where: { $0.gauge == question.gauges.first }),
            let newest = report.newest, status?.isStale != true, question.window?.endsMinutesAgo ?? 0 == 0
        else { return nil }
        let gauge = report.gauge
        let state = "\(report.nameIs) \(gauge.text(newest.value))"
        switch premise {
        case .present:
            return newest.value < 0.05 ? ["There is none: \(state)\(before(report))."] : nil
        case .low:
            guard let isLow = isLow(gauge, newest.value), !isLow else { return nil }
            return ["It is not low: \(state)."]
        case .high:
            if newest.value < 0.05, [.count, .perSecond].contains(gauge.traits.unit) {
                return ["There are none: \(state)\(before(report))."]
            }
            guard let isHigh = isHigh(report, newest.value), !isHigh else { return nil }
            return ["It is not high: \(state)\(before(report))."]
        }
    }

    /// "; it was up to 97 % from 07:53:00Z to 07:55:10Z"
    private func before(_ report: SeriesReport) -> String {
        guard let height = report.height, let highest = report.highest, !height.isOngoing,
            highest.value - (report.lowest?.value ?? 0) >= Self.leastRise(report.gauge)
        else { return "" }
        return
            "; it was up to \(report.gauge.text(highest.value)) from \(clock(height.from)) to \(clock(height.to))"
    }

    /// Whether a figure is high now; nil where that cannot be said.
    private func isHigh(_ report: SeriesReport, _ value: Double) -> Bool? {
        if report.aboveUsualSince != nil || report.present?.isOngoing ?? false
            || report.height?.isOngoing ?? false
        {
            return true
        }
        if let usual = report.usual, value > usual.upperBound { return true }
        switch report.gauge {
        case .cpuBusy, .busiestCore: return value >= Self.busyFrom
        case .cpuUser, .cpuSystem: return value >= 20
        case .cpuIOWait, .ioPressure, .cpuPressure, .memoryPressure, .cpuSteal: return value >= 5
        case .load1, .load5, .load15:
            guard let cores = status?.coreCount else { return report.height == nil ? nil : false }
            return value >= Double(cores) * 0.75
        case .memoryUsed, .diskUsed, .inodesUsed: return value >= 70
        case .swapUsed: return value >= 20
        case .diskBusy: return value >= 50
        case .temperature: return value >= 70
        case .diskReads, .diskWrites, .networkReceived, .networkSent: return value >= 1_048_576
        default: return nil
        }
    }

    /// Whether so little is left; nil where that cannot be said.
    private func isLow(_ gauge: Gauge, _ value: Double) -> Bool? {
        switch gauge {
        case .memoryAvailable: status?.memory?.totalBytes.map { value < 0.3 * Double($0) }
        case .diskFree: shownSystems.compactMap(\.usedPercent).max().map { $0 >= 70 }
        case .cpuIdle: value < 50
        default: nil
        }
    }
}
