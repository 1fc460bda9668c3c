import KeyStore
import RelayAPI

/// What to do with a message that the relay rejected.
enum Refusal: Hashable, Sendable {
    /// Retry; nothing else is sent to this recipient before.
    case retry(after: Duration, cause: String)
    /// A predecessor was not accepted; this one follows when it is.
    case outOfTurn
    /// The recipient's devices have changed, or one was set up again: fetch them, then retry.
    case devicesChanged
    /// The device no longer exists.
    case deviceGone(cause: String)
    /// It will never be accepted.
    case giveUp(cause: String)
    /// It was meant for a connected device, which is not connected.
    case drop

    /// Used if the relay gives no delay.
    static let defaultDelay = Duration.seconds(15)
    /// Applies even if the relay asks for more.
    static let maxDelay = Duration.seconds(300)
    /// Used if fetching the devices fails; if it succeeds, messages are sent again at once.
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

    /// Applies the outcome to the store. A message to be retried stays as it is.
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
