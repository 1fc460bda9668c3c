/// HKDF with SHA-256 (RFC 5869): extract, then expand.
enum HKDFSHA256 {
    /// Derives `byteCount` bytes.
    ///
    /// - Parameters:
    ///   - salt: The salt; none is the same as 32 zero bytes.
    ///   - secret: The input key material.
    ///   - info: What the bytes are for, and what they depend on.
    ///   - byteCount: At most 255 × 32.
    /// - Returns: The derived bytes.
    static func derive(
        salt: SecretBytes? = nil, secret: SecretBytes, info: [UInt8], byteCount: Int
    ) -> SecretBytes {
        secret.withUnsafeBytes { secret in
            guard let salt else {
                return derive(salt: UnsafeRawBufferPointer(start: nil, count: 0), secret, info, byteCount)
            }
            return salt.withUnsafeBytes { derive(salt: $0, secret, info, byteCount) }
        }
    }

    private static func derive(
        salt: UnsafeRawBufferPointer, _ secret: UnsafeRawBufferPointer, _ info: [UInt8], _ byteCount: Int
    ) -> SecretBytes {
        var extract = HMACSHA256(key: salt)
        extract.update(secret)
        return extract.finish { key in
            SecretBytes(byteCount: byteCount) { output in
                var block: UInt8 = 1
                for start in stride(from: 0, to: byteCount, by: HMACSHA256.byteCount) {
                    var expand = HMACSHA256(key: key)
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
}
