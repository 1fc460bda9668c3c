import RelayAPI

/// What to do with a message that the relay did not take.
enum Refusal: Hashable, Sendable {
    /// Try again; nothing else goes to this recipient before.
    case retry(after: Duration, cause: String)
    /// The device does not exist any more.
    case deviceGone(cause: String)
    /// It will never be taken.
    case giveUp(cause: String)
    /// It was for a connected device, and that is not connected.
    case drop

    /// When the relay does not say how long.
    static let defaultDelay = Duration.seconds(15)
    /// Even if the relay says longer.
    static let maxDelay = Duration.seconds(300)

    init(_ problem: Problem) {
        switch problem.code {
        case .recipientOffline: self = .drop
        case .unknownRecipient: self = .deviceGone(cause: problem.description)
        case .queueFull, .rateLimited, .unavailable:
            self = .retry(after: Self.delay(problem), cause: problem.description)
        default:
            self =
                problem.status >= 500
                ? .retry(after: Self.delay(problem), cause: problem.description)
                : .giveUp(cause: problem.description)
        }
    }

    private static func delay(_ problem: Problem) -> Duration {
        problem.retryAfter.map { min(max(.seconds($0), .seconds(1)), maxDelay) } ?? defaultDelay
    }
}
