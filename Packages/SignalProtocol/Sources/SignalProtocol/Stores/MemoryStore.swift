/// All stores in memory, for tests, examples and short-lived programs.
///
/// Trust on first use: an unknown address is trusted, a known one only with the same key. The members are documented in
/// the protocols that require them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
public struct MemoryStore: ProtocolStore, SenderKeyStore, Equatable, Sendable {
    private struct SenderKeyName: Hashable {
        let sender: ProtocolAddress
        let distributionID: DistributionID
    }

    private struct KyberUse: Hashable {
        let preKeyID: UInt32
        let signedPreKeyID: UInt32
        let baseKey: PublicKey
    }

    public let identityKeyPair: IdentityKeyPair
    public let localRegistrationID: UInt32

    private var identities: [ProtocolAddress: PublicKey] = [:]
    private var sessions: [ProtocolAddress: SessionRecord] = [:]
    private var preKeys: [UInt32: PreKeyRecord] = [:]
    private var signedPreKeys: [UInt32: SignedPreKeyRecord] = [:]
    private var kyberPreKeys: [UInt32: KyberPreKeyRecord] = [:]
    private var kyberUses: Set<KyberUse> = []
    private var senderKeys: [SenderKeyName: SenderKeyRecord] = [:]

    /// An empty store for an identity.
    public init(identityKeyPair: IdentityKeyPair, registrationID: UInt32) {
        self.identityKeyPair = identityKeyPair
        localRegistrationID = registrationID
    }

    public func isTrusted(_ key: PublicKey, for address: ProtocolAddress, direction: TrustDirection) -> Bool {
        identities[address].map { $0 == key } ?? true
    }

    public mutating func saveIdentity(_ key: PublicKey, for address: ProtocolAddress) -> IdentityChange {
        let previous = identities.updateValue(key, forKey: address)
        return previous == nil || previous == key ? .newOrUnchanged : .replaced
    }

    public func identity(for address: ProtocolAddress) -> PublicKey? { identities[address] }

    public func session(for address: ProtocolAddress) -> SessionRecord? { sessions[address] }

    public mutating func storeSession(_ record: SessionRecord, for address: ProtocolAddress) {
        sessions[address] = record
    }

    public func preKey(id: UInt32) -> PreKeyRecord? { preKeys[id] }

    public mutating func storePreKey(_ record: PreKeyRecord) { preKeys[record.id] = record }

    public mutating func removePreKey(id: UInt32) { preKeys[id] = nil }

    public func signedPreKey(id: UInt32) -> SignedPreKeyRecord? { signedPreKeys[id] }

    public mutating func storeSignedPreKey(_ record: SignedPreKeyRecord) { signedPreKeys[record.id] = record }

    public func kyberPreKey(id: UInt32) -> KyberPreKeyRecord? { kyberPreKeys[id] }

    public mutating func storeKyberPreKey(_ record: KyberPreKeyRecord) { kyberPreKeys[record.id] = record }

    /// Stores a Kyber prekey as a last resort, whatever its record says.
    public mutating func storeLastResortKyberPreKey(_ record: KyberPreKeyRecord) {
        var record = record
        record.isLastResort = true
        storeKyberPreKey(record)
    }

    public mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws {
        guard kyberPreKeys[id]?.isLastResort == true else {
            kyberPreKeys[id] = nil
            return
        }
        let use = KyberUse(preKeyID: id, signedPreKeyID: signedPreKeyID, baseKey: baseKey)
        guard kyberUses.insert(use).inserted else { throw SignalError.invalidMessage(.preKey) }
    }

    public func senderKey(for sender: ProtocolAddress, distributionID: DistributionID) -> SenderKeyRecord? {
        senderKeys[SenderKeyName(sender: sender, distributionID: distributionID)]
    }

    public mutating func storeSenderKey(
        _ record: SenderKeyRecord, for sender: ProtocolAddress, distributionID: DistributionID
    ) {
        senderKeys[SenderKeyName(sender: sender, distributionID: distributionID)] = record
    }
}

// MARK: Listing and removing

extension MemoryStore {
    /// The peers with a known identity, by address.
    public var identityAddresses: [ProtocolAddress] { identities.keys.sorted() }
    /// Forgets a peer's identity: the next key is trusted as a first one.
    public mutating func removeIdentity(for address: ProtocolAddress) { identities[address] = nil }

    /// The devices with sessions.
    public var sessionAddresses: [ProtocolAddress] { sessions.keys.sorted() }
    /// Removes all sessions with a device.
    public mutating func removeSession(for address: ProtocolAddress) { sessions[address] = nil }

    /// The ids of the one-time prekeys.
    public var preKeyIDs: [UInt32] { preKeys.keys.sorted() }

    /// The ids of the signed prekeys.
    public var signedPreKeyIDs: [UInt32] { signedPreKeys.keys.sorted() }
    /// Removes a signed prekey.
    public mutating func removeSignedPreKey(id: UInt32) { signedPreKeys[id] = nil }

    /// The ids of the Kyber prekeys, those of last resort included.
    public var kyberPreKeyIDs: [UInt32] { kyberPreKeys.keys.sorted() }
    /// Removes a Kyber prekey, and what is remembered of its use.
    public mutating func removeKyberPreKey(id: UInt32) {
        kyberPreKeys[id] = nil
        kyberUses = kyberUses.filter { $0.preKeyID != id }
    }

    /// The senders and distributions whose chains are known.
    public var senderKeyNames: [(sender: ProtocolAddress, distributionID: DistributionID)] {
        senderKeys.keys.map { ($0.sender, $0.distributionID) }
            .sorted {
                ($0.sender, $0.distributionID.description) < ($1.sender, $1.distributionID.description)
            }
    }
    /// Removes the chains of a sender for a distribution.
    public mutating func removeSenderKey(for sender: ProtocolAddress, distributionID: DistributionID) {
        senderKeys[SenderKeyName(sender: sender, distributionID: distributionID)] = nil
    }
}
