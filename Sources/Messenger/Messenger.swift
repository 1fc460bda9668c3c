import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import RelayAPI

/// A device's account on a relay: sends and receives typed messages, encrypted.
///
/// As a service it keeps a connection, sends the outbox and receives what arrives. Without it the same is done step by
/// step: `register()`, `send(…)` and `flush()`, `receiveUntilEmpty()`.
package final class Messenger: Sendable {
    package let store: KeyStore
    package let address: DeviceAddress
    let relay: any Relay
    let access: RelayAccess
    let upkeep: PreKeyUpkeep
    let repair: SessionRepair
    let clock: any Clock<Duration>
    let logger: Logger
    let outboxChanged = ChangeSignal()
    let inboxChanged = ChangeSignal()
    let heldChanged = ChangeSignal()
    let keysDecided = ChangeSignal()
    let connection = ConnectionState()
    let recentEnvelopes = RecentEnvelopes()
    let unreadable = UnreadableSenders()
    let unapprovedBundles = UnapprovedBundles()

    package init(
        store: KeyStore, relay: any Relay, logger: Logger, clock: any Clock<Duration> = ContinuousClock(),
        stock: PreKeyStock = PreKeyStock()
    ) {
        self.store = store
        self.relay = relay
        self.clock = clock
        address = store.account.owner
        access = RelayAccess(store: store, relay: relay, owner: address)
        upkeep = PreKeyUpkeep(store: store, access: access, owner: address.identity, stock: stock)
        repair = SessionRepair(store: store, access: access)
        var logger = logger
        logger.fields["identity"] = "\(address)"
        self.logger = logger
    }

    /// Whether the relay's socket is open.
    package var isConnected: Bool { connection.isOpen }

    /// The relay this device is registered with; nil where its address is not one of HTTP.
    package var relayOrigin: RelayOrigin? { relay.origin }

    /// Registers this device and supplies the relay with prekeys.
    package func register() async throws {
        try await access.register()
        try await upkeep.run()
    }

    /// Fetches the peer's bundle and begins the sessions that are missing.
    func beginSessions(with peer: IdentityID) async throws {
        try await withBundle(of: peer) { bundle, transaction in
            try PeerSessions.begin(with: bundle, in: &transaction)
        }
    }

    /// Fetches the peer's current devices, and updates its waiting messages to match.
    func renewDevices(of peer: IdentityID) async throws {
        try await withBundle(of: peer) { bundle, transaction in
            let renewal = OutboxRenewal(peer: peer)
            guard try PeerSessions.begin(with: bundle, in: &transaction) else {
                try renewal.noteDelay(MessengerError.identityChanged(peer).description, in: &transaction)
                return false
            }
            try renewal.run(in: &transaction)
            return true
        }
    }

    /// Fetches and processes the peer's bundle.
    ///
    /// - Parameters:
    ///   - peer: The bundle's owner.
    ///   - take: Returns false if the bundle's key is not approved.
    /// - Throws: `MessengerError.identityChanged`; without asking the relay if it returned such a key lately.
    private func withBundle(
        of peer: IdentityID, _ take: @escaping @Sendable (IdentityBundle, inout Transaction) throws -> Bool
    ) async throws {
        guard unapprovedBundles.rest(of: peer, at: try await store.read(\.now)) == 0 else {
            throw MessengerError.identityChanged(peer)
        }
        let decisionCount = unapprovedBundles.decisionCount
        let bundle = try await access.bundle(of: peer)
        let (isTrusted, now) = try await store.write { (try take(bundle, &$0), $0.now) }
        guard isTrusted else {
            unapprovedBundles.note(peer, at: now, after: decisionCount)
            throw identityChanged(peer)
        }
        unapprovedBundles.forget(peer)
    }

    func beginSessions(with bundle: IdentityBundle) async throws {
        let isTrusted = try await store.write { try PeerSessions.begin(with: bundle, in: &$0) }
        guard isTrusted else { throw identityChanged(bundle.id) }
    }

    private func identityChanged(_ peer: IdentityID) -> MessengerError {
        heldChanged.raise()
        return .identityChanged(peer)
    }
}
