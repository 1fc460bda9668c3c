import MaintenanceAPI

/// Finds what stands out in stretches of history: series far from their usual level, limits reached, readings missing.
///
/// A series is unusual when it is further from the median of the time before than six times its usual spread, and
/// further than what matters for its unit. Pure: the same stretches give the same findings.
struct Findings {
    let resolutionSeconds: Int

    /// What stands out in `window`, the stretches from `start` to `end` (milliseconds since 1970), beside those before.
    ///
    /// `lastHeard` is the last stretch before `start`, however long ago; absent where telemetry had not begun.
    func anomalies(
        in window: [StatusPoint], before: [StatusPoint], lastHeard: Int64?, from start: Int64,
        until end: Int64
    ) -> [Anomaly] {
        let series = Metric.allCases.flatMap { unusual($0, in: window, before: before) }
        // Silence from the start on is a finding only where telemetry had begun before.
        let known = (lastHeard.map { [max($0, start - step)] } ?? []) + window.map(\.at)
        return (series + gaps(between: known, until: end)).sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    private var step: Int64 { Int64(resolutionSeconds) * 1000 }

    // MARK: Series

    private func unusual(_ metric: Metric, in window: [StatusPoint], before: [StatusPoint]) -> [Anomaly] {
        let usual = Usual(
            before.compactMap { $0.values[metric]?.mean }, matters: metric.smallestChangeThatMatters)
        var findings: [Anomaly] = []
        var run: [(at: Int64, value: Double, severity: Anomaly.Severity)] = []
        func close() {
            defer { run = [] }
            guard let first = run.first, let last = run.last,
                let worst = run.max(by: {
                    abs($0.value - (usual?.median ?? 0)) < abs($1.value - (usual?.median ?? 0))
                })
            else { return }
            let severity: Anomaly.Severity =
                run.contains { $0.severity == .critical } ? .critical : run.count > 1 ? .warning : .notice
            findings.append(
                Anomaly(
                    metric: metric, severity: severity, from: first.at, to: last.at + step,
                    summary: metric.summary(worst.value, usual: usual?.median)))
        }
        for point in window {
            guard let value = point.values[metric]?.mean else {
                close()
                continue
            }
            if let severity = severity(of: value, metric, usual) {
                run.append((point.at, value, severity))
            } else {
                close()
            }
        }
        close()
        return findings
    }

    private func severity(of value: Double, _ metric: Metric, _ usual: Usual?) -> Anomaly.Severity? {
        if let limit = metric.criticalAt, value >= limit { return .critical }
        guard let usual, usual.isUnusual(value) else { return nil }
        return .warning
    }

    // MARK: Missing readings

    private func gaps(between moments: [Int64], until end: Int64) -> [Anomaly] {
        guard var last = moments.first else { return [] }
        var findings: [Anomaly] = []
        for at in moments.dropFirst() + [end] {
            // One stretch without a reading may be the edge of two; more is silence.
            if at - last > 2 * step {
                let minutes = Double(at - last - step) / 60_000
                findings.append(
                    Anomaly(
                        metric: nil, severity: .critical, from: last + step, to: at,
                        summary: "no telemetry for \(minutes.text(1)) minutes"))
            }
            last = at
        }
        return findings
    }
}

/// The usual level and spread of a series.
private struct Usual {
    let median: Double
    private let band: Double

    /// Absent where there are too few readings to say what is usual.
    init?(_ values: [Double], matters: Double) {
        guard values.count >= 10 else { return nil }
        median = Self.median(values)
        let level = median
        // 1.4826 makes the median deviation comparable to a standard deviation.
        band = max(6 * 1.4826 * Self.median(values.map { abs($0 - level) }), matters)
    }

    func isUnusual(_ value: Double) -> Bool { abs(value - median) > band }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

extension Metric {
    /// A change below this is noise to a person, however steady the series was.
    fileprivate var smallestChangeThatMatters: Double {
        switch self {
        case .cpuBusyPercent, .memoryUsedPercent, .swapUsedPercent: 20
        case .cpuIOWaitPercent, .cpuPressurePercent, .memoryPressurePercent, .ioPressurePercent: 15
        case .diskUsedPercent: 5
        case .load1: 2
        case .diskReadBytesPerSecond, .diskWrittenBytesPerSecond: 20_000_000
        case .networkReceivedBytesPerSecond, .networkSentBytesPerSecond: 10_000_000
        case .processCount: 100
        case .relayQueuedMessages: 100
        case .relayAckLatencyMilliseconds: 500
        case .probeCPUPercent: 5
        }
    }

    /// Where a series is in trouble whatever is usual for it.
    fileprivate var criticalAt: Double? {
        switch self {
        case .diskUsedPercent, .memoryUsedPercent: 95
        case .swapUsedPercent: 90
        case .memoryPressurePercent, .ioPressurePercent: 60
        default: nil
        }
    }

    fileprivate func summary(_ value: Double, usual: Double?) -> String {
        let level = usual.map { ", usually \($0.text(1))" } ?? ""
        return "\(label) \(value.text(1))\(level)"
    }

    /// The name for a person, with its unit.
    var label: String {
        switch self {
        case .cpuBusyPercent: "CPU busy (%)"
        case .cpuIOWaitPercent: "CPU waiting for disks (%)"
        case .load1: "load average over 1 minute"
        case .cpuPressurePercent: "CPU pressure (%)"
        case .memoryPressurePercent: "memory pressure (%)"
        case .ioPressurePercent: "disk pressure (%)"
        case .memoryUsedPercent: "memory used (%)"
        case .swapUsedPercent: "swap used (%)"
        case .diskUsedPercent: "fullest file system (%)"
        case .diskReadBytesPerSecond: "disk reads (bytes/s)"
        case .diskWrittenBytesPerSecond: "disk writes (bytes/s)"
        case .networkReceivedBytesPerSecond: "network received (bytes/s)"
        case .networkSentBytesPerSecond: "network sent (bytes/s)"
        case .processCount: "processes"
        case .relayQueuedMessages: "messages queued on the relay"
        case .relayAckLatencyMilliseconds: "relay acknowledgement latency (ms)"
        case .probeCPUPercent: "CPU of the probe (% of a core)"
        }
    }
}

extension Double {
    /// With at most so many digits after the point, none where they are zero.
    func text(_ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (self * scale).rounded() / scale
        guard rounded.isFinite, abs(rounded) < 1e15 else { return "\(self)" }
        return rounded == rounded.rounded() ? String(Int64(rounded)) : "\(rounded)"
    }

    func rounded(to digits: Int) -> Double {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
