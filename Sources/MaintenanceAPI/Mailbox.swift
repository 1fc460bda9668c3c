import Foundation
import RelayAPI

/// Where the agent, the probe and the web exchange typed messages; they know nothing of encryption.
package protocol Mailbox: Sendable {
    /// Whose mailbox this is.
    var owner: IdentityID { get }

    /// Puts a message into the encrypted outbox and returns; delivery goes on by itself, across restarts.
    ///
    /// Sending again with an `id` that was used before changes nothing, so an id derived from what is answered makes
    /// an answer happen once.
    func send(_ message: TypedMessage, to peer: IdentityID, class: DeliveryClass, id: UUID) async throws

    /// Messages in order per sender, those first that an earlier run received and did not mark as handled.
    ///
    /// For one reader. A message comes again after a restart until `handled` was called for it.
    func incoming() -> AsyncStream<ReceivedMessage>

    /// Lets people know that their messages (`user.chat.v1`) have arrived.
    func confirm(_ messages: [ReceivedMessage]) async throws

    /// Marks a message as dealt with; it will not come again.
    func handled(_ id: UUID) async throws

    /// How far sent messages of conversations come, from now on.
    func deliveries() -> AsyncStream<DeliveryChange>

    /// Conversations (`chat.prompt`, `chat.reply`, `user.chat.v1`) sent and received, oldest first, after a cursor.
    ///
    /// The cursor is 0 for the beginning, or that of the last entry seen.
    func history(after cursor: Int64, limit: Int) async throws -> [HistoryEntry]

    /// The newest entries with one peer, oldest first; with a cursor, those before it.
    func conversation(with peer: IdentityID, before cursor: Int64?, limit: Int) async throws -> [HistoryEntry]
}

extension Mailbox {
    @discardableResult
    package func send(
        _ message: TypedMessage, to peer: IdentityID, class: DeliveryClass = .durable
    ) async throws -> UUID {
        let id = UUID.timeOrdered()
        try await send(message, to: peer, class: `class`, id: id)
        return id
    }
}

/// One message of a conversation, as kept in the encrypted store.
package struct HistoryEntry: Hashable, Sendable, Codable {
    package enum Direction: String, Codable, Sendable { case sent, received }

    /// How far a sent message is known to have come; `failed` when it was given up.
    package enum Delivery: String, Codable, Sendable { case queued, onRelay, onDevice, failed }

    package let cursor: Int64
    package let id: UUID
    package let direction: Direction
    package let peer: IdentityID
    package let message: TypedMessage
    package let at: Date
    /// Absent for received messages.
    package let delivery: Delivery?
    /// Why it was given up, for a person; there where delivery has failed.
    package let failure: String?
    /// Why it has to wait, for a person; there where it is queued and the relay has refused it for now.
    package let waitsBecause: String?

    package init(
        cursor: Int64, id: UUID, direction: Direction, peer: IdentityID, message: TypedMessage, at: Date,
        delivery: Delivery?, failure: String? = nil, waitsBecause: String? = nil
    ) {
        self.cursor = cursor
        self.id = id
        self.direction = direction
        self.peer = peer
        self.message = message
        self.at = at
        self.delivery = delivery
        self.failure = failure
        self.waitsBecause = waitsBecause
    }
}

/// A sent message has come further, or was given up.
package struct DeliveryChange: Hashable, Sendable {
    package let id: UUID
    package let peer: IdentityID
    package let delivery: HistoryEntry.Delivery
    /// Why it was given up, for a person.
    package let failure: String?

    package init(id: UUID, peer: IdentityID, delivery: HistoryEntry.Delivery, failure: String? = nil) {
        self.id = id
        self.peer = peer
        self.delivery = delivery
        self.failure = failure
    }
}

/// A decrypted message and who is known to have sent it.
package struct ReceivedMessage: Hashable, Sendable {
    package let id: UUID
    package let sender: IdentityID
    package let message: TypedMessage
    /// When this side decrypted it.
    package let receivedAt: Date

    package init(id: UUID, sender: IdentityID, message: TypedMessage, receivedAt: Date) {
        self.id = id
        self.sender = sender
        self.message = message
        self.receivedAt = receivedAt
    }
}
