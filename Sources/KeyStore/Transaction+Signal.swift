import RelayAPI
import SignalProtocol

// What sessions need of a store, under the protocol's addresses.

extension Transaction: IdentityStore {
    package var identityKeyPair: IdentityKeyPair { account.identity }
    package var localRegistrationID: UInt32 { account.registrationID }

    package func isTrusted(
        _ key: PublicKey, for address: ProtocolAddress, direction: TrustDirection
    ) throws -> Bool {
        try peers.isTrusted(key, of: IdentityID(address.name), direction: direction)
    }

    package mutating func saveIdentity(
        _ key: PublicKey, for address: ProtocolAddress
    ) throws -> IdentityChange {
        try peers.note(key, of: IdentityID(address.name))
    }

    package func identity(for address: ProtocolAddress) throws -> PublicKey? {
        try peers.peer(IdentityID(address.name))?.currentKey
    }
}

extension Transaction: SessionStore {
    package func session(for address: ProtocolAddress) throws -> SessionRecord? {
        try sessions.session(with: DeviceAddress(address))
    }

    package mutating func storeSession(_ record: SessionRecord, for address: ProtocolAddress) throws {
        try sessions.store(record, with: DeviceAddress(address))
    }
}

extension Transaction: PreKeyStore {
    package func preKey(id: UInt32) throws -> PreKeyRecord? { try preKeys.preKey(id) }
    package mutating func storePreKey(_ record: PreKeyRecord) throws { try preKeys.store(record) }
    package mutating func removePreKey(id: UInt32) throws { try preKeys.removePreKey(id) }
}

extension Transaction: SignedPreKeyStore {
    package func signedPreKey(id: UInt32) throws -> SignedPreKeyRecord? { try preKeys.signedPreKey(id) }
    package mutating func storeSignedPreKey(_ record: SignedPreKeyRecord) throws { try preKeys.store(record) }
}

extension Transaction: KyberPreKeyStore {
    package func kyberPreKey(id: UInt32) throws -> KyberPreKeyRecord? { try preKeys.kyberPreKey(id) }
    package mutating func storeKyberPreKey(_ record: KyberPreKeyRecord) throws { try preKeys.store(record) }

    package mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws {
        try preKeys.markKyberPreKeyUsed(id, signedPreKeyID: signedPreKeyID, baseKey: baseKey)
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
    package init(
        from local: DeviceAddress, to remote: DeviceAddress, effort: Effort = .full
    ) throws(SignalError) {
        self.init(local: try ProtocolAddress(local), remote: try ProtocolAddress(remote), effort: effort)
    }
}
