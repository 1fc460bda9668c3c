/// One way to harm an instance. A new one is a file in `Attacks` and a line in `allAttacks`.
protocol Attack: Sendable {
    /// As it is chosen by: `ping-flood`.
    var name: String { get }
    /// What is done, in one line.
    var tried: String { get }

    /// Does it to a fresh instance, which `trial` starts.
    func run(_ trial: Trial) async throws -> Outcome
}

/// What an attack achieved.
struct Outcome: Sendable {
    let happened: String
    /// What had to stay true.
    let bound: String
    let holds: Bool

    init(_ happened: String, bound: String, holds: Bool) {
        (self.happened, self.bound, self.holds) = (happened, bound, holds)
    }
}

let allAttacks: [any Attack] = [
    PingFlood(), UnreadRefusals(), UnreadPipeline(), LargeBurst(), QueueFilling(), PreKeyHoard(),
    SilentConnections(), PassedOnNonce(), ForgedMessages(), ForgedTelemetry(), BorrowedRequestID(),
    CostlyMessage(), VanishedStrangers(), PromptFlood(), ReusedRequestIDs(), MisplacedMessages(), ManyNames(),
    GuessedTokens(), ForeignSettings(), ForgedLines(), AbsurdUsage(), CopiedFolder(),
]
