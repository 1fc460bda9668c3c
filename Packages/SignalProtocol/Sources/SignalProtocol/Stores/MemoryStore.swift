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
    /// Kyber prekeys that are kept after use.
    private var lastResortIDs: Set<UInt32> = []
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

    /// Stores a last-resort Kyber prekey, which is handed out when no other is left and so may serve many sessions.
    public mutating func storeLastResortKyberPreKey(_ record: KyberPreKeyRecord) {
        storeKyberPreKey(record)
        lastResortIDs.insert(record.id)
    }

    public mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws {
        guard lastResortIDs.contains(id) else {
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
