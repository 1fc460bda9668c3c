import Foundation

/// Human-readable quantities.
enum Quantity {
    /// At most two decimal places.
    static func number(_ value: Double) -> String {
        value.formatted(
            .number.precision(.fractionLength(0...2)).grouping(.never).locale(
                Locale(identifier: "en_US_POSIX")))
    }

    /// To a tenth: "82.6 %".
    static func percent(_ value: Double) -> String { "\(number((value * 10).rounded() / 10)) %" }

    /// "1 device", "2 devices".
    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// The two largest units: "3 h 2 min".
    static func span(seconds: Double) -> String {
        // Values from other programs may be out of range.
        let total = Int(max(0, min(seconds, 1e15)).rounded())
        let units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
        var rest = total
        let parts = units.compactMap { name, size -> String? in
            let count = rest / size
            rest %= size
            return count > 0 ? "\(count) \(name)" : nil
        }
        return parts.isEmpty ? "0 s" : parts.prefix(2).joined(separator: " ")
    }

    /// To the second, in UTC.
    static func moment(milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }

    /// With a binary unit: "15.6 GiB".
    static func bytes(_ count: Int64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(unit == 0 ? String(count) : number((value * 10).rounded() / 10)) \(units[unit])"
    }
}
