import CSodium
import Crypto

/// A Curve25519 private key: 32 bytes, clamped as RFC 7748 says. Never printed, wiped when freed.
public struct PrivateKey: Sendable {
    static let byteCount = 32

    /// The clamped scalar.
    let scalar: SecretBytes
    /// The key as the crypto library wants it, with its public key: half as much work as an agreement. Keys of stored
    /// sessions do without until they are used, which is rarely.
    private let prepared: Curve25519.KeyAgreement.PrivateKey?

    private init(scalar: SecretBytes, isPrepared: Bool) {
        self.scalar = scalar
        prepared = isPrepared ? Self.prepare(scalar) : nil
    }

    /// A fresh key.
    public init(using random: inout some RandomNumberGenerator) {
        let scalar = SecretBytes(byteCount: Self.byteCount) { bytes in
            bytes.fill(using: &random)
            Self.clamp(bytes)
        }
        self.init(scalar: scalar, isPrepared: true)
    }

    /// A key from storage. The bytes are clamped, so what comes out again may differ.
    ///
    /// - Throws: `.badKeyLength` unless there are 32 bytes.
    public init(rawRepresentation bytes: some Collection<UInt8>) throws(SignalError) {
        try self.init(bytes, isPrepared: true)
    }

    /// A key from storage.
    ///
    /// - Throws: `.badKeyLength` unless there are 32 bytes.
    init(_ secret: SecretBytes) throws(SignalError) {
        self = try secret.withUnsafeBytes { bytes throws(SignalError) in
            try PrivateKey(rawRepresentation: bytes)
        }
    }

    /// A key from storage that may never be used.
    ///
    /// - Throws: `.badKeyLength` unless there are 32 bytes.
    init(unprepared bytes: some Collection<UInt8>) throws(SignalError) {
        try self.init(bytes, isPrepared: false)
    }

    private init(_ bytes: some Collection<UInt8>, isPrepared: Bool) throws(SignalError) {
        guard bytes.count == Self.byteCount else { throw .badKeyLength(bytes.count) }
        let scalar = SecretBytes(byteCount: Self.byteCount) { scalar in
            scalar.copyBytes(from: bytes)
            Self.clamp(scalar)
        }
        self.init(scalar: scalar, isPrepared: isPrepared)
    }

    /// The 32 clamped bytes, for storage.
    public var rawRepresentation: [UInt8] { scalar.exposed }

    /// The public key: X25519(k, 9).
    public var publicKey: PublicKey { PublicKey(coordinate: Array(usable.publicKey.rawRepresentation)) }

    /// The X25519 shared secret, 32 bytes.
    ///
    /// - Throws: `.invalidKeyAgreement` if it is zero.
    func agreement(with theirs: PublicKey) throws(SignalError) -> SecretBytes {
        guard
            let theirs = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: theirs.rawRepresentation),
            let shared = try? usable.sharedSecretFromKeyAgreement(with: theirs)
        else { throw .invalidKeyAgreement }
        let secret = shared.withUnsafeBytes { SecretBytes($0) }
        guard secret.withUnsafePointer({ sodium_is_zero($0, secret.count) }) == 0 else {
            throw .invalidKeyAgreement
        }
        return secret
    }

    private var usable: Curve25519.KeyAgreement.PrivateKey { prepared ?? Self.prepare(scalar) }

    private static func prepare(_ scalar: SecretBytes) -> Curve25519.KeyAgreement.PrivateKey {
        scalar.withUnsafeBytes { scalar in
            guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: scalar) else {
                preconditionFailure("32 bytes are a private key")
            }
            return key
        }
    }

    private static func clamp(_ bytes: UnsafeMutableRawBufferPointer) {
        bytes[0] &= 0xF8
        bytes[31] &= 0x7F
        bytes[31] |= 0x40
    }
}

extension PrivateKey: Equatable {
    /// Compares in constant time.
    public static func == (left: PrivateKey, right: PrivateKey) -> Bool { left.scalar == right.scalar }
}

extension PrivateKey: CustomStringConvertible, CustomReflectable {
    /// Nothing but what it is.
    public var description: String { "PrivateKey" }
    /// Empty: the key is a secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
