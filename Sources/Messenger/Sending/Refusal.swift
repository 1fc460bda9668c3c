import KeyStore
import RelayAPI

/// What to do with a message that the relay did not take.
enum Refusal: Hashable, Sendable {
    /// Try again; nothing else goes to this recipient before.
    case retry(after: Duration, cause: String)
    /// A message before it was not accepted; it has its turn when that has.
    case outOfTurn
    /// The recipient's devices have changed, or one was set up again: fetch them, then retry.
    case devicesChanged
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
    /// When finding out about devices fails; where it succeeds, messages go again at once.
    static let renewalDelay = Duration.seconds(15)

    init(_ problem: Problem) {
        switch problem.code {
        case .recipientOffline: self = .drop
        case .predecessorMissing: self = .outOfTurn
        case .deviceMismatch, .staleDevices: self = .devicesChanged
        case .unknownRecipient: self = .deviceGone(cause: problem.description)
        case .queueFull, .senderQuota, .rateLimited, .unavailable:
            self = .retry(after: Self.delay(problem), cause: problem.description)
        case .notFound, .methodNotAllowed:
            // Another server that answers with problems as a relay does: the message is not at fault.
            self = .retry(
                after: Self.delay(problem), cause: "\(problem.description); is this the address of a relay?")
        default:
            self =
                problem.status >= 500
                ? .retry(after: Self.delay(problem), cause: problem.description)
                : .giveUp(cause: problem.description)
        }
    }

    /// How long the recipient's messages wait; nil if this one is done with.
    var delay: Duration? {
        switch self {
        case .retry(let delay, _): delay
        case .outOfTurn: .zero
        case .devicesChanged: Self.renewalDelay
        case .deviceGone, .giveUp, .drop: nil
        }
    }

    /// Carries out what follows. A message that is to be tried again stays as it is.
    func settle(_ message: OutboxMessage, in transaction: inout Transaction) throws {
        switch self {
        case .outOfTurn, .devicesChanged: break
        case .retry(_, let cause): try transaction.outbox.noteDelay(of: message, cause: cause)
        case .drop: try transaction.outbox.remove(message)
        case .giveUp(let cause): try transaction.outbox.giveUp(message, cause: cause)
        case .deviceGone(let cause):
            try transaction.outbox.giveUp(message, cause: cause)
            // The next message to this peer asks the relay which devices there are.
            try transaction.sessions.forget(message.recipient)
        }
    }

    private static func delay(_ problem: Problem) -> Duration {
        problem.retryAfter.map { min(max(.seconds($0), .seconds(1)), maxDelay) } ?? defaultDelay
    }
}
