/// Lines of the Prometheus text format 0.0.4.
struct PrometheusText {
    private(set) var text = ""

    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        head("gauge", name, help)
        text += "\(name) \(number(value))\n"
    }

    mutating func counter(_ name: String, _ help: String, _ value: Double) {
        head("counter", name, help)
        text += "\(name) \(number(value))\n"
    }

    mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        head("histogram", name, help)
        var count = 0
        for (bound, more) in zip(histogram.bounds, histogram.counts) {
            count += more
            text += "\(name)_bucket{le=\"\(number(bound))\"} \(count)\n"
        }
        text += "\(name)_bucket{le=\"+Inf\"} \(histogram.count)\n"
        text += "\(name)_sum \(number(histogram.sum))\n\(name)_count \(histogram.count)\n"
    }

    private mutating func head(_ type: String, _ name: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Whole numbers without a fraction, as is usual for counts.
    private func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? String(value) }
}
