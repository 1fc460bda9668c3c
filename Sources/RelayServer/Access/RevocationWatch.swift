import Logging
import RelayAPI
import Synchronization

/// Closes the sockets of devices that an operator removed directly in the database while the relay runs.
///
/// Follows the audit log, which records every removal.
final class RevocationWatch: Sendable {
    private let store: SQLiteRelayStore
    private let exchange: MessageExchange
    private let logger: Logger
    /// The last row of the audit log that was read.
    private let seen = Mutex<Int64>(0)

    init(_ store: SQLiteRelayStore, _ exchange: MessageExchange, _ logger: Logger) {
        self.store = store
        self.exchange = exchange
        self.logger = logger
    }

    @Sendable func look() async {
        do {
            let (devices, newest) = try await store.removedDevices(since: seen.withLock(\.self))
            for device in devices { exchange.revoke(device) }
            seen.withLock { $0 = newest }
        } catch {
            logger.warning("cannot check for removed devices", ["error": "\(error)"])
        }
    }
}
