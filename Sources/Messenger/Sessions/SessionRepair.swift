import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import Synchronization

/// Starts a new session when the peer's messages can no longer be decrypted.
///
/// It starts a session from the peer's bundle and sends a ping in it: once the peer has read that, both ends use the
/// new session, and the peer sends again what the ping says could not be read.
final class SessionRepair: Sendable {
    /// One attempt per device in this time: garbage must not make us use up a peer's keys.
    static let interval: TimeInterval = 600
    /// Attempts in this time for all devices of unknown identities: names cost a sender, or the relay, nothing.
    static let strangerLimit = 16

    private struct Tries {
        var last: [DeviceAddress: Date] = [:]
        var ofStrangers: [Date] = []
    }

    private let store: KeyStore
    private let access: RelayAccess
    private let tries = Mutex(Tries())

    init(store: KeyStore, access: RelayAccess) {
        self.store = store
        self.access = access
    }

    /// - Returns: Whether a session was started; false if one was tried lately, or the peer's key awaits approval.
    func repair(_ device: DeviceAddress) async throws -> Bool {
        let (now, isKnown) = try await store.read {
            ($0.now, try $0.peers.peer(device.identity) != nil)
        }
        guard mayTry(device, isKnown: isKnown, at: now) else { return false }
        let bundle = try await access.bundle(of: device.identity)
        return try await store.write { transaction in
            guard try PeerSessions.begin(with: bundle, broken: [device.device], in: &transaction) else {
                return false
            }
            guard bundle.devices.contains(where: { $0.device == device.device }) else { return false }
            let unread = try Self.unread(from: device, in: transaction)
            let ping = OutgoingMessage(
                id: .timeOrdered(), peer: device.identity, message: TypedMessage(.ping(Ping(unread: unread))),
                deliveryClass: .durable)
            try ping.enqueue(JSONEncoder().encode(ping.message), for: device, in: &transaction)
            return true
        }
    }

    /// The device's messages that could not be read lately.
    private static func unread(from device: DeviceAddress, in transaction: Transaction) throws -> [UUID] {
        let oldest = transaction.now.addingTimeInterval(-interval)
        return try transaction.incidents.newest(limit: Ping.maxUnreadCount)
            .filter { $0.peer == device.description && $0.at > oldest }.compactMap(\.messageID).reversed()
    }

    private func mayTry(_ device: DeviceAddress, isKnown: Bool, at now: Date) -> Bool {
        func isRecent(_ date: Date) -> Bool { abs(now.timeIntervalSince(date)) < Self.interval }
        return tries.withLock { tries in
            tries.last = tries.last.filter { isRecent($0.value) }
            tries.ofStrangers.removeAll { !isRecent($0) }
            guard tries.last[device] == nil, isKnown || tries.ofStrangers.count < Self.strangerLimit else {
                return false
            }
            tries.last[device] = now
            if !isKnown { tries.ofStrangers.append(now) }
            return true
        }
    }
}
