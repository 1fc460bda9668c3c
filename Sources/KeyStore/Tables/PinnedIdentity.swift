import Foundation
import RelayAPI
import SignalProtocol

/// What is known of a peer's identity: the key that may be written to, and one that waits for a person's approval.
///
/// The first key seen is approved by that. Another one is accepted for receiving; until a person approves it, nothing
/// is sent.
package struct PinnedIdentity: Hashable, Sendable {
    package let id: IdentityID
    package private(set) var approvedKey: PublicKey
    /// The key that was seen later and waits for approval.
    package private(set) var changedKey: PublicKey?
    package private(set) var changedAt: Date?
    package let firstSeenAt: Date
    /// The devices that there is a session with, in order.
    package private(set) var devices: [DeviceID] = []
    /// Keys that were approved before: a late message under one of them is no change.
    private var retiredKeys: [PublicKey] = []

    init(id: IdentityID, key: PublicKey, at now: Date) {
        self.id = id
        approvedKey = key
        firstSeenAt = now
    }

    /// The key seen last.
    package var currentKey: PublicKey { changedKey ?? approvedKey }

    package var awaitsApproval: Bool { changedKey != nil }

    func isTrusted(_ key: PublicKey, direction: TrustDirection) -> Bool {
        switch direction {
        case .receiving: true
        case .sending: key == approvedKey && !awaitsApproval
        }
    }

    /// Takes note of the key that a message or a bundle came with.
    mutating func observe(_ key: PublicKey, at now: Date) -> IdentityChange {
        guard key != approvedKey, key != changedKey, !retiredKeys.contains(key) else {
            return .newOrUnchanged
        }
        changedKey = key
        changedAt = now
        return .replaced
    }

    /// Takes note of the key under which the peer is listed now, also if it is one of earlier times.
    mutating func observeListed(_ key: PublicKey, at now: Date) -> IdentityChange {
        retiredKeys.removeAll { $0 == key }
        return observe(key, at: now)
    }

    /// - Returns: Whether `key` is the one that waited for approval, or approved already.
    mutating func approve(_ key: PublicKey) -> Bool {
        guard key == currentKey else { return false }
        if key != approvedKey { retiredKeys.append(approvedKey) }
        approvedKey = key
        changedKey = nil
        changedAt = nil
        return true
    }

    mutating func addDevice(_ device: DeviceID) {
        guard !devices.contains(device) else { return }
        devices = (devices + [device]).sorted()
    }

    mutating func removeDevice(_ device: DeviceID) { devices.removeAll { $0 == device } }
}

extension PinnedIdentity: Codable {
    private enum Key: String, CodingKey {
        case name, approvedKey, changedKey, changedAt, firstSeenAt, devices, retiredKeys
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        id = try fields.decode(IdentityID.self, forKey: .name)
        approvedKey = try PublicKey(wire: fields.decode(Data.self, forKey: .approvedKey))
        changedKey = try fields.decodeIfPresent(Data.self, forKey: .changedKey).map {
            try PublicKey(wire: $0)
        }
        changedAt = try fields.decodeIfPresent(Date.self, forKey: .changedAt)
        firstSeenAt = try fields.decode(Date.self, forKey: .firstSeenAt)
        devices = try fields.decode([DeviceID].self, forKey: .devices)
        retiredKeys = try fields.decode([Data].self, forKey: .retiredKeys).map { try PublicKey(wire: $0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(id, forKey: .name)
        try fields.encode(Data(approvedKey.wire), forKey: .approvedKey)
        try fields.encodeIfPresent(changedKey.map { Data($0.wire) }, forKey: .changedKey)
        try fields.encodeIfPresent(changedAt, forKey: .changedAt)
        try fields.encode(firstSeenAt, forKey: .firstSeenAt)
        try fields.encode(devices, forKey: .devices)
        try fields.encode(retiredKeys.map { Data($0.wire) }, forKey: .retiredKeys)
    }
}
