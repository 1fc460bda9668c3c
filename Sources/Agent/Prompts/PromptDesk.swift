import Foundation
import MaintenanceAPI
import Values

/// A prompt that is to be answered.
struct Question: Sendable {
    let id: PromptID
    let prompt: ChatPrompt
    /// The message that brought it, which stays in the mailbox until the answer is sent.
    let message: ReceivedMessage
    let withdrawal = Withdrawal()
}

/// The prompts that wait or are worked on: who is admitted, whose turn it is, and who no longer wants an answer.
actor PromptDesk {
    /// A question that was admitted and waits no longer.
    struct Displaced: Sendable {
        let question: Question
        /// The message that asked to stop it, if one came.
        let cancellation: ReceivedMessage?
        /// Whether its asker is told.
        let isTold: Bool
    }

    enum Admission: Sendable {
        /// Another's waits no longer in its place.
        case admitted(displaced: Displaced?)
        /// The same asker's prompt with this id is already waiting or in progress.
        case isOpen
        /// The asker is not served.
        case notServed
        /// Too many prompts are waiting.
        case busy
        /// As the last two, but without an answer.
        case ignored
    }

    private struct OpenPrompt {
        let withdrawal: Withdrawal
        /// The message that asked to stop it.
        var cancellation: ReceivedMessage?
    }

    private let serves: @Sendable (IdentityID) -> Bool
    private let owners: Set<IdentityID>
    private let now: @Sendable () -> Date
    private var open: [PromptID: OpenPrompt] = [:]
    private var queue: FairQueue<IdentityID, Question>
    private var refusals = Refusals<IdentityID>()
    private let (changes, change) = AsyncStream.makeStream(
        of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(
        _ limits: FairQueue<IdentityID, Question>.Limits, serves: @escaping @Sendable (IdentityID) -> Bool,
        owners: Set<IdentityID> = [], now: @escaping @Sendable () -> Date
    ) {
        self.serves = serves
        self.now = now
        self.owners = owners
        queue = FairQueue(limits, owners: owners)
    }

    /// Signals that there may be a question for `next`.
    nonisolated var turns: AsyncStream<Void> { changes }

    func admit(_ question: Question) -> Admission {
        let asker = question.id.asker
        guard open[question.id] == nil else { return .isOpen }
        guard serves(asker) else { return refusal(.notServed, of: asker) }
        guard case .added(let displaced) = queue.add(question, of: asker) else {
            return refusal(.busy, of: asker)
        }
        open[question.id] = OpenPrompt(withdrawal: question.withdrawal)
        change.yield()
        return .admitted(displaced: displaced.map(displace))
    }

    /// The next question to work on; nil if none may be started now.
    func next() -> Question? { queue.next() }

    /// Closes a question that was worked on.
    ///
    /// - Returns: The message that asked to stop it, if one came.
    func close(_ id: PromptID) -> ReceivedMessage? {
        queue.finish(of: id.asker)
        change.yield()
        return open.removeValue(forKey: id)?.cancellation
    }

    /// Stops a prompt of the cancellation's sender; anything else changes nothing.
    ///
    /// - Returns: Whether the cancellation is to be kept until the prompt is closed, which gives it back.
    func withdraw(_ requestID: UUID, by cancellation: ReceivedMessage) -> Bool {
        let id = PromptID(asker: cancellation.sender, requestID: requestID)
        guard let prompt = open[id] else { return false }
        prompt.withdrawal.withdraw()
        guard prompt.cancellation == nil else { return false }
        open[id]?.cancellation = cancellation
        return true
    }

    /// No further prompts will arrive.
    nonisolated func end() { change.finish() }

    private func displace(_ question: Question) -> Displaced {
        Displaced(
            question: question, cancellation: open.removeValue(forKey: question.id)?.cancellation,
            isTold: mayTell(question.id.asker))
    }

    private func refusal(_ admission: Admission, of asker: IdentityID) -> Admission {
        mayTell(asker) ? admission : .ignored
    }

    /// The owners are always told: others must not use up what may be told.
    private func mayTell(_ asker: IdentityID) -> Bool {
        owners.contains(asker) || refusals.mayTell(asker, at: now())
    }
}
