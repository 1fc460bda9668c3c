import FoundationEssentials
import SignalProtocol
import VectorSupport

/// Somebody with a device and a store, who writes to others.
struct Party {
    static let now = Date(timeIntervalSince1970: 1_700_000_000)

    /// Which prekeys a bundle offers; the ids are the same at every party.
    enum PreKeyID {
        static let oneTime: UInt32 = 31_337
        static let signed: UInt32 = 22
        static let kyber: UInt32 = 7
    }

    let address: ProtocolAddress
    var store: MemoryStore
    var random: SeededRandom

    init(_ name: String, device: Int = 1, identity: IdentityKeyPair? = nil, seed: UInt64) throws {
        address = try ProtocolAddress(name: name, deviceID: device)
        random = SeededRandom(seed: seed)
        let identity = identity ?? IdentityKeyPair(using: &random)
        store = MemoryStore(identityKeyPair: identity, registrationID: UInt32(seed % 0x3FFF))
    }

    /// Fresh prekeys, stored here and handed out.
    mutating func makeBundle(
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

    mutating func process(_ bundle: PreKeyBundle, of peer: ProtocolAddress, now: Date = now) throws {
        try SessionCipher(local: address, remote: peer).process(bundle, in: &store, now: now, using: &random)
    }

    mutating func encrypt(_ text: String, to peer: ProtocolAddress, now: Date = now) throws
        -> CiphertextMessage
    {
        try SessionCipher(local: address, remote: peer)
            .encrypt(Array(text.utf8), in: &store, now: now, using: &random)
    }

    mutating func decrypt(_ message: CiphertextMessage, from peer: ProtocolAddress) throws -> String {
        let plaintext = try SessionCipher(local: address, remote: peer)
            .decrypt(message, in: &store, using: &random)
        return String(decoding: plaintext, as: UTF8.self)
    }
}

/// Two parties, the first of whom has begun a session with the second.
struct Pair {
    static let aliceName = "9d0652a3-dcc3-4d11-975f-74d61598733f"
    static let bobName = "796abedb-ca4e-4f18-8803-1fde5b921f9f"

    var alice: Party
    var bob: Party

    /// Neither knows the other yet.
    init(strangers seed: UInt64, aliceName: String = aliceName, bobName: String = bobName) throws {
        alice = try Party(aliceName, seed: seed)
        bob = try Party(bobName, seed: seed &+ 1_000_003)
    }

    /// Alice has Bob's bundle; nothing was sent yet.
    init(seed: UInt64, oneTimePreKeyID: UInt32? = Party.PreKeyID.oneTime) throws {
        try self.init(strangers: seed)
        try alice.process(try bob.makeBundle(oneTimePreKeyID: oneTimePreKeyID), of: bob.address)
    }

    /// Both have written to each other.
    init(acquainted seed: UInt64) throws {
        try self.init(seed: seed)
        _ = try sendToBob("hello")
        _ = try sendToAlice("hello yourself")
    }

    /// Two devices of one person, who have written to each other.
    init(selfSession seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let identity = IdentityKeyPair(using: &random)
        alice = try Party(Self.aliceName, device: 1, identity: identity, seed: seed)
        bob = try Party(Self.aliceName, device: 2, identity: identity, seed: seed &+ 1_000_003)
        try alice.process(try bob.makeBundle(), of: bob.address)
        _ = try sendToBob("hello")
        _ = try sendToAlice("hello myself")
    }

    mutating func sendToBob(_ text: String) throws -> String {
        try bob.decrypt(try alice.encrypt(text, to: bob.address), from: alice.address)
    }

    mutating func sendToAlice(_ text: String) throws -> String {
        try alice.decrypt(try bob.encrypt(text, to: alice.address), from: bob.address)
    }
}
