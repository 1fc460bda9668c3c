/// Whom a question of trust is about: somebody we write to, or somebody who wrote to us.
public enum TrustDirection: Hashable, Sendable {
    /// Somebody we write to.
    case sending
    /// Somebody who wrote to us.
    case receiving
}

/// Whether an address has got another identity key.
public enum IdentityChange: Hashable, Sendable {
    /// The address had no key before, or the same.
    case newOrUnchanged
    /// The address had another key before: its safety number has changed.
    case replaced
}

/// Where one's own identity and those of others are kept.
///
/// All stores are synchronous. Whoever calls owns the transaction: an operation of the protocol calls its stores in
/// the order given with it, and when it throws, everything that it wrote should be rolled back. No message, and no
/// plaintext, may leave before the transaction is committed. Operations on one address must not overlap.
public protocol IdentityStore {
    /// One's own identity.
    var identityKeyPair: IdentityKeyPair { get throws }
    /// The number one's own device was given at registration.
    var localRegistrationID: UInt32 { get throws }

    /// Whether `key` may be used for `address`.
    func isTrusted(_ key: PublicKey, for address: ProtocolAddress, direction: TrustDirection) throws -> Bool

    /// Notes that `key` is the identity of `address` now, and says whether it was another.
    mutating func saveIdentity(_ key: PublicKey, for address: ProtocolAddress) throws -> IdentityChange

    /// The identity of `address`, if one was ever saved.
    func identity(for address: ProtocolAddress) throws -> PublicKey?
}

/// Where sessions live between messages.
public protocol SessionStore {
    /// The sessions with `address`, if there were any.
    func session(for address: ProtocolAddress) throws -> SessionRecord?
    /// Keeps the sessions with `address` in place of those before.
    mutating func storeSession(_ record: SessionRecord, for address: ProtocolAddress) throws
}

/// Where one's one-time prekeys are kept until they are used.
public protocol PreKeyStore {
    /// The prekey of that id, unless it was used.
    func preKey(id: UInt32) throws -> PreKeyRecord?
    /// Keeps a prekey under its id.
    mutating func storePreKey(_ record: PreKeyRecord) throws
    /// Removing one that is not there is fine.
    mutating func removePreKey(id: UInt32) throws
}

/// Where one's signed prekeys are kept, those that were replaced too as long as first messages may still use them.
public protocol SignedPreKeyStore {
    /// The prekey of that id, if it is still kept.
    func signedPreKey(id: UInt32) throws -> SignedPreKeyRecord?
    /// Keeps a prekey under its id.
    mutating func storeSignedPreKey(_ record: SignedPreKeyRecord) throws
}

/// Where one's Kyber prekeys are kept, and what is known of their use.
public protocol KyberPreKeyStore {
    /// The prekey of that id, unless it was used or dropped.
    func kyberPreKey(id: UInt32) throws -> KyberPreKeyRecord?
    /// Keeps a prekey under its id.
    mutating func storeKyberPreKey(_ record: KyberPreKeyRecord) throws

    /// Notes that a session has been begun with this prekey.
    ///
    /// A one-time prekey is deleted. A last-resort one stays, and the store remembers the base keys it has seen with
    /// each pair of ids: that is what stops a first message from being played again to another session.
    ///
    /// - Throws: `SignalError.invalidMessage(.preKey)` if this base key was seen before with this pair.
    mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws
}

/// Where the keys of groups are kept, of one's own sending and of others'.
public protocol SenderKeyStore {
    /// The chains of `sender` for a distribution, if there are any.
    func senderKey(for sender: ProtocolAddress, distributionID: DistributionID) throws -> SenderKeyRecord?
    /// Keeps the chains of `sender` for a distribution.
    mutating func storeSenderKey(
        _ record: SenderKeyRecord, for sender: ProtocolAddress, distributionID: DistributionID) throws
}

/// Everything that sessions need.
public typealias ProtocolStore = IdentityStore & SessionStore & PreKeyStore & SignedPreKeyStore
    & KyberPreKeyStore
