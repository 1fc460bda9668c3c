import FoundationEssentials
import SignalProtocol
import VectorSupport

/// Somebody with a device and a store, who writes to others.
public struct Party: Sendable {
    /// The time that all use, unless a test says otherwise.
    public static let now = Date(timeIntervalSince1970: 1_700_000_000)

    /// Which prekeys a bundle offers; the ids are the same at every party.
    public enum PreKeyID {
        /// The one-time prekey.
        public static let oneTime: UInt32 = 31_337
        /// The signed prekey.
        public static let signed: UInt32 = 22
        /// The KEM prekey.
        public static let kyber: UInt32 = 7
    }

    /// Where others reach this party.
    public let address: ProtocolAddress
    /// Its keys and sessions.
    public var store: MemoryStore
    /// Its randomness: the same for the same seed.
    public var random: SeededRandom

    /// A party whose keys follow from `seed`, or with the given identity.
    public init(_ name: String, device: Int = 1, identity: IdentityKeyPair? = nil, seed: UInt64) throws {
        address = try ProtocolAddress(name: name, deviceID: device)
        random = SeededRandom(seed: seed)
        let identity = identity ?? IdentityKeyPair(using: &random)
        store = MemoryStore(identityKeyPair: identity, registrationID: UInt32(seed % 0x3FFF))
    }

    /// Fresh prekeys, stored here and handed out.
    public mutating func makeBundle(
        oneTimePreKeyID: UInt32? = PreKeyID.oneTime, signedPreKeyID: UInt32 = PreKeyID.signed,
        kyberPreKeyID: UInt32 = PreKeyID.kyber, isLastResort: Bool = false
    ) throws -> PreKeyBundle {
        let identity = store.identityKeyPair
        let signed = SignedPreKeyRecord(
            id: signedPreKeyID, signedBy: identity, createdAt: Self.now, using: &random)
        let kyber = KyberPreKeyRecord(
            id: kyberPreKeyID, signedBy: identity, createdAt: Self.now, using: &random)
        store.storeSignedPreKey(signed)
        if isLastResort { store.storeLastResortKyberPreKey(kyber) } else { store.storeKyberPreKey(kyber) }
        let oneTime = oneTimePreKeyID.map { PreKeyRecord(id: $0, using: &random) }
        if let oneTime { store.storePreKey(oneTime) }
        return try PreKeyBundle(
            of: address, identityKey: identity.publicKey, registrationID: store.localRegistrationID,
            signedPreKey: signed, kyberPreKey: kyber, oneTimePreKey: oneTime)
    }

    /// Starts a session with `peer` from its bundle.
    public mutating func process(_ bundle: PreKeyBundle, of peer: ProtocolAddress, now: Date = now) throws {
        try SessionCipher(local: address, remote: peer).process(bundle, in: &store, now: now, using: &random)
    }

    /// The text, encrypted for `peer`.
    public mutating func encrypt(_ text: String, to peer: ProtocolAddress, now: Date = now) throws
        -> CiphertextMessage
    {
        try SessionCipher(local: address, remote: peer)
            .encrypt(Array(text.utf8), in: &store, now: now, using: &random)
    }

    /// The text of a message from `peer`.
    public mutating func decrypt(_ message: CiphertextMessage, from peer: ProtocolAddress) throws -> String {
        let plaintext = try SessionCipher(local: address, remote: peer)
            .decrypt(message, in: &store, using: &random)
        return String(decoding: plaintext, as: UTF8.self)
    }
}

/// Two parties, the first of whom has begun a session with the second.
public struct Pair: Sendable {
    /// The name of the first.
    public static let aliceName = "9d0652a3-dcc3-4d11-975f-74d61598733f"
    /// The name of the second.
    public static let bobName = "796abedb-ca4e-4f18-8803-1fde5b921f9f"

    /// The first, who begins.
    public var alice: Party
    /// The second.
    public var bob: Party

    /// Neither knows the other yet.
    public init(strangers seed: UInt64, aliceName: String = aliceName, bobName: String = bobName) throws {
        alice = try Party(aliceName, seed: seed)
        bob = try Party(bobName, seed: seed &+ 1_000_003)
    }

    /// Alice has Bob's bundle; nothing was sent yet.
    public init(seed: UInt64, oneTimePreKeyID: UInt32? = Party.PreKeyID.oneTime) throws {
        try self.init(strangers: seed)
        try alice.process(try bob.makeBundle(oneTimePreKeyID: oneTimePreKeyID), of: bob.address)
    }

    /// Both have written to each other.
    public init(acquainted seed: UInt64) throws {
        try self.init(seed: seed)
        _ = try sendToBob("hello")
        _ = try sendToAlice("hello yourself")
    }

    /// Two devices of one person, who have written to each other.
    public init(selfSession seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let identity = IdentityKeyPair(using: &random)
        alice = try Party(Self.aliceName, device: 1, identity: identity, seed: seed)
        bob = try Party(Self.aliceName, device: 2, identity: identity, seed: seed &+ 1_000_003)
        try alice.process(try bob.makeBundle(), of: bob.address)
        _ = try sendToBob("hello")
        _ = try sendToAlice("hello myself")
    }

    /// Sends a text from the first to the second.
    ///
    /// - Returns: What was decrypted.
    public mutating func sendToBob(_ text: String) throws -> String {
        try bob.decrypt(try alice.encrypt(text, to: bob.address), from: alice.address)
    }

    /// Sends a text from the second to the first.
    ///
    /// - Returns: What was decrypted.
    public mutating func sendToAlice(_ text: String) throws -> String {
        try alice.decrypt(try bob.encrypt(text, to: alice.address), from: bob.address)
    }
}
