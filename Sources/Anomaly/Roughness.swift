import Foundation

/// How much a series varies from reading to reading, compared with before.
struct Roughness: Hashable, Sendable, Codable {
    private static let stretch = 24
    /// Lower limit of the spread, as a share of everything seen.
    private static let leastSpread = 0.05
    /// Lower limit of a jump, as a share of the series' range.
    private static let leastJump = 1e-3

    private var last: Double?
    /// The last jumps; `next` is the index of the oldest one.
    private var jumps: [Float] = []
    private var next = 0
    private var values = ValueRange()
    private var logarithms = ValueRange()
    private var usual = RecentSpread(stride: 8)

    /// Adds a reading and returns the distance of the logarithm of the mean jump from its usual level, in spreads.
    mutating func surprise(adding value: Double) -> Double {
        values.add(value)
        defer { last = value }
        guard let last else { return 0 }
        let jump = Float(abs(value - last))
        if jumps.count < Self.stretch {
            jumps.append(jump)
        } else {
            jumps[next] = jump
            next = (next + 1) % Self.stretch
        }
        guard values.width > 0 else { return 0 }
        let mean = Double(jumps.reduce(0, +)) / Double(jumps.count)
        let logarithm = log(mean + Self.leastJump * values.width)
        logarithms.add(logarithm)
        defer { usual.add(logarithm) }
        guard let level = usual.level, logarithms.width > 0 else { return 0 }
        return abs(logarithm - level) / (usual.spread + Self.leastSpread * logarithms.width)
    }
}
