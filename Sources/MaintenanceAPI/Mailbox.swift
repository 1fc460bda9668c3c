import Foundation
import RelayAPI

/// Sends and receives the typed messages of agent, probe and web app; hides the encryption.
package protocol Mailbox: Sendable {
    /// The owner's identity.
    var owner: IdentityID { get }

    /// Puts a message into the encrypted outbox and returns; delivery continues in the background, across restarts.
    ///
    /// Sending again with the same `id` has no effect. Deriving the id of an answer from its question therefore ensures
    /// that it is sent only once.
    func send(_ message: TypedMessage, to peer: IdentityID, class: DeliveryClass, id: UUID) async throws

    /// Incoming messages in order per sender, starting with those that an earlier run received but did not mark as
    /// handled.
    ///
    /// For a single reader. After a restart a message is delivered again unless `handled` was called for it. What came
    /// under an unapproved key is not among them.
    func incoming() -> AsyncStream<ReceivedMessage>

    /// Confirms to the senders that their messages (`user.chat.v1`) have arrived.
    func confirm(_ messages: [ReceivedMessage]) async throws

    /// Marks a message as handled; it will not be delivered again. Message ids are chosen by their senders, so another
    /// sender's message with the same id stays.
    func handled(_ message: ReceivedMessage) async throws

    /// How far sent messages of conversations come, from now on.
    func deliveries() -> AsyncStream<DeliveryChange>

    /// Messages of conversations (`chat.prompt`, `chat.reply`, `user.chat.v1`), sent and received, oldest first, after
    /// a cursor.
    ///
    /// The cursor is 0 for the beginning, or that of the last entry seen.
    func history(after cursor: Int64, limit: Int) async throws -> [HistoryEntry]

    /// The newest entries with one peer, oldest first; with a cursor, the entries before it.
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

/// A message of a conversation in the encrypted store.
package struct HistoryEntry: Hashable, Sendable, Codable {
    package enum Direction: String, Codable, Sendable { case sent, received }

    /// The last known delivery state of a sent message.
    package enum Delivery: String, Codable, Sendable { case queued, onRelay, onDevice, failed }

    package let cursor: Int64
    package let id: UUID
    package let direction: Direction
    package let peer: IdentityID
    package let message: TypedMessage
    package let at: Date
    /// Nil for received messages.
    package let delivery: Delivery?
    /// Human-readable reason; nil unless delivery failed.
    package let failure: String?
    /// Human-readable reason for the delay; nil unless the message is queued and the relay has rejected it for now.
    package let waitsBecause: String?
    /// The identity key that a received message came under; nil for sent messages.
    package let key: KeyMark?

    package init(
        cursor: Int64, id: UUID, direction: Direction, peer: IdentityID, message: TypedMessage, at: Date,
        delivery: Delivery?, failure: String? = nil, waitsBecause: String? = nil, key: KeyMark? = nil
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
        self.key = key
    }
}

/// A new delivery state of a sent message.
package struct DeliveryChange: Hashable, Sendable {
    package let id: UUID
    package let peer: IdentityID
    package let delivery: HistoryEntry.Delivery
    /// Human-readable reason why delivery failed.
    package let failure: String?

    package init(id: UUID, peer: IdentityID, delivery: HistoryEntry.Delivery, failure: String? = nil) {
        self.id = id
        self.peer = peer
        self.delivery = delivery
        self.failure = failure
    }
}

/// A decrypted message and its sender, who is authenticated by the key that it came under.
package struct ReceivedMessage: Hashable, Sendable {
    package let id: UUID
    package let sender: IdentityID
    package let message: TypedMessage
    /// When it was decrypted locally.
    package let receivedAt: Date
    /// The identity key that it came under; nil in a mailbox without encryption.
    package let key: KeyMark?

    package init(
        id: UUID, sender: IdentityID, message: TypedMessage, receivedAt: Date, key: KeyMark? = nil
    ) {
        self.id = id
        self.sender = sender
        self.message = message
        self.receivedAt = receivedAt
        self.key = key
    }
}
