import Cryptography
import Foundation

@testable import SignalProtocol

/// Two parties with stores in memory.
struct Correspondents {
    static let now = Date(timeIntervalSince1970: 1_700_000_000)

    struct Party {
        let address: ProtocolAddress
        var store: MemoryStore
    }

    var alice: Party
    var bob: Party
    var random = SecureRandom()

    /// Strangers.
    init() throws {
        alice = Party(
            address: try ProtocolAddress(name: "9d0652a3-dcc3-4d11-975f-74d61598733f", deviceID: 1),
            store: MemoryStore(identityKeyPair: IdentityKeyPair(using: &random), registrationID: 1))
        bob = Party(
            address: try ProtocolAddress(name: "796abedb-ca4e-4f18-8803-1fde5b921f9f", deviceID: 1),
            store: MemoryStore(identityKeyPair: IdentityKeyPair(using: &random), registrationID: 2))
    }

    /// Two who have written to each other.
    static func acquainted() throws -> Correspondents {
        var pair = try Correspondents()
        try pair.initiate(try pair.makeBundle())
        try pair.exchange()
        return pair
    }

    mutating func makeBundle() throws -> PreKeyBundle {
        let identity = bob.store.identityKeyPair
        let signed = SignedPreKeyRecord(id: 1, signedBy: identity, createdAt: Self.now, using: &random)
        let kyber = KyberPreKeyRecord(id: 1, signedBy: identity, createdAt: Self.now, using: &random)
        let oneTime = PreKeyRecord(id: 1, using: &random)
        bob.store.storeSignedPreKey(signed)
        bob.store.storeKyberPreKey(kyber)
        bob.store.storePreKey(oneTime)
        return PreKeyBundle(
            registrationID: 2, deviceID: bob.address.deviceID, identityKey: identity.publicKey,
            signedPreKey: .init(id: 1, key: try signed.publicKey(), signature: signed.signature),
            kyberPreKey: .init(id: 1, key: try kyber.publicKey(), signature: kyber.signature),
            oneTimePreKey: .init(id: 1, key: try oneTime.publicKey()))
    }

    mutating func initiate(_ bundle: PreKeyBundle) throws {
        try SessionCipher(local: alice.address, remote: bob.address)
            .process(bundle, in: &alice.store, now: Self.now, using: &random)
    }

    mutating func encryptAtAlice(_ plaintext: [UInt8]) throws -> CiphertextMessage {
        try SessionCipher(local: alice.address, remote: bob.address)
            .encrypt(plaintext, in: &alice.store, now: Self.now, using: &random)
    }

    mutating func encryptAtBob(_ plaintext: [UInt8]) throws -> CiphertextMessage {
        try SessionCipher(local: bob.address, remote: alice.address)
            .encrypt(plaintext, in: &bob.store, now: Self.now, using: &random)
    }

    mutating func decryptAtBob(_ message: CiphertextMessage) throws -> [UInt8] {
        try SessionCipher(local: bob.address, remote: alice.address)
            .decrypt(message, in: &bob.store, using: &random)
    }

    mutating func decryptAtAlice(_ message: CiphertextMessage) throws -> [UInt8] {
        try SessionCipher(local: alice.address, remote: bob.address)
            .decrypt(message, in: &alice.store, using: &random)
    }

    /// One message each way.
    mutating func exchange() throws {
        _ = try decryptAtBob(try encryptAtAlice([1]))
        _ = try decryptAtAlice(try encryptAtBob([2]))
    }
}
