/// Quantities in the units that a person reads.
package enum Quantity {
    /// To a tenth: "82.6 %".
    package static func percent(_ value: Double) -> String { "\(value.text(1)) %" }

    /// "1 device", "2 devices".
    package static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// With a binary unit: "15.6 GiB".
    package static func size(_ bytes: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = bytes
        var unit = 0
        while abs(value) >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(value.text(1)) \(units[unit])"
    }

    package static func size(_ bytes: some BinaryInteger) -> String { size(Double(bytes)) }

    /// The two largest units: "3 h 2 min".
    package static func span(seconds: Double) -> String {
        // Values from other programs may be out of range.
        var rest = Int(max(0, min(seconds, 1e15)).rounded())
        let units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
        let parts = units.compactMap { name, size -> String? in
            let count = rest / size
            rest %= size
            return count > 0 ? "\(count) \(name)" : nil
        }
        return parts.isEmpty ? "0 s" : parts.prefix(2).joined(separator: " ")
    }

    /// "3 minutes", "1 hour", "14 days": one unit, and a tenth where a whole number would be too coarse.
    package static func length(seconds: Double) -> String {
        let seconds = max(0, seconds)
        let (value, unit) =
            seconds < 90
            ? (seconds, "second")
            : seconds < 5400
                ? (seconds / 60, "minute")
                : seconds < 129_600 ? (seconds / 3600, "hour") : (seconds / 86_400, "day")
        let digits = value < 10 && seconds >= 5400 ? 1 : 0
        let text = value.text(digits)
        return "\(text) \(unit)\(text == "1" ? "" : "s")"
    }
}
