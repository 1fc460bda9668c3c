import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import RelayAPI

extension Messenger: Mailbox {
    package var owner: IdentityID { address.identity }

    /// Encrypts a message for every device of the peer and puts it into the outbox.
    ///
    /// The relay is asked only where a session is missing.
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
        switch try await store.write({ try $0.post(outgoing) }) {
        case .posted: outboxChanged.raise()
        case .duplicate: break
        case .needsSession: return false
        }
        return true
    }

    package func incoming() -> AsyncStream<ReceivedMessage> {
        let reader = InboxReader(store: store, arrivals: inboxChanged.changes(), logger: logger)
        return AsyncStream { await reader.next() }
    }

    package func handled(_ id: UUID) async throws { try await store.write { try $0.removeFromInbox(id) } }

    /// Lets people know that their messages have arrived. Who cannot be told now, as their key waits for approval, is not.
    ///
    /// - Throws: `KeyStoreError`.
    package func confirm(_ messages: [ReceivedMessage]) async throws {
        let ofPeople = messages.filter { $0.message.payload.kind == .userChat }
        for (sender, messages) in Dictionary(grouping: ofPeople, by: \.sender) {
            do {
                try await send(TypedMessage(.receipt(Receipt(messageIds: messages.map(\.id)))), to: sender)
            } catch let error as KeyStoreError {
                throw error
            } catch {
                logger.info(
                    "receipt not sent", ["recipient": "\(sender)", "error": "\(error)"])
            }
        }
    }

    package func history(after cursor: Int64, limit: Int) async throws -> [HistoryEntry] {
        try await store.read { try $0.history(after: cursor, limit: limit) }.compactMap(HistoryEntry.init)
    }

    package func conversation(
        with peer: IdentityID, before cursor: Int64?, limit: Int
    ) async throws -> [HistoryEntry] {
        try await store.read { try $0.conversation(with: peer.description, before: cursor, limit: limit) }
            .compactMap(HistoryEntry.init)
    }
}

extension HistoryEntry {
    /// None where this version does not understand the message.
    init?(_ row: HistoryRow) {
        guard let peer = try? IdentityID(row.peer),
            let message = try? JSONDecoder().decode(TypedMessage.self, from: row.content)
        else { return nil }
        self.init(
            cursor: row.cursor, id: row.messageID, direction: row.direction == .sent ? .sent : .received,
            peer: peer, message: message, at: row.at, delivery: row.delivery.map(Delivery.init),
            failure: row.delivery == .failed ? row.cause : nil,
            waitsBecause: row.delivery == .queued ? row.cause : nil)
    }
}

extension HistoryEntry.Delivery {
    init(_ delivery: HistoryRow.Delivery) {
        self =
            switch delivery {
            case .queued: .queued
            case .onRelay: .onRelay
            case .onDevice: .onDevice
            case .failed: .failed
            }
    }
}
