/// The direction that a trust check is made for.
public enum TrustDirection: Hashable, Sendable {
    /// Sending to the address.
    case sending
    /// Receiving from the address.
    case receiving
}

/// Whether an address has changed its identity key.
public enum IdentityChange: Hashable, Sendable {
    /// The address had no key before, or had the same one.
    case newOrUnchanged
    /// The address had another key before: its safety number has changed.
    case replaced
}

/// Stores the local identity and the identities of peers.
///
/// All stores are synchronous. The caller owns the transaction: each protocol operation calls the stores in its
/// documented order, and if it throws, all its writes should be rolled back. No message and no plaintext may leave
/// before the transaction is committed. Operations on the same address must not overlap.
public protocol IdentityStore {
    /// The local identity.
    var identityKeyPair: IdentityKeyPair { get throws }
    /// The local device's registration id.
    var localRegistrationID: UInt32 { get throws }

    /// Whether `key` may be used for `address`.
    func isTrusted(_ key: PublicKey, for address: ProtocolAddress, direction: TrustDirection) throws -> Bool

    /// Records `key` as the current identity of `address`, and returns whether it replaced another.
    mutating func saveIdentity(_ key: PublicKey, for address: ProtocolAddress) throws -> IdentityChange

    /// The identity of `address`, if one has been saved.
    func identity(for address: ProtocolAddress) throws -> PublicKey?
}

/// Stores sessions between messages.
public protocol SessionStore {
    /// The sessions with `address`, if there were any.
    func session(for address: ProtocolAddress) throws -> SessionRecord?
    /// Replaces the sessions with `address`.
    mutating func storeSession(_ record: SessionRecord, for address: ProtocolAddress) throws
}

/// Stores one-time prekeys until they are used.
public protocol PreKeyStore {
    /// The prekey with that id, unless it was used.
    func preKey(id: UInt32) throws -> PreKeyRecord?
    /// Stores a prekey under its id.
    mutating func storePreKey(_ record: PreKeyRecord) throws
    /// Removes a prekey. An unknown id is not an error.
    mutating func removePreKey(id: UInt32) throws
}

/// Stores signed prekeys, including replaced ones for as long as first messages may still use them.
public protocol SignedPreKeyStore {
    /// The prekey with that id, if it is still stored.
    func signedPreKey(id: UInt32) throws -> SignedPreKeyRecord?
    /// Stores a prekey under its id.
    mutating func storeSignedPreKey(_ record: SignedPreKeyRecord) throws
}

/// Stores Kyber prekeys and tracks their use.
public protocol KyberPreKeyStore {
    /// The prekey with that id, unless it was used or dropped.
    func kyberPreKey(id: UInt32) throws -> KyberPreKeyRecord?
    /// Stores a prekey under its id; ``KyberPreKeyRecord/isLastResort`` says whether it is kept after use.
    mutating func storeKyberPreKey(_ record: KyberPreKeyRecord) throws

    /// Records that a session was started with this prekey.
    ///
    /// A one-time prekey is deleted. A last-resort prekey stays, and the store remembers the base keys seen with each
    /// pair of ids: this prevents replay of a first message into another session.
    ///
    /// - Throws: `SignalError.invalidMessage(.preKey)` if this base key was already seen with this pair.
    mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws
}

/// Stores the sender keys of groups, our own and those of peers.
public protocol SenderKeyStore {
    /// The chains of `sender` for a distribution, if there are any.
    func senderKey(for sender: ProtocolAddress, distributionID: DistributionID) throws -> SenderKeyRecord?
    /// Replaces the chains of `sender` for a distribution.
    mutating func storeSenderKey(
        _ record: SenderKeyRecord, for sender: ProtocolAddress, distributionID: DistributionID) throws
}

/// All stores that sessions need.
public typealias ProtocolStore = IdentityStore & SessionStore & PreKeyStore & SignedPreKeyStore
    & KyberPreKeyStore
