/// A change point: the mean of the last readings has left the level that it kept, by more than it usually wanders.
///
/// - Shape: the last 24 readings, and the usual level and spread of their mean.
struct LevelShift: Hashable, Sendable, Codable {
    private static let stretch = 24
    /// A spread below this share of the series' range is taken for this share.
    private static let leastSpread = 0.02

    private var readings: [Double] = []
    /// Where the oldest of them stands.
    private var next = 0
    private var usual = RecentSpread(stride: 8)

    /// Remembers a reading and tells how far the mean of the last 24 is from its usual level, in spreads;
    /// `range` is the width of all that the series has shown.
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
