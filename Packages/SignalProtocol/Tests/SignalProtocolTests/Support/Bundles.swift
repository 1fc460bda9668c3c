import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

extension PreKeyBundle {
    func replacing(
        signedPreKey: PublicKey? = nil, signedPreKeySignature: [UInt8]? = nil,
        kyberPreKeySignature: [UInt8]? = nil, oneTimePreKey: PublicKey? = nil
    ) throws -> PreKeyBundle {
        PreKeyBundle(
            registrationID: registrationID, deviceID: deviceID, identityKey: identityKey,
            signedPreKey: .init(
                id: self.signedPreKey.id, key: signedPreKey ?? self.signedPreKey.key,
                signature: signedPreKeySignature ?? self.signedPreKey.signature),
            kyberPreKey: .init(
                id: kyberPreKey.id, key: kyberPreKey.key,
                signature: kyberPreKeySignature ?? kyberPreKey.signature),
            oneTimePreKey: oneTimePreKey.map { .init(id: 1, key: $0) } ?? self.oneTimePreKey)
    }
}

extension Party {
    /// The signed and the Kyber prekey that are stored, offered once more.
    func currentBundle() throws -> PreKeyBundle {
        let signed = try #require(store.signedPreKey(id: PreKeyID.signed))
        let kyber = try #require(store.kyberPreKey(id: PreKeyID.kyber))
        return try PreKeyBundle(
            of: address, identityKey: store.identityKeyPair.publicKey,
            registrationID: store.localRegistrationID, signedPreKey: signed, kyberPreKey: kyber)
    }
}

extension MemoryStore {
    /// Forgets the identity of an address, and nothing else.
    mutating func forgetIdentity(of address: ProtocolAddress) {
        var store = MemoryStore(identityKeyPair: identityKeyPair, registrationID: localRegistrationID)
        if let session = session(for: address) { store.storeSession(session, for: address) }
        self = store
    }
}

/// Keys of small order, with which every agreement is zero.
enum SmallOrderKey {
    static let all: [PublicKey] = {
        let coordinates = [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        ]
        return coordinates.compactMap { [UInt8](hex: $0) }.map(PublicKey.init(coordinate:))
    }()
}
