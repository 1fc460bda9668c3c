import CSodium

/// A Curve25519 private key: 32 bytes, clamped as RFC 7748 says. Never printed, wiped when freed.
public struct PrivateKey: Sendable {
    static let byteCount = 32

    /// The clamped scalar.
    let scalar: SecretBytes

    /// A fresh key.
    public init(using random: inout some RandomNumberGenerator) {
        scalar = SecretBytes(byteCount: Self.byteCount) { bytes in
            bytes.fill(using: &random)
            Self.clamp(bytes)
        }
    }

    /// A key from storage. The bytes are clamped, so what comes out again may differ.
    ///
    /// - Throws: `.badKeyLength` unless there are 32 bytes.
    public init(rawRepresentation bytes: some Collection<UInt8>) throws(SignalError) {
        guard bytes.count == Self.byteCount else { throw .badKeyLength(bytes.count) }
        scalar = SecretBytes(byteCount: Self.byteCount) { scalar in
            scalar.copyBytes(from: bytes)
            Self.clamp(scalar)
        }
    }

    /// The 32 clamped bytes, for storage.
    public var rawRepresentation: [UInt8] { scalar.exposed }

    /// The public key: X25519(k, 9).
    public var publicKey: PublicKey {
        var coordinate = [UInt8](repeating: 0, count: PublicKey.coordinateByteCount)
        // A clamped scalar is never zero, so there is no failure to report.
        _ = scalar.withUnsafePointer { crypto_scalarmult_curve25519_base(&coordinate, $0) }
        return PublicKey(coordinate: coordinate)
    }

    /// The X25519 shared secret, 32 bytes.
    ///
    /// - Throws: `.invalidKeyAgreement` if it is zero.
    func agreement(with theirs: PublicKey) throws(SignalError) -> SecretBytes {
        let coordinate = theirs.rawRepresentation
        var status: Int32 = 0
        let secret = SecretBytes(
            byteCount: Self.byteCount,
            writtenBy: { secret in
                status = scalar.withUnsafePointer { crypto_scalarmult_curve25519(secret, $0, coordinate) }
            })
        // libsodium reports exactly the all-zero result, compared in constant time.
        guard status == 0 else { throw .invalidKeyAgreement }
        return secret
    }

    private static func clamp(_ bytes: UnsafeMutableRawBufferPointer) {
        bytes[0] &= 0xF8
        bytes[31] &= 0x7F
        bytes[31] |= 0x40
    }
}

extension PrivateKey: Equatable {
    public static func == (left: PrivateKey, right: PrivateKey) -> Bool { left.scalar == right.scalar }
}

extension PrivateKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "PrivateKey" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
