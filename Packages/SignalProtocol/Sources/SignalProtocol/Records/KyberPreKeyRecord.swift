import Cryptography

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A stored Kyber prekey: for one session, or as the last resort for many.
public struct KyberPreKeyRecord: Equatable, Sendable {
    private let fields: PreKeyFields
    /// Whether the key is a last resort, which is handed out when no other is left and so may serve many sessions.
    ///
    /// The compact form contains this. The official form has no place for it: there the store keeps it.
    public var isLastResort: Bool
    /// The keys if already available: decoding them takes as long as generating them.
    private let parsedKeyPair: KEMKeyPair?

    /// A prekey with an existing key pair.
    ///
    /// - Parameters:
    ///   - id: The id used in bundles and first messages.
    ///   - keyPair: The keys.
    ///   - signature: The identity key's signature over the public key's wire form.
    ///   - createdAt: Creation date; stored in milliseconds.
    ///   - isLastResort: Whether the key may serve many sessions.
    public init(
        id: UInt32, keyPair: KEMKeyPair, signature: [UInt8], createdAt: Date, isLastResort: Bool = false
    ) {
        fields = PreKeyFields(
            id: id, publicKey: keyPair.publicKey.wire, secretKey: keyPair.stored(in: .compact),
            signature: signature, timestamp: createdAt.millisecondsSince1970)
        parsedKeyPair = keyPair
        self.isLastResort = isLastResort
    }

    /// A fresh prekey, signed by `identity`.
    public init(
        id: UInt32, signedBy identity: IdentityKeyPair, createdAt: Date, isLastResort: Bool = false,
        using random: inout some RandomNumberGenerator
    ) {
        let keyPair = KEMKeyPair(using: &random)
        let signature = identity.privateKey.signature(for: keyPair.publicKey.wire, using: &random)
        self.init(
            id: id, keyPair: keyPair, signature: signature, createdAt: createdAt, isLastResort: isLastResort)
    }

    /// A fresh prekey from the system's generator, signed by `identity`.
    public init(
        id: UInt32, signedBy identity: IdentityKeyPair, createdAt: Date, isLastResort: Bool = false
    ) {
        var random = SecureRandom()
        self.init(
            id: id, signedBy: identity, createdAt: createdAt, isLastResort: isLastResort, using: &random)
    }

    /// Reads a prekey from storage, in either of its forms.
    ///
    /// - Throws: `.invalidProtobufEncoding`. The keys are validated on use.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        fields = try PreKeyFields(serialized: serialized)
        parsedKeyPair = nil
        isLastResort = fields.isLastResort
    }

    /// The prekey for storage, in the form that the official library writes and reads: 4.8 kB. It contains the secret key:
    /// encrypt it.
    public var serialized: [UInt8] {
        var official = fields
        official.isLastResort = false
        if let keyPair = try? keyPair() { official.secretKey = keyPair.stored(in: .official) }
        return official.serialized
    }

    /// The prekey for storage in a form of 1.7 kB, which only this library reads: a key that was generated here is stored
    /// as its 64-byte seed.
    ///
    /// A key that was read in the official form stays in that form.
    public var compactForm: [UInt8] {
        var compact = fields
        compact.isLastResort = isLastResort
        return compact.serialized
    }

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
            publicKey: KEMPublicKey(wire: fields.publicKey), stored: fields.secretKey)
    }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`.
    public func publicKey() throws(SignalError) -> KEMPublicKey { try KEMPublicKey(wire: fields.publicKey) }

    /// Whether both are the same prekey of the same use, in whichever form it was stored.
    public static func == (left: KyberPreKeyRecord, right: KyberPreKeyRecord) -> Bool {
        left.isLastResort == right.isLastResort
            && (left.fields == right.fields || equalInConstantTime(left.serialized, right.serialized))
    }
}
