/// How far keys may be asked for out of order.
struct ChainLimits: Equatable, Sendable {
    static let defaultMaxJump: UInt32 = 25_000
    static let defaultMaxOutOfOrderKeys: UInt32 = 2_000

    /// The most by which an index may be ahead of the chain.
    let maxJump: UInt32
    /// The most by which it may be behind, and about as many keys are kept.
    let maxOutOfOrderKeys: UInt32

    /// Zero stands for the default.
    init(maxJump: UInt32 = 0, maxOutOfOrderKeys: UInt32 = 0) {
        self.maxJump = maxJump == 0 ? Self.defaultMaxJump : maxJump
        self.maxOutOfOrderKeys =
            maxOutOfOrderKeys == 0 ? Self.defaultMaxOutOfOrderKeys : maxOutOfOrderKeys
    }
}
