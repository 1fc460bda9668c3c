import Foundation
import KeyStore
import Logging
import MaintenanceAPI

/// Reads the inbox from its beginning and then as it grows. It holds one page, however much waits.
actor InboxReader {
    private static let pageSize = 32

    private let store: KeyStore
    private let arrivals: AsyncStream<Void>
    private let logger: Logger
    private var page: ArraySlice<ReceivedMessage> = []
    private var position: Int64 = 0

    init(store: KeyStore, arrivals: AsyncStream<Void>, logger: Logger) {
        self.store = store
        self.arrivals = arrivals
        self.logger = logger
    }

    /// The next message; nil when the task is cancelled or the store can no longer be read.
    func next() async -> ReceivedMessage? {
        do {
            while true {
                if let message = page.popFirst() { return message }
                let next = try await store.messages { [position] in
                    try $0.inbox.page(after: position, limit: Self.pageSize)
                }
                page = next.messages[...]
                if let last = next.lastPosition {
                    position = last
                } else {
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
}
