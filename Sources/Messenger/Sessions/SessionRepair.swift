import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import Synchronization

/// Makes a session anew when the peer's messages cannot be decrypted any more.
///
/// A fresh session from the peer's bundle, and a ping in it: when the peer has read that, both ends use the new session.
final class SessionRepair: Sendable {
    /// One try per device in this time: somebody who sends garbage must not make us use up a peer's keys.
    static let interval: TimeInterval = 600

    private let store: KeyStore
    private let access: RelayAccess
    private let lastTries = Mutex<[DeviceAddress: Date]>([:])

    init(store: KeyStore, access: RelayAccess) {
        self.store = store
        self.access = access
    }

    /// - Returns: Whether a session was begun; false if one was tried lately, or the peer's key waits for approval.
    func repair(_ device: DeviceAddress) async throws -> Bool {
        guard mayTry(device, at: try await store.read(\.now)) else { return false }
        let bundle = try await access.withToken { relay, token in
            try await relay.bundle(of: device.identity, token: token)
        }
        return try await store.write { transaction in
            guard try PeerSessions.begin(with: bundle, broken: [device.device], in: &transaction) else {
                return false
            }
            guard bundle.devices.contains(where: { $0.device == device.device }) else { return false }
            let ping = OutgoingMessage(
                id: .timeOrdered(), peer: device.identity, message: TypedMessage(.ping),
                deliveryClass: .durable)
            try ping.enqueue(JSONEncoder().encode(ping.message), for: device, in: &transaction)
            return true
        }
    }

    private func mayTry(_ device: DeviceAddress, at now: Date) -> Bool {
        lastTries.withLock { tries in
            if let last = tries[device], abs(now.timeIntervalSince(last)) < Self.interval { return false }
            tries[device] = now
            return true
        }
    }
}
