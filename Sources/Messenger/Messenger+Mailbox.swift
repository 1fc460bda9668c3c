import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import RelayAPI

extension Messenger: Mailbox {
    package var owner: IdentityID { address.identity }

    /// Encrypts a message for every device of the peer and puts it into the outbox.
    ///
    /// The relay is asked only if a session is missing.
    /// - Throws: `MessengerError`, `Problem` and `MessagePadding.Failure`; then nothing was sent.
    package func send(
        _ message: TypedMessage, to peer: IdentityID, class: DeliveryClass, id: UUID
    ) async throws {
        let outgoing = OutgoingMessage(id: id, peer: peer, message: message, deliveryClass: `class`)
        if try await post(outgoing) { return }
        try await beginSessions(with: peer)
        guard try await post(outgoing) else { throw MessengerError.noDevices(peer) }
    }

    /// - Returns: False where a session is missing.
    private func post(_ outgoing: OutgoingMessage) async throws -> Bool {
        switch try await store.write({ try outgoing.post(in: &$0) }) {
        case .posted: outboxChanged.raise()
        case .duplicate: break
        case .surplus:
            logger.notice(
                "message not sent: too many wait for its recipient",
                ["recipient": "\(outgoing.peer)", "kind": "\(outgoing.message.payload.kind.rawValue)"])
        case .needsSession: return false
        }
        return true
    }

    package func incoming() -> AsyncStream<ReceivedMessage> {
        let reader = InboxReader(store: store, arrivals: inboxChanged.changes(), logger: logger)
        return AsyncStream { await reader.next() }
    }

    package func deliveries() -> AsyncStream<DeliveryChange> { store.deliveries() }

    package func handled(_ message: ReceivedMessage) async throws {
        try await store.write { try $0.inbox.remove(message.id, from: message.sender) }
    }

    /// Senders whose keys await approval are left out.
    ///
    /// - Throws: `KeyStoreError`, `CancellationError`.
    package func confirm(_ messages: [ReceivedMessage]) async throws {
        let ofPeople = messages.filter { $0.message.payload.kind == .userChat }
        for (sender, messages) in Dictionary(grouping: ofPeople, by: \.sender) {
            do {
                try await send(TypedMessage(.receipt(Receipt(messageIds: messages.map(\.id)))), to: sender)
            } catch let error where error is KeyStoreError || error is CancellationError {
                throw error
            } catch {
                logger.info(
                    "receipt not sent", ["recipient": "\(sender)", "error": "\(error)"])
            }
        }
    }

    package func history(after cursor: Int64, limit: Int) async throws -> [HistoryEntry] {
        try await store.messages { try $0.history.page(after: cursor, limit: limit) }.messages
    }

    /// Deletes messages here, from the inbox and from conversations.
    ///
    /// - Returns: Those that were there.
    package func delete(_ ids: [UUID]) async throws -> [UUID] {
        try await store.write { transaction in
            try ids.filter { id in
                let wasUnread = try transaction.inbox.delete(id)
                return try transaction.history.remove(id) || wasUnread
            }
        }
    }

    package func conversation(
        with peer: IdentityID, before cursor: Int64?, limit: Int
    ) async throws -> [HistoryEntry] {
        try await store.messages { try $0.history.page(with: peer, before: cursor, limit: limit) }.messages
    }
}
