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
}
