import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// The sessions with peers' devices. Those under each identity key of a peer are kept apart: a session under an
/// unapproved key never takes the place of the conversation under the approved one.
extension Transaction {
    /// A decrypted message.
    package struct Decrypted: Sendable {
        package let plaintext: [UInt8]
        /// The identity key of the session that it came in.
        package let key: PublicKey
        package let observation: PinnedIdentity.Observation
    }

    /// Begins a session with the device of a bundle, under the bundle's identity key.
    ///
    /// - Throws: `SignalError.untrustedIdentity` unless the key was noted and is not rejected; others of the bundle.
    package mutating func begin(with bundle: PreKeyBundle, of device: DeviceAddress) throws {
        let cipher = try SessionCipher(from: account.owner, to: device)
        let standing = try peers.peer(device.identity)?.standing(of: bundle.identityKey)
        guard let standing, standing != .rejected else { throw SignalError.untrustedIdentity(cipher.remote) }
        var stores = SessionStores(transaction: self, key: bundle.identityKey)
        try cipher.process(bundle, in: &stores, now: now)
    }

    /// Encrypts a message for a device: one step of the session under the peer's approved key.
    ///
    /// - Throws: `SignalError.untrustedIdentity` where no key is approved, `.sessionNotFound`.
    package mutating func encrypt(
        _ plaintext: [UInt8], for device: DeviceAddress
    ) throws -> CiphertextMessage {
        guard let key = try peers.approvedKey(of: device.identity) else {
            throw SignalError.untrustedIdentity(try ProtocolAddress(device))
        }
        var stores = SessionStores(transaction: self, key: key)
        return try SessionCipher(from: account.owner, to: device).encrypt(plaintext, in: &stores, now: now)
    }

    /// Decrypts a message from a device, and records the key it came under: the relay's operator can start a session
    /// under any name, and only the key identifies the sender.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - device: Who it says it is from.
    ///   - messageID: Its id, for the incident that tells of a key.
    ///   - effort: How hard to try the sessions under the approved key. Others are always tried briefly, so that
    ///     made-up keys cannot multiply the cost of a message.
    /// - Returns: The plaintext with its key.
    /// - Throws: `SignalError`; `KeyRefused` where messages under its key are not taken. Then the caller has to undo what
    ///   was written.
    package mutating func decrypt(
        _ message: CiphertextMessage, from device: DeviceAddress, messageID: UUID,
        effort: SessionCipher.Effort = .full
    ) throws -> Decrypted {
        // What begins a session names its key: one that is not taken costs no decryption.
        if case .preKey(let first) = message {
            let key = first.identityKey
            let observation = try take(key, of: device.identity, messageID)
            return Decrypted(
                plaintext: try decrypt(
                    message, from: device, under: key, observation == .approved ? effort : .brief),
                key: key, observation: observation)
        }
        var failure: SignalError?
        for known in try keysOfSessions(with: device) {
            let key = known.key
            do {
                let plaintext = try decrypt(
                    message, from: device, under: key, known.standing.isApproved ? effort : .brief)
                let observation = try take(key, of: device.identity, messageID)
                return Decrypted(plaintext: plaintext, key: key, observation: observation)
            } catch let error as SignalError {
                if case .duplicatedMessage = error { throw error }
                // Of several reasons, that of the approved key's session is the one to tell.
                failure = failure ?? error
            }
        }
        throw try failure ?? SignalError.sessionNotFound(ProtocolAddress(device))
    }

    private mutating func decrypt(
        _ message: CiphertextMessage, from device: DeviceAddress, under key: PublicKey,
        _ effort: SessionCipher.Effort
    ) throws -> [UInt8] {
        var stores = SessionStores(transaction: self, key: key)
        let plaintext = try SessionCipher(from: account.owner, to: device, effort: effort)
            .decrypt(message, in: &stores)
        try sessions.archiveIfRetired(with: device, under: key)
        return plaintext
    }

    private mutating func take(
        _ key: PublicKey, of id: IdentityID, _ messageID: UUID
    ) throws -> PinnedIdentity.Observation {
        let observation = try note(key, of: id, messageID: messageID)
        switch observation {
        case .approved, .unapproved: return observation
        case .rejected: throw KeyRefused.rejected
        case .tooMany: throw KeyRefused.tooMany
        }
    }

    /// The approved key comes first. What was rejected has no sessions.
    private func keysOfSessions(with device: DeviceAddress) throws -> [PinnedIdentity.KnownKey] {
        let keys = try peers.peer(device.identity)?.keys.filter { $0.devices.contains(device.device) } ?? []
        return keys.filter(\.standing.isApproved) + keys.filter { !$0.standing.isApproved }
    }
}

/// Messages under the key of a message are not taken.
package enum KeyRefused: Error, Hashable, Sendable {
    /// A person has rejected it, or it claims to be our own.
    case rejected
    /// Many other keys of the peer wait for a decision already.
    case tooMany
}

extension KeyRefused: CustomStringConvertible {
    package var description: String {
        switch self {
        case .rejected: "its identity key was rejected"
        case .tooMany: "too many identity keys of this peer wait for a decision already"
        }
    }
}

/// What the protocol needs of a store, as seen from the sessions under one identity key of the peer.
private struct SessionStores: ProtocolStore {
    var transaction: Transaction
    let key: PublicKey

    var identityKeyPair: IdentityKeyPair { transaction.account.identity }
    var localRegistrationID: UInt32 { transaction.account.registrationID }

    func isTrusted(_ key: PublicKey, for address: ProtocolAddress, direction: TrustDirection) -> Bool {
        key == self.key
    }

    /// Keys are noted before, with all that follows from it.
    mutating func saveIdentity(_ key: PublicKey, for address: ProtocolAddress) -> IdentityChange {
        .newOrUnchanged
    }

    func identity(for address: ProtocolAddress) -> PublicKey? { key }

    func session(for address: ProtocolAddress) throws -> SessionRecord? {
        try transaction.sessions.session(with: DeviceAddress(address), under: key)
    }

    mutating func storeSession(_ record: SessionRecord, for address: ProtocolAddress) throws {
        try transaction.sessions.store(record, with: DeviceAddress(address), under: key)
    }

    func preKey(id: UInt32) throws -> PreKeyRecord? { try transaction.preKeys.preKey(id) }
    mutating func storePreKey(_ record: PreKeyRecord) throws { try transaction.preKeys.store(record) }
    mutating func removePreKey(id: UInt32) throws { try transaction.preKeys.removePreKey(id) }

    func signedPreKey(id: UInt32) throws -> SignedPreKeyRecord? { try transaction.preKeys.signedPreKey(id) }
    mutating func storeSignedPreKey(_ record: SignedPreKeyRecord) throws {
        try transaction.preKeys.store(record)
    }

    func kyberPreKey(id: UInt32) throws -> KyberPreKeyRecord? { try transaction.preKeys.kyberPreKey(id) }
    mutating func storeKyberPreKey(_ record: KyberPreKeyRecord) throws {
        try transaction.preKeys.store(record)
    }

    mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws {
        try transaction.preKeys.markKyberPreKeyUsed(id, signedPreKeyID: signedPreKeyID, baseKey: baseKey)
    }
}

extension ProtocolAddress {
    package init(_ address: DeviceAddress) throws(SignalError) {
        try self.init(name: address.identity.description, deviceID: address.device.rawValue)
    }
}

extension DeviceAddress {
    fileprivate init(_ address: ProtocolAddress) throws(InvalidValue) {
        self.init(try IdentityID(address.name), try DeviceID(address.deviceID))
    }
}

extension SessionCipher {
    /// Encrypts and decrypts in the session of `local` with `remote`.
    fileprivate init(
        from local: DeviceAddress, to remote: DeviceAddress, effort: Effort = .full
    ) throws(SignalError) {
        self.init(local: try ProtocolAddress(local), remote: try ProtocolAddress(remote), effort: effort)
    }
}
