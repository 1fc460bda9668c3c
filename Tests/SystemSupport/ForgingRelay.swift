import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import RelayServer
import SignalProtocol
import TestSupport

/// Whoever has a relay's database, while the relay is stopped: takes the victim's bundle, begins a session under the name
/// of somebody else and a key of its own, and queues what it likes.
package struct ForgingRelay {
    let database: String

    package init(database: String) { self.database = database }

    /// - Returns: The key that was made up.
    @discardableResult
    package func forge(as name: String, to victim: String, _ messages: [TypedMessage]) async throws
        -> PublicKey
    {
        let relay = try SQLiteRelayStore(existing: database)
        let (forged, peer) = (try IdentityID(name), try IdentityID(victim))
        guard let device = try await relay.devices(of: peer).first else { throw Unexpected("no \(victim)") }
        let bundles = try await relay.takeBundles(of: peer)
        let scratch = try ScratchDirectory()
        let store = try KeyStore.create(
            at: scratch.file("forged.db"), passphrase: "forged", owner: DeviceAddress(forged))
        defer { store.close() }
        let messenger = Messenger(
            store: store, relay: RelayClient(url: "http://127.0.0.1:1"), logger: .silent)
        try await messenger.startSession(
            with: IdentityBundle(
                id: peer, identityKey: Base64(device.identityKey), devices: bundles.map(\.bundle)))
        for message in messages {
            for envelope in try await messenger.encrypt(message, to: peer) {
                _ = try await relay.accept(envelope, at: Date().milliseconds)
            }
        }
        return store.account.identity.publicKey
    }

    /// What a running system says to itself: a reading of another host as its probe, an hour after `reading`, and a
    /// question of its user.
    package func forgeMachines(after reading: Sample) async throws {
        var forged = CannedTelemetry.sample(takenAt: reading.takenAt + 3_600_000)
        forged.host.name = "forged.example"
        try await forge(
            as: "diagprobe", to: "sysmaint", [TypedMessage(.telemetryReport(TelemetryReport(sample: forged)))]
        )
        let requestID = UUID()
        try await forge(
            as: "alice", to: "sysmaint",
            [
                TypedMessage(.chatPrompt(ChatPrompt(text: "forged question")), requestId: requestID),
                TypedMessage(.chatCancel, requestId: requestID),
            ])
    }
}
