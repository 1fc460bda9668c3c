import Logging
import RelayAPI
import Synchronization

/// Ends the sockets of devices that were removed in the database beside the running relay, as an operator does.
///
/// Follows the audit log, which every removal is written to.
final class RevocationWatch: Sendable {
    private let store: any RelayStore
    private let exchange: Exchange
    private let logger: Logger
    /// How far the audit log was read; what was removed before the relay began has no socket.
    private let seen = Mutex(Int64.max)

    init(_ store: any RelayStore, _ exchange: Exchange, _ logger: Logger) {
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
            logger.warning("removed devices not looked for", ["error": "\(error)"])
        }
    }
}
