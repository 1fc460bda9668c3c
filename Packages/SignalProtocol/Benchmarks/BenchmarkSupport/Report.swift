import Foundation

/// Prints results as they come and remembers which bars did not hold.
///
/// Other programs on the machine can double a time, so a bar that is missed is told, and only one that is missed by
/// more than twice makes the run a failure.
public struct Report {
    /// What a result is held against.
    public struct Bar {
        let text: String
        /// How far the result is on the wrong side: 1 is exactly at the bar, more is missed.
        let excess: Double

        /// The bar holds while the value is at most `limit`.
        public static func atMost(_ limit: Double, _ unit: String, is value: Double) -> Bar {
            Bar(text: "≤ \(limit.fixed(limit < 10 ? 1 : 0)) \(unit)", excess: value / limit)
        }

        /// The bar holds while the value is at least `limit`.
        public static func atLeast(_ limit: Double, _ unit: String, is value: Double) -> Bar {
            Bar(text: "≥ \(limit.fixed(0)) \(unit)", excess: limit / value)
        }
    }

    /// How far beyond its bar a result is a failure.
    private static let failureExcess = 2.0

    private var missed: [String] = []
    /// Whether a bar was missed by more than twice.
    public private(set) var hasFailed = false

    /// An empty report.
    public init() {}

    /// Begins a table with these columns.
    public func section(_ title: String, columns: [String]) {
        say("\n\(title)\n" + Self.line("", columns, "bar"))
    }

    /// Prints a row of the table, with its bars.
    public mutating func add(_ name: String, _ cells: [String], _ bars: Bar...) {
        say(Self.line(name, cells, bars.map { verdict(name, $0) }.joined(separator: ", ")))
    }

    /// Says whether all bars held.
    public func conclude() {
        say(missed.isEmpty ? "\nall bars hold" : "\nmissed: " + missed.joined(separator: "; "))
    }

    private func say(_ text: String) {
        print(text)
        // Also where the output is a file that somebody watches.
        fflush(nil)
    }

    private mutating func verdict(_ name: String, _ bar: Bar) -> String {
        guard bar.excess > 1 else { return bar.text + " holds" }
        missed.append("\(name) \(bar.text)")
        if bar.excess > Self.failureExcess { hasFailed = true }
        return bar.text + " MISSED"
    }

    private static func line(_ name: String, _ cells: [String], _ remark: String) -> String {
        let padding = String(repeating: " ", count: max(0, 44 - name.count))
        let columns = cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }
        return "  " + name + padding + columns.joined() + "  " + remark
    }
}

extension Double {
    /// With a fixed number of digits after the point.
    public func fixed(_ digits: Int) -> String {
        guard isFinite else { return "-" }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (self * scale).rounded()
        guard digits > 0 else { return String(Int(scaled)) }
        let fraction = String(Int(scaled.truncatingRemainder(dividingBy: scale)))
        return "\(Int(scaled / scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
