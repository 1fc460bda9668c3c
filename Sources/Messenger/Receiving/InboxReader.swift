import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// Reads the inbox from its beginning and then as it grows. It holds one page, however much waits.
actor InboxReader {
    private static let pageSize = 32

    private let store: KeyStore
    private let arrivals: AsyncStream<Void>
    private let logger: Logger
    private var page: ArraySlice<InboxMessage> = []
    private var position: Int64 = 0

    init(store: KeyStore, arrivals: AsyncStream<Void>, logger: Logger) {
        self.store = store
        self.arrivals = arrivals
        self.logger = logger
    }

    /// The next message; none when the task is cancelled or the store cannot be read any more.
    func next() async -> ReceivedMessage? {
        do {
            while true {
                if let stored = page.popFirst() {
                    position = stored.position
                    if let message = try await readable(stored) { return message }
                } else {
                    let position = position
                    page = try await store.read { try $0.inbox(after: position, limit: Self.pageSize) }[...]
                    guard page.isEmpty else { continue }
                    var changes = arrivals.makeAsyncIterator()
                    guard await changes.next() != nil else { return nil }
                }
            }
        } catch is CancellationError {
            return nil
        } catch {
            logger.error("inbox cannot be read", ["error": "\(error)"])
            return nil
        }
    }

    /// A message that an earlier or later version of this program left and this one does not understand is recorded.
    private func readable(_ stored: InboxMessage) async throws -> ReceivedMessage? {
        do {
            return ReceivedMessage(
                id: stored.messageID, sender: try IdentityID(stored.sender.name),
                message: try JSONDecoder().decode(TypedMessage.self, from: stored.content),
                receivedAt: stored.receivedAt)
        } catch {
            try await store.write { store in
                try store.record(
                    "not understood: \(error)", peer: stored.sender.name, messageID: stored.messageID)
                try store.removeFromInbox(stored.messageID)
            }
            return nil
        }
    }
}
