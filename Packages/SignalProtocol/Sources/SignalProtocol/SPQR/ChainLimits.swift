/// Limits on out-of-order keys.
struct ChainLimits: Equatable, Sendable {
    static let defaultMaxJump: UInt32 = 25_000
    static let defaultMaxOutOfOrderKeys: UInt32 = 2_000

    /// Maximum distance of an index ahead of the chain.
    let maxJump: UInt32
    /// Maximum distance of an index behind the chain; about as many keys are kept.
    let maxOutOfOrderKeys: UInt32

    /// Zero means the default.
    init(maxJump: UInt32 = 0, maxOutOfOrderKeys: UInt32 = 0) {
        self.maxJump = maxJump == 0 ? Self.defaultMaxJump : maxJump
        self.maxOutOfOrderKeys =
            maxOutOfOrderKeys == 0 ? Self.defaultMaxOutOfOrderKeys : maxOutOfOrderKeys
    }
}
