import Foundation
import MaintenanceAPI
import RelayAPI

/// One message of a conversation as the pages see it.
struct WebMessage: Encodable {
    /// Whose mailbox it lies in.
    let user: Person
    let id: UUID
    let kind: Payload.Kind
    let direction: HistoryEntry.Direction
    let from: String
    let to: String
    let text: String
    /// Milliseconds since 1970.
    let at: Int64
    /// Ties an answer to its question.
    let requestId: UUID?
    /// How far a sent message has come.
    let delivery: HistoryEntry.Delivery?
    /// Why it was given up.
    let failure: String?
    /// Why it has to wait.
    let waitsBecause: String?
    /// Its place in the history; absent in events.
    let cursor: Int64?
    /// What an answer says beside its text.
    let answer: WebAnswer?
}

extension WebMessage {
    init?(_ entry: HistoryEntry, of owner: String, user: Person) {
        let isSent = entry.direction == .sent
        self.init(
            entry.message, user: user, id: entry.id, direction: entry.direction,
            from: isSent ? owner : entry.peer.description, to: isSent ? entry.peer.description : owner,
            at: entry.at, delivery: entry.delivery, failure: entry.failure,
            waitsBecause: entry.waitsBecause, cursor: entry.cursor)
    }

    /// - Returns: nil for what is no part of a conversation.
    init?(
        _ message: TypedMessage, user: Person, id: UUID, direction: HistoryEntry.Direction, from: String,
        to: String, at: Date, delivery: HistoryEntry.Delivery? = nil, failure: String? = nil,
        waitsBecause: String? = nil, cursor: Int64? = nil
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

    init(_ reply: ChatReply) {
        outcome = reply.outcome
        answeredBy = reply.answeredBy
        evidence = reply.evidence
        unbackedFigures = reply.unbackedFigures
        usage = reply.usage
        elapsedMilliseconds = reply.elapsedMilliseconds
    }
}

/// What the agent does for a prompt, while it does it.
struct WebProgress: Encodable {
    let requestId: UUID
    let event: ChatProgress.Event
    let tool: String?
    let text: String?
}

/// How far a sent message has come.
struct WebDelivery: Encodable {
    let user: Person
    let id: UUID
    let delivery: HistoryEntry.Delivery
    /// Why it was given up.
    let failure: String?

    init(_ change: DeliveryChange, user: Person) {
        self.user = user
        id = change.id
        delivery = change.delivery
        failure = change.failure
    }
}
