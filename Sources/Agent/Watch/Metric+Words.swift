import Anomaly
import MaintenanceAPI

extension Metric {
    /// An unusual reading in words, with the figures that make it one; free of host text.
    func summary(_ reading: UnusualReading) -> String {
        var parts = ["\(label) \(figure(reading.value))"]
        if let usual = reading.usual {
            let range = [usual.lowerBound, usual.upperBound].map { figure($0) }
            let level =
                range[0] == range[1]
                ? range[0] : "\(isByteRate ? range[0] : usual.lowerBound.text(1)) to \(range[1])"
            parts.append(reading.isOfHour ? "usual at this hour \(level)" : "usually \(level)")
        }
        if let words = reading.reason?.words { parts.append(words) }
        if reading.isCritical, let limit = criticalAt { parts.append("critical from \(figure(limit)) on") }
        return parts.joined(separator: ", ")
    }

    func figure(_ value: Double, digits: Int = 1) -> String {
        isByteRate ? "\(Quantity.size(value))/s" : value.text(digits) + (unit.isEmpty ? "" : " \(unit)")
    }

    /// Whether it is told in the unit that suits its size.
    private var isByteRate: Bool {
        switch self {
        case .diskReadBytesPerSecond, .diskWrittenBytesPerSecond, .networkReceivedBytesPerSecond,
            .networkSentBytesPerSecond:
            true
        default: false
        }
    }

    /// The name for a person.
    var label: String {
        switch self {
        case .cpuBusyPercent: "CPU busy"
        case .cpuIOWaitPercent: "CPU waiting for disks"
        case .load1: "load average over 1 minute"
        case .cpuPressurePercent: "CPU pressure"
        case .memoryPressurePercent: "memory pressure"
        case .ioPressurePercent: "disk pressure"
        case .memoryUsedPercent: "memory used"
        case .swapUsedPercent: "swap used"
        case .diskUsedPercent: "file system used"
        case .diskReadBytesPerSecond: "disk reads"
        case .diskWrittenBytesPerSecond: "disk writes"
        case .networkReceivedBytesPerSecond: "network received"
        case .networkSentBytesPerSecond: "network sent"
        case .processCount: "processes"
        case .relayQueuedMessages: "messages queued on the relay"
        case .relayAckLatencyMilliseconds: "relay acknowledgement latency"
        case .probeCPUPercent: "CPU of the probe, of one core"
        case .load5: "load over 5 minutes"
        case .load15: "load over 15 minutes"
        }
    }

    private var unit: String {
        switch self {
        case .cpuBusyPercent, .cpuIOWaitPercent, .cpuPressurePercent, .memoryPressurePercent,
            .ioPressurePercent,
            .memoryUsedPercent, .swapUsedPercent, .diskUsedPercent, .probeCPUPercent:
            "%"
        case .relayAckLatencyMilliseconds: "ms"
        default: ""
        }
    }
}

extension Reason {
    /// Absent where the usual range says it all.
    fileprivate var words: String? {
        switch self {
        case .unusualForHour: nil
        case .unusualRoughness: "unlike before in how it jumps about"
        case .unfamiliarShape: "a course not seen before"
        case .unfamiliarValue: "far from every value it had lately"
        case .levelShift: "its level has changed"
        case .outOfRange: "beyond all seen before"
        }
    }
}
