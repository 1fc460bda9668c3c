import MaintenanceAPI
import Questions
import Values

/// What happened while too little has been seen to say what is usual: what was high, and for how long.
extension AnalystAnswer {
    /// The series of which it is told.
    static let happening: [Gauge] = [
        .cpuBusy, .memoryUsed, .diskUsed, .ioPressure, .receiveDrops, .networkReceived, .networkSent,
    ]

    /// The worst first; empty where what is usual is known, which then tells more.
    var happenings: [String] { mayHaveHappened.compactMap(happening) }

    /// Of what happened, the worst first.
    var happeningGauges: [Gauge] { mayHaveHappened.filter { happening($0) != nil }.map(\.gauge) }

    private var mayHaveHappened: [SeriesReport] {
        series.filter {
            Self.happening.contains($0.gauge) && $0.fileSystem == nil && ($0.usual == nil || isYoung)
        }
        .sorted { Self.rank($0) < Self.rank($1) }
    }

    /// Whether there are too few readings for one of them to say what is usual.
    private var isYoung: Bool { series.contains { $0.gauge == .cpuBusy && $0.usual == nil } }

    /// Whether what was high tells of all that was found: a silence, say, is none of it.
    func tellsAll(_ findings: [AnomalyResult.Finding]) -> Bool {
        let labels = happeningGauges.compactMap { $0.traits.metric?.traits.label }
        return !labels.isEmpty
            && findings.allSatisfy { finding in labels.contains { finding.summary.hasPrefix($0) } }
    }

    /// As an answer to what happened, or whether something did.
    var happened: [String] {
        let lead = question.isYesNo || isAsked ? question.wantsWhole ? "No: " : "Yes: " : ""
        let window = anomalies.map { stretch($0.window) } ?? ""
        let told = happenings.prefix(4).joined(separator: "; ")
        return [
            "\(lead)\(lead.isEmpty ? told.sentence : told).",
            "What is usual is not known yet: too little has been seen \(window).",
        ]
    }

    private static func rank(_ report: SeriesReport) -> Int { happening.firstIndex(of: report.gauge) ?? 0 }

    /// By how much its highest value has to be above the lowest.
    private static func least(_ gauge: Gauge) -> Double {
        switch gauge.traits.unit {
        case .bytesPerSecond: 10_485_760
        case .perSecond: 5
        default: gauge == .cpuBusy ? 50 : gauge == .ioPressure ? 25 : 5
        }
    }

    private func happening(_ report: SeriesReport) -> String? {
        let gauge = report.gauge
        guard let lowest = report.lowest, let highest = report.highest else { return nil }
        if gauge == .diskUsed {
            guard let change = report.change, change >= 1, let first = report.first, let last = report.last
            else { return nil }
            return "\(report.name) went from \(gauge.text(first)) to \(gauge.text(last))"
        }
        guard let height = report.height, highest.value - lowest.value >= Self.least(gauge) else {
            return nil
        }
        let span =
            height.isOngoing
            ? "since \(clock(height.from))" : "from \(clock(height.from)) to \(clock(height.to))"
        return "\(report.name) up to \(gauge.text(highest.value)) \(span)"
    }
}
