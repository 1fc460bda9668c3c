/// The minimum and maximum of a series so far.
struct ValueRange: Hashable, Sendable, Codable {
    private(set) var bounds: ClosedRange<Double>?

    var width: Double { bounds.map { $0.upperBound - $0.lowerBound } ?? 0 }

    /// The distance of a value outside, in widths of the range: 0 inside, and if there is no range yet.
    func excess(of value: Double) -> Double {
        guard let bounds else { return 0 }
        let distance = bounds.distance(to: value)
        return distance == 0 ? 0 : distance / max(width, .leastNormalMagnitude)
    }

    mutating func add(_ value: Double) {
        bounds = bounds.map { min($0.lowerBound, value)...max($0.upperBound, value) } ?? value...value
    }
}
