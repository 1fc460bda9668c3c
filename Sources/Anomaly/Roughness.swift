import Foundation

/// How much a series jumps about from reading to reading, beside how it did before.
struct Roughness: Hashable, Sendable, Codable {
    private static let stretch = 24
    /// A spread below this share of all that was seen is taken for this share.
    private static let leastSpread = 0.05
    /// Jumps below this share of the series' range count as this.
    private static let leastJump = 1e-3

    private var last: Double?
    /// The last jumps; `next` is where the oldest stands.
    private var jumps: [Float] = []
    private var next = 0
    private var values = ValueRange()
    private var logarithms = ValueRange()
    private var usual = RecentSpread(stride: 8)

    /// Remembers a reading and tells how far the logarithm of the mean jump is from its usual level, in spreads.
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
