#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A Kyber prekey as it is stored: for one session, or as the last resort for many. Which of them, the store knows.
public struct KyberPreKeyRecord: Equatable, Sendable {
    private let fields: PreKeyFields
    /// The keys, where they are at hand already: reading them from the stored form takes as long as making them.
    private let parsedKeyPair: KEMKeyPair?

    /// A prekey of a key pair that is there already.
    ///
    /// - Parameters:
    ///   - id: What it is called in bundles and first messages.
    ///   - keyPair: The keys.
    ///   - signature: The identity key's over the public key's wire form.
    ///   - createdAt: When it was made; kept in milliseconds.
    public init(id: UInt32, keyPair: KEMKeyPair, signature: [UInt8], createdAt: Date) {
        fields = PreKeyFields(
            id: id, publicKey: keyPair.publicKey.wire, secretKey: keyPair.serializedSecretKey,
            signature: signature, timestamp: createdAt.millisecondsSince1970)
        parsedKeyPair = keyPair
    }

    /// A fresh prekey, signed by `identity`.
    public init(
        id: UInt32, signedBy identity: IdentityKeyPair, createdAt: Date,
        using random: inout some RandomNumberGenerator
    ) {
        let keyPair = KEMKeyPair(using: &random)
        let signature = identity.privateKey.signature(for: keyPair.publicKey.wire, using: &random)
        self.init(id: id, keyPair: keyPair, signature: signature, createdAt: createdAt)
    }

    /// - Throws: `.invalidProtobufEncoding`. The keys are looked at when they are used.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        fields = try PreKeyFields(serialized: serialized)
        parsedKeyPair = nil
    }

    /// The prekey for storage. It holds the secret key: seal it.
    public var serialized: [UInt8] { fields.serialized }

    /// What the prekey is called in bundles and first messages.
    public var id: UInt32 { fields.id }
    /// The identity key's signature over the public key's wire form.
    public var signature: [UInt8] { fields.signature }
    /// When it was made, in whole milliseconds.
    public var createdAt: Date { Date(millisecondsSince1970: fields.timestamp) }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`, `.invalidKEMKey`.
    public func keyPair() throws(SignalError) -> KEMKeyPair {
        if let parsedKeyPair { return parsedKeyPair }
        return try KEMKeyPair(
            publicKey: KEMPublicKey(wire: fields.publicKey), serializedSecretKey: fields.secretKey)
    }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`.
    public func publicKey() throws(SignalError) -> KEMPublicKey { try KEMPublicKey(wire: fields.publicKey) }

    /// Whether both would be stored the same.
    public static func == (left: KyberPreKeyRecord, right: KyberPreKeyRecord) -> Bool {
        left.fields == right.fields
    }
}
