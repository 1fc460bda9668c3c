import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// The identity keys of a peer: the one that is approved, and others that were seen.
///
/// The first key seen is approved by that. Any other waits until a person decides about it; until then it changes nothing
/// for the conversation under the approved one. A key that was replaced waits like a new one when it comes again.
package struct PinnedIdentity: Hashable, Sendable {
    /// One of the keys.
    package struct KnownKey: Hashable, Sendable {
        package let key: PublicKey
        package fileprivate(set) var standing: KeyStanding
        package let firstSeenAt: Date
        /// The devices with a session under this key, in order.
        package fileprivate(set) var devices: [DeviceID] = []
    }

    /// The outcome for the key of a message or a bundle.
    package enum Observation: Hashable, Sendable {
        case approved
        /// It waits for a person's decision; `isNews` where it did not before.
        case unapproved(isNews: Bool)
        case rejected
        /// Too many wait already.
        case tooMany
    }

    /// The maximum number of keys awaiting a decision: the relay's operator can create any number.
    package static let maxUnapprovedCount = 8

    package let id: IdentityID
    /// In the order in which they were seen first.
    package private(set) var keys: [KnownKey]
    /// The one that was approved when messages were not yet stored with their key.
    private(set) var keyOfUnmarkedMessages: PublicKey?

    init(id: IdentityID, key: PublicKey, standing: KeyStanding = .firstUse, at now: Date) {
        self.id = id
        keys = [KnownKey(key: key, standing: standing, firstSeenAt: now)]
    }

    /// The key for sending; nil after a person has rejected it.
    package var approved: KnownKey? { keys.first { $0.standing.isApproved } }
    package var approvedKey: PublicKey? { approved?.key }

    /// The keys that wait for a decision.
    package var unapproved: [KnownKey] { keys.filter { $0.standing == .unapproved } }

    package var awaitsApproval: Bool { !unapproved.isEmpty }

    /// The devices with a session under the approved key, in order.
    package var devices: [DeviceID] { approved?.devices ?? [] }

    package func standing(of key: PublicKey) -> KeyStanding? { position(of: key).map { keys[$0].standing } }

    /// Records the key of a message or a bundle.
    mutating func observe(_ key: PublicKey, at now: Date) -> Observation {
        switch standing(of: key) {
        case .firstUse, .invitation, .comparison: return .approved
        case .unapproved: return .unapproved(isNews: false)
        case .rejected: return .rejected
        case .retired, nil: break
        }
        guard unapproved.count < Self.maxUnapprovedCount else { return .tooMany }
        if let position = position(of: key) {
            keys[position].standing = .unapproved
        } else {
            keys.append(KnownKey(key: key, standing: .unapproved, firstSeenAt: now))
        }
        return .unapproved(isNews: true)
    }

    /// Approves a key; the one approved before is retired.
    ///
    /// - Returns: False if the key is not known, or does not replace one that a person approved by comparison.
    mutating func approve(_ key: PublicKey, by standing: KeyStanding) -> Bool {
        precondition(standing.isApproved)
        guard let position = position(of: key) else { return false }
        if let before = keys.firstIndex(where: \.standing.isApproved) {
            guard keys[before].standing != .comparison || standing == .comparison else {
                return before == position
            }
            keys[before].standing = .retired
        }
        keys[position].standing = standing
        return true
    }

    /// Rejects a key, also one that was approved: then nothing can be sent.
    ///
    /// - Returns: False if the key is not known.
    mutating func reject(_ key: PublicKey) -> Bool {
        guard let position = position(of: key) else { return false }
        keys[position].standing = .rejected
        keys[position].devices = []
        return true
    }

    mutating func addDevice(_ device: DeviceID, under key: PublicKey) {
        guard let position = position(of: key), !keys[position].devices.contains(device) else { return }
        keys[position].devices = (keys[position].devices + [device]).sorted()
    }

    mutating func removeDevice(_ device: DeviceID, under key: PublicKey) {
        guard let position = position(of: key) else { return }
        keys[position].devices.removeAll { $0 == device }
    }

    private func position(of key: PublicKey) -> Int? { keys.firstIndex { $0.key == key } }
}

extension PinnedIdentity: Codable {
    private enum Key: String, CodingKey { case name, keys, keyOfUnmarkedMessages }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        id = try fields.decode(IdentityID.self, forKey: .name)
        keys = try fields.decode([KnownKey].self, forKey: .keys)
        keyOfUnmarkedMessages = try fields.decodeIfPresent(Data.self, forKey: .keyOfUnmarkedMessages).map {
            try PublicKey(wire: $0)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(id, forKey: .name)
        try fields.encode(keys, forKey: .keys)
        try fields.encodeIfPresent(
            keyOfUnmarkedMessages.map { Data($0.wire) }, forKey: .keyOfUnmarkedMessages)
    }
}

extension PinnedIdentity.KnownKey: Codable {
    private enum Key: String, CodingKey { case key, standing, firstSeenAt, devices }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        key = try PublicKey(wire: fields.decode(Data.self, forKey: .key))
        standing = try fields.decode(KeyStanding.self, forKey: .standing)
        firstSeenAt = try fields.decode(Date.self, forKey: .firstSeenAt)
        devices = try fields.decode([DeviceID].self, forKey: .devices)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(Data(key.wire), forKey: .key)
        try fields.encode(standing, forKey: .standing)
        try fields.encode(firstSeenAt, forKey: .firstSeenAt)
        try fields.encode(devices, forKey: .devices)
    }
}
