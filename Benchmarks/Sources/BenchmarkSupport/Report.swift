/// Prints results as they come and remembers which bars did not hold.
///
/// Other programs on the machine can double a time, so a bar that is missed is told, and only one that is missed by
/// more than twice makes the run a failure.
package struct Report {
    /// What a result must not exceed.
    package enum Bar {
        case microseconds(Double)
        /// Times the primitives that it cannot do without.
        case multiple(Double)
    }

    /// How far beyond its bar a result is a failure.
    private static let failureFactor = 2.0

    private var missed: [String] = []
    package private(set) var hasFailed = false

    package init() {}

    package func section(_ title: String) {
        print("\n\(title)")
        print(Self.row("", ["median µs", "mean µs", "p99 µs", "× needed"], "bar"))
    }

    /// - Parameters:
    ///   - name: What was measured.
    ///   - timing: How long it took.
    ///   - needed: Microseconds of the primitives that it cannot do without.
    ///   - bars: What median and multiple must not exceed.
    package mutating func add(
        _ name: String, _ timing: Timing, needed: Double? = nil, bars: Bar...
    ) {
        let multiple = needed.map { timing.median / $0 }
        let verdicts = bars.map { bar in
            switch bar {
            case .microseconds(let limit):
                verdict(name, timing.median, atMost: limit, "≤ \(limit.text(0)) µs")
            case .multiple(let limit):
                verdict(name, multiple ?? .infinity, atMost: limit, "≤ \(limit.text(1)) ×")
            }
        }
        let times = [timing.median, timing.mean, timing.percentile99].map { $0.text(2) }
        print(Self.row(name, times + [multiple?.text(2) ?? ""], verdicts.joined(separator: ", ")))
    }

    /// A size, for which smaller is better.
    package mutating func add(_ name: String, byteCount: Int, bar: Int? = nil) {
        let text = bar.map { verdict(name, Double(byteCount), atMost: Double($0), "≤ \($0) bytes") }
        print(Self.row(name, ["\(byteCount) B", "", "", ""], text ?? ""))
    }

    /// Says whether all bars held.
    package func conclude() {
        print(missed.isEmpty ? "\nall bars hold" : "\nmissed: " + missed.joined(separator: "; "))
    }

    private mutating func verdict(
        _ name: String, _ value: Double, atMost limit: Double, _ bar: String
    ) -> String {
        guard value > limit else { return bar + " holds" }
        missed.append("\(name) \(bar)")
        if value > limit * Self.failureFactor { hasFailed = true }
        return bar + " MISSED"
    }

    private static func row(_ name: String, _ cells: [String], _ remark: String) -> String {
        let padding = String(repeating: " ", count: max(0, 44 - name.count))
        let columns = cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }
        return "  " + name + padding + columns.joined() + "  " + remark
    }
}

extension Double {
    /// With a fixed number of digits after the point.
    package func text(_ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (self * scale).rounded()
        guard digits > 0 else { return String(Int(scaled)) }
        let fraction = String(Int(scaled.truncatingRemainder(dividingBy: scale)))
        return "\(Int(scaled / scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
