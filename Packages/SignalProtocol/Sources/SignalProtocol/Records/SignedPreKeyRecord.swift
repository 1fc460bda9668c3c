import Cryptography

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A stored signed prekey. It serves many sessions until it is replaced.
public struct SignedPreKeyRecord: Equatable, Sendable {
    private let fields: PreKeyFields

    /// A prekey with an existing key pair.
    ///
    /// - Parameters:
    ///   - id: The id used in bundles and first messages.
    ///   - keyPair: The keys.
    ///   - signature: The identity key's signature over the public key's wire form.
    ///   - createdAt: Creation date; stored in milliseconds.
    public init(id: UInt32, keyPair: KeyPair, signature: [UInt8], createdAt: Date) {
        fields = PreKeyFields(
            id: id, publicKey: keyPair.publicKey.wire, secretKey: keyPair.privateKey.scalar,
            signature: signature,
            timestamp: createdAt.millisecondsSince1970)
    }

    /// A fresh prekey, signed by `identity`.
    public init(
        id: UInt32, signedBy identity: IdentityKeyPair, createdAt: Date,
        using random: inout some RandomNumberGenerator
    ) {
        let keyPair = KeyPair(using: &random)
        let signature = identity.privateKey.signature(for: keyPair.publicKey.wire, using: &random)
        self.init(id: id, keyPair: keyPair, signature: signature, createdAt: createdAt)
    }

    /// A fresh prekey from the system's generator, signed by `identity`.
    public init(id: UInt32, signedBy identity: IdentityKeyPair, createdAt: Date) {
        var random = SecureRandom()
        self.init(id: id, signedBy: identity, createdAt: createdAt, using: &random)
    }

    /// - Throws: `.invalidProtobufEncoding`. The keys are validated on use.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        fields = try PreKeyFields(serialized: serialized)
    }

    /// The prekey for storage. It contains the private key: encrypt it.
    public var serialized: [UInt8] { fields.serialized }

    /// The id used in bundles and first messages.
    public var id: UInt32 { fields.id }
    /// The identity key's signature over the public key's wire form.
    public var signature: [UInt8] { fields.signature }
    /// Creation date, in whole milliseconds.
    public var createdAt: Date { Date(millisecondsSince1970: fields.timestamp) }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public func keyPair() throws(SignalError) -> KeyPair { try fields.curveKeyPair() }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public func publicKey() throws(SignalError) -> PublicKey { try PublicKey(wire: fields.publicKey) }
}
