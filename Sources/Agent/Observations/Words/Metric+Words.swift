import Anomaly
import MaintenanceAPI
import Values

extension Metric {
    /// An unusual reading in words, with the figures that make it one; free of host text.
    func summary(_ reading: UnusualReading) -> String {
        var parts = ["\(traits.label) \(figure(reading.value))"]
        if let usual = reading.usual {
            let range = [usual.lowerBound, usual.upperBound].map { figure($0) }
            let level =
                range[0] == range[1]
                ? range[0]
                : "\(traits.unit == .bytesPerSecond ? range[0] : usual.lowerBound.text(1)) to \(range[1])"
            parts.append(reading.isOfHour ? "usual at this hour \(level)" : "usually \(level)")
        }
        if let words = reading.reason?.words { parts.append(words) }
        if reading.isCritical, let limit = traits.criticalAt {
            parts.append("critical from \(figure(limit)) on")
        }
        return parts.joined(separator: ", ")
    }

    func figure(_ value: Double, digits: Int = 1) -> String {
        switch traits.unit {
        case .none: value.text(digits)
        case .percent: "\(value.text(digits)) %"
        case .milliseconds: "\(value.text(digits)) ms"
        // In the unit that suits its size.
        case .bytesPerSecond: "\(Quantity.size(value))/s"
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
