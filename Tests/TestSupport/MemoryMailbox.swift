import Foundation
import MaintenanceAPI
import RelayAPI
import Synchronization

/// Mailboxes that exchange messages in memory, for tests of the layers above encryption.
package final class MemoryMailbox: Mailbox {
    /// The registry through which mailboxes find each other.
    package final class PostOffice: Sendable {
        private let boxes = Mutex<[IdentityID: MemoryMailbox]>([:])

        package init() {}

        package func mailbox(of name: String) throws -> MemoryMailbox {
            let owner = try IdentityID(name)
            return boxes.withLock { boxes in
                let box = boxes[owner] ?? MemoryMailbox(owner: owner, office: self)
                boxes[owner] = box
                return box
            }
        }

        fileprivate func box(_ owner: IdentityID) -> MemoryMailbox? { boxes.withLock { $0[owner] } }
    }

    /// An id that was used for sending, or by a sender.
    private struct Seen: Hashable {
        let id: UUID
        let sender: IdentityID?
    }

    private struct State {
        var history: [HistoryEntry] = []
        var seen: Set<Seen> = []
        var handled: Set<UUID> = []
        /// With the safety number of the key that it came under.
        var held: [(safetyNumber: String, message: ReceivedMessage)] = []
        var heldWatchers: [AsyncStream<Void>.Continuation] = []
    }

    package let owner: IdentityID
    private let office: PostOffice
    private let state = Mutex(State())
    private let stream: AsyncStream<ReceivedMessage>
    private let continuation: AsyncStream<ReceivedMessage>.Continuation

    private init(owner: IdentityID, office: PostOffice) {
        self.owner = owner
        self.office = office
        (stream, continuation) = AsyncStream.makeStream()
    }

    package func send(_ message: TypedMessage, to peer: IdentityID, class: DeliveryClass, id: UUID)
        async throws
    {
        guard record(message, .sent, peer, id) else { return }
        office.box(peer)?.receive(message, from: owner, id: id)
    }

    package func incoming() -> AsyncStream<ReceivedMessage> { stream }

    package func confirm(_ messages: [ReceivedMessage]) async throws {
        for message in messages where message.message.payload.kind == .userChat {
            try await send(TypedMessage(.receipt(Receipt(messageIds: [message.id]))), to: message.sender)
        }
    }

    /// All messages arrive on the device immediately.
    package func deliveries() -> AsyncStream<DeliveryChange> { AsyncStream { $0.finish() } }

    package func handled(_ message: ReceivedMessage) async throws {
        state.withLock { _ = $0.handled.insert(message.id) }
    }

    package func history(after cursor: Int64, limit: Int) async throws -> [HistoryEntry] {
        state.withLock { Array($0.history.filter { $0.cursor > cursor }.prefix(limit)) }
    }

    package func conversation(
        with peer: IdentityID, before cursor: Int64?, limit: Int
    ) async throws -> [HistoryEntry] {
        state.withLock { $0.history.conversation(with: peer, before: cursor, limit: limit) }
    }

    package var handledIDs: Set<UUID> { state.withLock { $0.handled } }

    private func receive(_ message: TypedMessage, from sender: IdentityID, id: UUID) {
        guard record(message, .received, sender, id) else { return }
        continuation.yield(ReceivedMessage(id: id, sender: sender, message: message, receivedAt: Date()))
    }

    /// Holds a message, as if it had come under a key with this safety number that nobody has approved.
    package func hold(_ message: TypedMessage, from sender: IdentityID, safetyNumber: String) {
        let key = KeyMark(identityKey: Base64(Array(safetyNumber.utf8)), standing: .unapproved)
        let received = ReceivedMessage(
            id: UUID(), sender: sender, message: message, receivedAt: Date(), key: key)
        changeHeld { $0.append((safetyNumber, received)) }
    }

    private func changeHeld(
        _ change: (inout [(safetyNumber: String, message: ReceivedMessage)]) -> Void
    ) {
        state.withLock { state in
            change(&state.held)
            for watcher in state.heldWatchers { watcher.yield() }
        }
    }

    private func record(
        _ message: TypedMessage, _ direction: HistoryEntry.Direction, _ peer: IdentityID, _ id: UUID
    ) -> Bool {
        state.withLock { state in
            let seen = Seen(id: id, sender: direction == .received ? peer : nil)
            guard state.seen.insert(seen).inserted else { return false }
            let isConversation = [.chatPrompt, .chatReply, .userChat].contains(message.payload.kind)
            if isConversation {
                state.history.append(
                    HistoryEntry(
                        cursor: Int64(state.history.count + 1), id: id, direction: direction, peer: peer,
                        message: message, at: Date(), delivery: direction == .sent ? .onDevice : nil))
            }
            return true
        }
    }
}

extension [HistoryEntry] {
    /// The newest entries with one peer, oldest first; with a cursor, the entries before it.
    package func conversation(with peer: IdentityID, before cursor: Int64?, limit: Int) -> [HistoryEntry] {
        filter { $0.peer == peer && $0.cursor < cursor ?? .max }.suffix(limit)
    }
}

extension MemoryMailbox: TrustSource {
    package func heldMessages() async throws -> [ReceivedMessage] {
        state.withLock { $0.held.map(\.message) }
    }

    package func unapprovedKeys() async throws -> [UnapprovedKey] {
        let held = state.withLock { $0.held }
        var keys: [UnapprovedKey] = []
        for (number, message) in held where !keys.contains(where: { $0.safetyNumber == number }) {
            keys.append(
                UnapprovedKey(
                    peer: message.sender, identityKey: message.key?.identityKey ?? Base64([]),
                    safetyNumber: number, firstSeenAt: message.receivedAt,
                    heldCount: held.count { $0.safetyNumber == number }))
        }
        return keys
    }

    package func heldChanges() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { $0.heldWatchers.append(continuation) }
        continuation.yield()
        return stream
    }

    package func approve(_ peer: IdentityID, safetyNumber: String) async throws {
        let approved = state.withLock { $0.held.filter { $0.safetyNumber == safetyNumber } }
        changeHeld { $0.removeAll { $0.safetyNumber == safetyNumber } }
        for (_, held) in approved { receive(held.message, from: held.sender, id: held.id) }
    }

    package func reject(_ peer: IdentityID, safetyNumber: String) async throws {
        changeHeld { $0.removeAll { $0.safetyNumber == safetyNumber } }
    }
}
