/// The robust level and spread of a series over its last readings: outliers of up to a tenth on each side affect
/// neither.
///
/// One reading in `stride` is kept, 128 in all, so that the window is `128 × stride` readings long.
struct RecentSpread: Hashable, Sendable, Codable {
    static let maxKept = 128

    private let stride: Int
    private var untilNext = 0
    /// In order of arrival; `next` is the index of the oldest one.
    private var ring: [Float] = []
    private var next = 0
    private var sorted: [Float] = []

    init(stride: Int) { self.stride = stride }

    /// The median; nil without readings.
    var level: Double? { sorted.isEmpty ? nil : quantile(0.5) }

    /// Comparable to a standard deviation: the distance between the first and last decile, divided by 2.56.
    var spread: Double { sorted.isEmpty ? 0 : (quantile(0.9) - quantile(0.1)) / 2.56 }

    /// The range from the 5th to the 95th percentile; nil without readings.
    var usualRange: ClosedRange<Double>? { sorted.isEmpty ? nil : quantile(0.05)...quantile(0.95) }

    mutating func add(_ value: Double) {
        guard untilNext == 0 else {
            untilNext -= 1
            return
        }
        untilNext = stride - 1
        let value = Float(value)
        if ring.count < Self.maxKept {
            ring.append(value)
        } else {
            sorted.remove(at: position(of: ring[next]))
            ring[next] = value
            next = (next + 1) % Self.maxKept
        }
        sorted.insert(value, at: position(of: value))
    }

    /// The first index in `sorted` whose value is not below `value`.
    private func position(of value: Float) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func quantile(_ share: Double) -> Double {
        Double(sorted[Int(share * Double(sorted.count - 1) + 0.5)])
    }
}
