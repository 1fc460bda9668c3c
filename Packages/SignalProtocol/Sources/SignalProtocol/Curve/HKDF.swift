import Cryptography

/// HKDF with SHA-256 (RFC 5869), for keys of an application's own.
public enum HKDF {
    /// The most bytes that can be derived.
    public static let maxByteCount = 255 * 32

    /// Derives a key.
    ///
    /// - Parameters:
    ///   - secret: The input, such as a shared secret.
    ///   - salt: A value that need not be secret; empty is the same as 32 zero bytes.
    ///   - info: What the key is for.
    ///   - byteCount: The size of the key, at most 8,160 bytes.
    /// - Returns: The key.
    /// - Throws: `.invalidArgument` for a size out of range.
    public static func derive(
        secret: some Collection<UInt8>, salt: some Collection<UInt8> = EmptyCollection(),
        info: some Collection<UInt8> = EmptyCollection(), byteCount: Int
    ) throws(SignalError) -> [UInt8] {
        guard (0...maxByteCount).contains(byteCount) else {
            throw .invalidArgument("HKDF derives 0 to \(maxByteCount) bytes, not \(byteCount)")
        }
        return HKDFSHA256.derive(
            salt: salt.isEmpty ? nil : SecretBytes(salt), secret: SecretBytes(secret), info: Array(info),
            byteCount: byteCount
        ).exposed
    }
}
