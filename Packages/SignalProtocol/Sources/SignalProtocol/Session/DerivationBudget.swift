/// How far one received message may advance key chains, over all the sessions that it is tried with.
///
/// Counters are used before anything authenticates them, so their sender decides what they cost. The current session may
/// take the longest jumps that the protocol knows, in its own chain and in that of the post-quantum ratchet. Archived
/// sessions serve messages that were under way when the session changed: they take short jumps, from one reserve.
///
/// - Shape: every link of a chain that a message skips is one step.
struct DerivationBudget: Sendable {
    /// Both jumps of the current session.
    static let currentStepCount = 2 * Int(ReceivingChain.maxForwardJump)
    /// What all archived sessions have together.
    static let archivedStepCount = 10_000
    /// Maximum distance of a message ahead of a chain of an archived session: as many keys as a chain keeps.
    static let maxArchivedJump = UInt32(ReceivingChain.maxSkippedKeys)
    static let maxStepCount = currentStepCount + archivedStepCount
    /// The budget of a sender whose recent messages could not be read: a jump of a hundred in each chain.
    static let briefStepCount = 200

    /// The steps taken so far.
    private(set) var stepCount = 0
    private var limit = maxStepCount
    private var maxJump: UInt32 = .max
    /// Whether archived sessions are tried that do not know a message's ratchet key.
    private(set) var mayGuess = true

    /// All that a message may cost, or as little as an ordinary one does.
    init(_ effort: SessionCipher.Effort = .full) {
        guard effort == .brief else { return }
        limit = Self.briefStepCount
        mayGuess = false
    }

    /// Whether a jump can still be taken.
    func allows(_ jump: UInt32) -> Bool { jump <= maxJump && Int(jump) <= limit - stepCount }

    /// Takes the steps of a jump; false, and nothing taken, if they are more than are left.
    mutating func take(_ jump: UInt32) -> Bool {
        guard allows(jump) else { return false }
        stepCount += Int(jump)
        return true
    }

    /// From here on only the reserve is left, and only short jumps are taken.
    mutating func beginArchivedSessions() {
        maxJump = Self.maxArchivedJump
        limit = min(limit, stepCount + Self.archivedStepCount)
    }
}
