import Foundation
import MaintenanceAPI
import RelayAPI

/// A part of a table of messages. Here, and only here, stored messages are decoded.
package struct MessagePage<Message: Sendable>: Sendable {
    package private(set) var messages: [Message] = []
    /// How far the table was read; nil if there was nothing to read.
    package private(set) var lastPosition: Int64?
    fileprivate private(set) var unreadable: [UnreadableMessage] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes a row, oldest or newest first.
    ///
    /// - Returns: Whether there is room for more.
    mutating func append(
        at position: Int64, _ content: Data, id: UUID, peer: IdentityID,
        _ make: (TypedMessage) -> Message
    ) -> Bool {
        guard messages.count < limit else { return false }
        lastPosition = position
        do {
            messages.append(make(try JSONDecoder().decode(TypedMessage.self, from: content)))
        } catch {
            unreadable.append(UnreadableMessage(id: id, peer: peer, cause: "not understood: \(error)"))
        }
        return messages.count < limit
    }

    /// The other way round.
    mutating func reverse() { messages.reverse() }
}

/// A stored message that this version does not understand, as when a later one left it.
private struct UnreadableMessage {
    let id: UUID
    let peer: IdentityID
    let cause: String
}

extension KeyStore {
    /// Reads a page of messages. One that is not understood is left out, an incident tells of it once, and the inbox lets
    /// go of it.
    package func messages<Message: Sendable>(
        _ read: @escaping @Sendable (Transaction) throws -> MessagePage<Message>
    ) async throws -> MessagePage<Message> {
        let page = try await self.read(read)
        guard !page.unreadable.isEmpty else { return page }
        try await write { transaction in
            for message in page.unreadable {
                try transaction.inbox.remove(message.id, from: message.peer)
                guard try transaction.seenMessages.noteUnreadable(message.id) else { continue }
                try transaction.incidents.append(
                    message.cause, peer: message.peer.description, messageID: message.id)
            }
        }
        return page
    }
}
