/// The long-term keys of a local identity.
public struct IdentityKeyPair: Equatable, Sendable {
    private enum Field {
        static let publicKey: UInt32 = 1
        static let privateKey: UInt32 = 2
    }

    /// The underlying Curve25519 pair.
    public let keyPair: KeyPair

    /// An identity with an existing key pair.
    public init(_ keyPair: KeyPair) { self.keyPair = keyPair }

    /// A fresh identity.
    public init(using random: inout some RandomNumberGenerator) { self.init(KeyPair(using: &random)) }

    /// A fresh identity from the system's generator.
    public init() { self.init(KeyPair()) }

    /// - Throws: `.invalidProtobufEncoding` and the errors of keys.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        var publicKey: ArraySlice<UInt8> = []
        var privateKey: ArraySlice<UInt8> = []
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case Field.publicKey: publicKey = try field.bytes
            case Field.privateKey: privateKey = try field.bytes
            default: break
            }
        }
        keyPair = KeyPair(
            publicKey: try PublicKey(wire: publicKey),
            privateKey: try PrivateKey(rawRepresentation: privateKey))
    }

    /// The identity for storage. It contains the private key: encrypt it.
    public var serialized: [UInt8] {
        var writer = ProtobufWriter()
        writer.putUnlessDefault(publicKey.wire, field: Field.publicKey)
        writer.putUnlessDefault(privateKey.scalar, field: Field.privateKey)
        return writer.bytes
    }

    /// The public half, which peers decide to trust or not.
    public var publicKey: PublicKey { keyPair.publicKey }
    /// The private half.
    public var privateKey: PrivateKey { keyPair.privateKey }

    /// Signs a statement that `other` is an identity of the same person.
    public func signAlternateIdentity(
        _ other: PublicKey, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        privateKey.signature(for: other.asAlternateIdentity, using: &random)
    }

    /// The same with the system's random number generator.
    public func signAlternateIdentity(_ other: PublicKey) -> [UInt8] {
        privateKey.signature(for: other.asAlternateIdentity)
    }
}

extension PublicKey {
    /// What an alternate identity's signature covers: thirty-two `FF`, a label, and the key.
    fileprivate var asAlternateIdentity: [UInt8] {
        [UInt8](repeating: 0xFF, count: 32) + Array("Signal_PNI_Signature".utf8) + wire
    }

    /// Whether this identity has signed a statement that `other` is an identity of the same person.
    public func hasSigned(alternateIdentity other: PublicKey, signature: some Collection<UInt8>) -> Bool {
        isValidSignature(signature, for: other.asAlternateIdentity)
    }
}
