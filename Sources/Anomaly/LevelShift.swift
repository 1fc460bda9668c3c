/// A change point: the mean of the last readings has left its previous level by more than its usual variation.
///
/// - Shape: the last 24 readings, and the usual level and spread of their mean.
struct LevelShift: Hashable, Sendable, Codable {
    private static let stretch = 24
    /// Lower limit of the spread, as a share of the series' range.
    private static let leastSpread = 0.02

    private var readings: [Double] = []
    /// The index of the oldest reading.
    private var next = 0
    private var usual = RecentSpread(stride: 8)

    /// Adds a reading and returns the distance of the mean of the last 24 from its usual level, in spreads; `range` is
    /// the width of all values of the series so far.
    mutating func surprise(adding value: Double, range: Double) -> Double {
        if readings.count < Self.stretch {
            readings.append(value)
        } else {
            readings[next] = value
            next = (next + 1) % Self.stretch
        }
        let mean = readings.reduce(0, +) / Double(readings.count)
        defer { usual.add(mean) }
        guard let level = usual.level, range > 0 else { return 0 }
        return abs(mean - level) / (usual.spread + Self.leastSpread * range)
    }
}
