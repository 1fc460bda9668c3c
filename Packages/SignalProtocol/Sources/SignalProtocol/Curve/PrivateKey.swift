import Cryptography

/// A Curve25519 private key: 32 bytes, clamped as in RFC 7748. Never printed, wiped when freed.
public struct PrivateKey: Sendable {
    static let byteCount = 32

    /// The clamped scalar.
    let scalar: SecretBytes

    /// A fresh key.
    public init(using random: inout some RandomNumberGenerator) {
        scalar = SecretBytes(byteCount: Self.byteCount) { bytes in
            SecureRandom.fill(bytes, using: &random)
            X25519.clamp(bytes)
        }
    }

    /// A fresh key from the system's generator.
    public init() {
        var random = SecureRandom()
        self.init(using: &random)
    }

    /// Reads a key from storage. The bytes are clamped, so `rawRepresentation` may differ from them.
    ///
    /// - Throws: `.badKeyLength` unless there are 32 bytes.
    public init(rawRepresentation bytes: some Collection<UInt8>) throws(SignalError) {
        guard bytes.count == Self.byteCount else { throw .badKeyLength(bytes.count) }
        scalar = SecretBytes(byteCount: Self.byteCount) { scalar in
            scalar.copyBytes(from: bytes)
            X25519.clamp(scalar)
        }
    }

    /// Reads a key from storage.
    ///
    /// - Throws: `.badKeyLength` unless there are 32 bytes.
    init(_ secret: SecretBytes) throws(SignalError) {
        self = try secret.withUnsafeBytes { bytes throws(SignalError) in
            try PrivateKey(rawRepresentation: bytes)
        }
    }

    /// The 32 clamped bytes, for storage.
    public var rawRepresentation: [UInt8] { scalar.exposed }

    /// The public key: X25519(k, 9).
    public var publicKey: PublicKey { PublicKey(coordinate: X25519.publicKey(of: scalar)) }

    /// The X25519 shared secret of this key and a peer's, 32 bytes. It is not yet a key: derive one with ``HKDF``.
    ///
    /// - Throws: `.invalidKeyAgreement` if the secret is all zero.
    public func sharedSecret(with theirs: PublicKey) throws(SignalError) -> [UInt8] {
        try agreement(with: theirs).exposed
    }

    /// The X25519 shared secret, 32 bytes.
    ///
    /// - Throws: `.invalidKeyAgreement` if the secret is all zero.
    func agreement(with theirs: PublicKey) throws(SignalError) -> SecretBytes {
        guard let secret = X25519.agreement(of: scalar, with: theirs.rawRepresentation) else {
            throw .invalidKeyAgreement
        }
        return secret
    }
}

extension PrivateKey: Equatable {
    /// Compares in constant time.
    public static func == (left: PrivateKey, right: PrivateKey) -> Bool { left.scalar == right.scalar }
}

extension PrivateKey: CustomStringConvertible, CustomReflectable {
    /// The type's name only: the key is a secret.
    public var description: String { "PrivateKey" }
    /// Empty: the key is a secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
