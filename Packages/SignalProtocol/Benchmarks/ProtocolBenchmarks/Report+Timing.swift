import BenchmarkSupport

extension Report {
    func section(_ title: String) {
        section(title, columns: ["median µs", "mean µs", "p99 µs", "× needed"])
    }

    /// - Parameters:
    ///   - name: What was measured.
    ///   - timing: How long it took.
    ///   - needed: Microseconds of the primitives that it cannot do without.
    mutating func add(_ name: String, _ timing: Timing, needed: Double? = nil) {
        add(name, timing.cells(needed: needed))
    }

    /// An operation with two bars: on its median and on the multiple of its primitives.
    mutating func add(
        _ name: String, _ timing: Timing, needed: Double, atMostMicroseconds: Double, atMostMultiple: Double
    ) {
        add(
            name, timing.cells(needed: needed), .atMost(atMostMicroseconds, "µs", is: timing.median),
            .atMost(atMostMultiple, "×", is: timing.median / needed))
    }

    mutating func add(_ name: String, _ timing: Timing, needed: Double, atMostMultiple: Double) {
        add(name, timing.cells(needed: needed), .atMost(atMostMultiple, "×", is: timing.median / needed))
    }

    mutating func add(_ name: String, byteCount: Int) { add(name, ["\(byteCount) B", "", "", ""]) }
}

extension Timing {
    func cells(needed: Double? = nil) -> [String] {
        [median, mean, percentile99].map { $0.fixed(2) } + [needed.map { (median / $0).fixed(2) } ?? ""]
    }
}
