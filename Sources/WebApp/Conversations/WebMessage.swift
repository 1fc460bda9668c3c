import Foundation
import MaintenanceAPI
import Values

/// A message of a conversation as shown to the pages.
struct WebMessage: Encodable {
    /// The owner of the mailbox.
    let user: Person
    let id: UUID
    let kind: Payload.Kind
    let direction: HistoryEntry.Direction
    let from: String
    let to: String
    let text: String
    /// Milliseconds since 1970.
    let at: Int64
    /// Links an answer to its question.
    let requestId: UUID?
    /// The delivery state of a sent message.
    let delivery: HistoryEntry.Delivery?
    /// The reason why delivery failed.
    let failure: String?
    /// The reason for a delay.
    let waitsBecause: String?
    /// Its position in the history; nil in events.
    let cursor: Int64?
    /// What the identity key is worth that a received message came under; `unapproved` means that it is held.
    let trust: KeyStanding?
    /// The data of an answer besides its text.
    let answer: WebAnswer?
}

extension WebMessage {
    init?(_ entry: HistoryEntry, of owner: String, user: Person) {
        let isSent = entry.direction == .sent
        self.init(
            entry.message, user: user, id: entry.id, direction: entry.direction,
            from: isSent ? owner : entry.peer.description, to: isSent ? entry.peer.description : owner,
            at: entry.at, delivery: entry.delivery, failure: entry.failure,
            waitsBecause: entry.waitsBecause, cursor: entry.cursor, trust: entry.key?.standing)
    }

    /// - Returns: Nil for messages that are not part of a conversation.
    init?(
        _ message: TypedMessage, user: Person, id: UUID, direction: HistoryEntry.Direction, from: String,
        to: String, at: Date, delivery: HistoryEntry.Delivery? = nil, failure: String? = nil,
        waitsBecause: String? = nil, cursor: Int64? = nil, trust: KeyStanding? = nil
    ) {
        switch message.payload {
        case .chatPrompt(let prompt): (text, answer) = (prompt.text, nil)
        case .chatReply(let reply): (text, answer) = (reply.text, WebAnswer(reply))
        case .userChat(let chat): (text, answer) = (chat.text, nil)
        default: return nil
        }
        self.user = user
        self.id = id
        kind = message.payload.kind
        self.direction = direction
        self.from = from
        self.to = to
        self.at = at.milliseconds
        requestId = message.requestId
        self.delivery = delivery
        self.failure = failure
        self.waitsBecause = waitsBecause
        self.cursor = cursor
        self.trust = trust
    }
}

/// An answer without its text.
struct WebAnswer: Encodable {
    let outcome: ChatReply.Outcome
    let answeredBy: String
    let evidence: [Evidence]
    let unbackedFigures: [String]
    let usage: TokenUsage?
    let elapsedMilliseconds: Int
    let replaced: Replacement?

    init(_ reply: ChatReply) {
        outcome = reply.outcome
        answeredBy = reply.answeredBy
        evidence = reply.evidence
        unbackedFigures = reply.unbackedFigures
        usage = reply.usage
        elapsedMilliseconds = reply.elapsedMilliseconds
        replaced = reply.replaced
    }
}

/// The progress of the agent on a prompt.
struct WebProgress: Encodable {
    let requestId: UUID
    let event: ChatProgress.Event
    let tool: String?
    let text: String?
}

/// The delivery state of a sent message.
struct WebDelivery: Encodable {
    let user: Person
    let id: UUID
    /// Of a prompt.
    let requestId: UUID?
    let delivery: HistoryEntry.Delivery
    /// The reason why delivery failed.
    let failure: String?

    init(_ change: DeliveryChange, user: Person, requestID: UUID?) {
        self.user = user
        requestId = requestID
        id = change.id
        delivery = change.delivery
        failure = change.failure
    }
}
