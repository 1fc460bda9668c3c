#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A signed prekey as it is stored. It serves many sessions until it is replaced.
public struct SignedPreKeyRecord: Equatable, Sendable {
    private let fields: PreKeyFields

    /// A prekey of a key pair that is there already.
    ///
    /// - Parameters:
    ///   - id: What it is called in bundles and first messages.
    ///   - keyPair: The keys.
    ///   - signature: The identity key's over the public key's wire form.
    ///   - createdAt: When it was made; kept in milliseconds.
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

    /// - Throws: `.invalidProtobufEncoding`. The keys are looked at when they are used.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        fields = try PreKeyFields(serialized: serialized)
    }

    /// The prekey for storage. It holds the private key: seal it.
    public var serialized: [UInt8] { fields.serialized }

    /// What the prekey is called in bundles and first messages.
    public var id: UInt32 { fields.id }
    /// The identity key's signature over the public key's wire form.
    public var signature: [UInt8] { fields.signature }
    /// When it was made, in whole milliseconds.
    public var createdAt: Date { Date(millisecondsSince1970: fields.timestamp) }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public func keyPair() throws(SignalError) -> KeyPair { try fields.curveKeyPair() }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public func publicKey() throws(SignalError) -> PublicKey { try PublicKey(wire: fields.publicKey) }
}
