import Foundation
import RelayAPI

/// Where the agent, the probe and the web exchange typed messages; they know nothing of encryption.
package protocol Mailbox: Sendable {
    /// Whose mailbox this is.
    var owner: IdentityID { get }

    /// Puts a message into the encrypted outbox and returns; delivery goes on by itself, across restarts.
    ///
    /// - Returns: the message id.
    @discardableResult
    func send(_ message: TypedMessage, to peer: IdentityID, class: DeliveryClass) async throws -> UUID

    /// Messages in order per sender, those first that an earlier run received and did not mark as handled.
    ///
    /// For one reader. A message comes again after a restart until `handled` was called for it.
    func incoming() -> AsyncStream<ReceivedMessage>

    /// Marks a message as dealt with; it will not come again.
    func handled(_ id: UUID) async throws
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
