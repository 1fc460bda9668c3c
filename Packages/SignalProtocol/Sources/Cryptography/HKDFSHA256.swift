/// HKDF with SHA-256 (RFC 5869): extract, then expand.
public enum HKDFSHA256 {
    /// Every derivation without a salt begins with the same key, which is public.
    private static let unsalted = HMACSHA256(key: UnsafeRawBufferPointer(start: nil, count: 0))

    /// Derives `byteCount` bytes, at most 255 × 32. An empty salt is equivalent to 32 zero bytes.
    public static func derive(
        salt: SecretBytes? = nil, secret: SecretBytes, info: [UInt8], byteCount: Int
    ) -> SecretBytes {
        precondition(byteCount <= 255 * HMACSHA256.byteCount)
        var extract = if let salt { HMACSHA256(key: salt) } else { unsalted.copy() }
        secret.withUnsafeBytes { extract.update($0) }
        var keyed = extract.finish { HMACSHA256(key: $0) }
        defer { keyed.wipe() }
        return SecretBytes(byteCount: byteCount) { output in
            var block: UInt8 = 1
            for start in stride(from: 0, to: byteCount, by: HMACSHA256.byteCount) {
                var expand = keyed.copy()
                if start > 0 {
                    expand.update(
                        UnsafeRawBufferPointer(rebasing: output[start - HMACSHA256.byteCount..<start]))
                }
                expand.update(info)
                expand.update(block)
                block &+= 1
                expand.finish { code in
                    let rest = UnsafeMutableRawBufferPointer(rebasing: output[start...])
                    rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: code.prefix(rest.count)))
                }
            }
        }
    }
}
