/// HMAC with SHA-256 (RFC 2104), 32 bytes out.
///
/// A plain value. A copy that was made after the key went in saves half of the work for short messages.
public struct HMACSHA256 {
    /// 32.
    public static let byteCount = SHA256.byteCount

    private var inner = SHA256()
    private var outer = SHA256()

    /// Nothing authenticated yet.
    public init(key: UnsafeRawBufferPointer) {
        guard key.count <= SHA256.blockByteCount else {
            var hash = SHA256()
            hash.update(key)
            self = hash.finish { HMACSHA256(key: $0) }
            return
        }
        withUnsafeTemporaryAllocation(byteCount: SHA256.blockByteCount, alignment: 8) { pad in
            func absorb(_ mask: UInt8, into hash: inout SHA256) {
                pad.initializeMemory(as: UInt8.self, repeating: mask)
                for index in key.indices { pad[index] ^= key[index] }
                hash.update(UnsafeRawBufferPointer(pad))
            }
            absorb(0x36, into: &inner)
            absorb(0x5C, into: &outer)
            wipe(pad)
        }
    }

    /// Nothing authenticated yet.
    public init(key: SecretBytes) { self = key.withUnsafeBytes { HMACSHA256(key: $0) } }

    /// Authenticates more.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bytes) }

    /// Authenticates more.
    @inlinable
    public mutating func update(_ bytes: some Collection<UInt8>) { withRawBytes(of: bytes) { update($0) } }

    /// Authenticates one more byte.
    public mutating func update(_ byte: UInt8) { withUnsafeBytes(of: byte) { update($0) } }

    /// The code, lent to `body`.
    public consuming func finish<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        inner.finish { outer.update($0) }
        return outer.finish(body)
    }

    /// The code of `bytes`.
    @inlinable
    public static func code(of bytes: some Collection<UInt8>, key: SecretBytes) -> [UInt8] {
        var hmac = HMACSHA256(key: key)
        hmac.update(bytes)
        return hmac.finish(Array.init)
    }

    /// The code of one byte, kept secret: how chains of keys advance.
    public static func code(of byte: UInt8, key: SecretBytes) -> SecretBytes {
        var hmac = HMACSHA256(key: key)
        hmac.update(byte)
        return hmac.finish { SecretBytes($0) }
    }

    /// Whether `code` is the code of `bytes`, in the same time for every wrong one.
    @inlinable
    public static func isValid(
        _ code: some Collection<UInt8>, of bytes: some Collection<UInt8>, key: SecretBytes
    ) -> Bool {
        equalInConstantTime(code, self.code(of: bytes, key: key))
    }
}

/// HKDF with SHA-256 (RFC 5869): extract, then expand.
public enum HKDFSHA256 {
    /// Derives `byteCount` bytes, at most 255 × 32. No salt is the same as 32 zero bytes.
    public static func derive(
        salt: SecretBytes? = nil, secret: SecretBytes, info: [UInt8], byteCount: Int
    ) -> SecretBytes {
        precondition(byteCount <= 255 * HMACSHA256.byteCount)
        var extract =
            salt.map { HMACSHA256(key: $0) } ?? HMACSHA256(key: UnsafeRawBufferPointer(start: nil, count: 0))
        secret.withUnsafeBytes { extract.update($0) }
        let keyed = extract.finish { HMACSHA256(key: $0) }
        return SecretBytes(byteCount: byteCount) { output in
            var block: UInt8 = 1
            for start in stride(from: 0, to: byteCount, by: HMACSHA256.byteCount) {
                var expand = keyed
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
