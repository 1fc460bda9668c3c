/// Sizes and lengths of time in units that a person reads.
enum Quantity {
    static func size(_ bytes: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = bytes
        var unit = 0
        while abs(value) >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(value.text(1)) \(units[unit])"
    }

    static func size(_ bytes: Int64) -> String { size(Double(bytes)) }

    static func duration(seconds: Double) -> String {
        if seconds >= 86_400 { return "\((seconds / 86_400).text(1)) days" }
        if seconds >= 3600 { return "\((seconds / 3600).text(1)) hours" }
        return seconds >= 120 ? "\((seconds / 60).text(1)) minutes" : "\(seconds.text(0)) s"
    }

    /// "3 minutes", "1 hour", "14 days": a whole number, of one unit.
    static func length(seconds: Double) -> String {
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
