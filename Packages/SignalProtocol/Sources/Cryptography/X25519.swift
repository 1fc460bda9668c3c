import CSodium

/// X25519 (RFC 7748). Scalars are 32 bytes and are always clamped here; keys are u-coordinates of 32 bytes.
public enum X25519 {
    /// Clamps 32 bytes to a scalar: a multiple of eight from 2^254 on.
    public static func clamp(_ bytes: UnsafeMutableRawBufferPointer) {
        bytes[0] &= 0xF8
        bytes[31] &= 0x7F
        bytes[31] |= 0x40
    }

    /// The public key of a scalar.
    ///
    /// Multiplies on the Edwards curve, for which libsodium has a base point table, and converts the result.
    /// `crypto_scalarmult_base` uses the full ladder, which takes twice as long.
    public static func publicKey(of scalar: SecretBytes) -> [UInt8] {
        let clamped = SecretBytes(byteCount: 32) { bytes in
            scalar.withUnsafeBytes { bytes.copyMemory(from: $0) }
            clamp(bytes)
        }
        guard let point = Edwards25519.multiple(of: clamped) else {
            preconditionFailure("no clamped scalar is a multiple of the group order")
        }
        return Edwards25519.coordinate(of: point)
    }

    /// The shared secret, 32 bytes. Nil if the peer's key is of small order, which makes the secret zero.
    public static func agreement(of scalar: SecretBytes, with publicKey: [UInt8]) -> SecretBytes? {
        Sodium.start()
        precondition(scalar.count == 32 && publicKey.count == 32, "a scalar and a key are 32 bytes each")
        var isGood = false
        let secret = SecretBytes(byteCount: 32) { secret in
            guard let start = secret.bindMemory(to: UInt8.self).baseAddress else { return }
            isGood = scalar.withUnsafePointer { crypto_scalarmult(start, $0, publicKey) == 0 }
        }
        return isGood ? secret : nil
    }
}
