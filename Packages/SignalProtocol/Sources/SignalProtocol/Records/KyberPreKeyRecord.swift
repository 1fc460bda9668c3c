#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A stored Kyber prekey: for one session, or as the last resort for many. The store knows which.
public struct KyberPreKeyRecord: Equatable, Sendable {
    private let fields: PreKeyFields
    /// The keys if already available: decoding them takes as long as generating them.
    private let parsedKeyPair: KEMKeyPair?

    /// A prekey with an existing key pair.
    ///
    /// - Parameters:
    ///   - id: The id used in bundles and first messages.
    ///   - keyPair: The keys.
    ///   - signature: The identity key's signature over the public key's wire form.
    ///   - createdAt: Creation date; stored in milliseconds.
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

    /// - Throws: `.invalidProtobufEncoding`. The keys are validated on use.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        fields = try PreKeyFields(serialized: serialized)
        parsedKeyPair = nil
    }

    /// The prekey for storage. It contains the secret key: encrypt it.
    public var serialized: [UInt8] { fields.serialized }

    /// The id used in bundles and first messages.
    public var id: UInt32 { fields.id }
    /// The identity key's signature over the public key's wire form.
    public var signature: [UInt8] { fields.signature }
    /// Creation date, in whole milliseconds.
    public var createdAt: Date { Date(millisecondsSince1970: fields.timestamp) }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`, `.invalidKEMKey`.
    public func keyPair() throws(SignalError) -> KEMKeyPair {
        if let parsedKeyPair { return parsedKeyPair }
        return try KEMKeyPair(
            publicKey: KEMPublicKey(wire: fields.publicKey), serializedSecretKey: fields.secretKey)
    }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`.
    public func publicKey() throws(SignalError) -> KEMPublicKey { try KEMPublicKey(wire: fields.publicKey) }

    /// Whether both have the same stored form.
    public static func == (left: KyberPreKeyRecord, right: KyberPreKeyRecord) -> Bool {
        left.fields == right.fields
    }
}
