import CSodium
import Crypto

/// HMAC with SHA-256 (RFC 2104), 32 bytes out.
///
/// The one of swift-crypto makes several arrays per call, which costs more than the hashing of a short message; the
/// ratchets need five of these per message, so this one pads on the stack.
struct HMACSHA256 {
    static let byteCount = 32
    private static let blockByteCount = 64

    private var inner = SHA256()
    private var outer = SHA256()

    init(key: UnsafeRawBufferPointer) {
        guard key.count <= Self.blockByteCount else {
            var hash = SHA256()
            hash.update(bufferPointer: key)
            self = hash.finalize().withUnsafeBytes { HMACSHA256(key: $0) }
            return
        }
        withUnsafeTemporaryAllocation(byteCount: Self.blockByteCount, alignment: 8) { pad in
            func absorb(_ mask: UInt8, into hash: inout SHA256) {
                pad.initializeMemory(as: UInt8.self, repeating: mask)
                for index in key.indices { pad[index] ^= key[index] }
                hash.update(bufferPointer: UnsafeRawBufferPointer(pad))
            }
            absorb(0x36, into: &inner)
            absorb(0x5C, into: &outer)
            if let start = pad.baseAddress { sodium_memzero(start, pad.count) }
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bufferPointer: bytes) }

    mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    mutating func update(_ byte: UInt8) { withUnsafeBytes(of: byte) { update($0) } }

    /// The code, lent to `body`.
    consuming func finish<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return outer.finalize().withUnsafeBytes(body)
    }

    /// The code of one byte: how chain keys advance.
    static func code(of byte: UInt8, key: SecretBytes) -> SecretBytes {
        var hmac = key.withUnsafeBytes { HMACSHA256(key: $0) }
        hmac.update(byte)
        return hmac.finish { SecretBytes($0) }
    }
}
