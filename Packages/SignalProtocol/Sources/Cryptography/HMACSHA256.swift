/// HMAC with SHA-256 (RFC 2104), 32 bytes out.
///
///     let code = HMACSHA256.code(of: message, key: key)
///     guard HMACSHA256.isValid(code, of: message, key: key) else { … }
public struct HMACSHA256: ~Copyable {
    /// 32.
    public static let byteCount = SHA256.byteCount

    private var inner: SHA256
    private var outer: SHA256
    private var isFinished: Bool

    /// Nothing authenticated yet.
    public init(key: UnsafeRawBufferPointer) {
        inner = SHA256()
        outer = SHA256()
        isFinished = false
        withWipedBytes(SHA256.blockByteCount) { pad in
            pad.initializeMemory(as: UInt8.self, repeating: 0)
            if key.count <= pad.count {
                pad.copyMemory(from: key)
            } else {
                inner.update(key)
                inner.finish { pad.copyMemory(from: $0) }
            }
            for index in pad.indices { pad[index] ^= 0x36 }
            inner.update(UnsafeRawBufferPointer(pad))
            for index in pad.indices { pad[index] ^= 0x36 ^ 0x5C }
            outer.update(UnsafeRawBufferPointer(pad))
        }
    }

    /// Nothing authenticated yet.
    public init(key: SecretBytes) { self = key.withUnsafeBytes { HMACSHA256(key: $0) } }

    private init(inner: consuming SHA256, outer: consuming SHA256) {
        self.inner = inner
        self.outer = outer
        isFinished = false
    }

    /// A second one with the same key that took in the same: half the work of a new one.
    func copy() -> HMACSHA256 { HMACSHA256(inner: inner.copy(), outer: outer.copy()) }

    /// Authenticates more.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bytes) }

    /// Authenticates more.
    @inlinable
    public mutating func update(_ bytes: some Collection<UInt8>) { withRawBytes(of: bytes) { update($0) } }

    /// Authenticates one more byte.
    public mutating func update(_ byte: UInt8) { withUnsafeBytes(of: byte) { update($0) } }

    /// The code, lent to `body` and wiped afterwards, as the key is: there is no second code.
    public mutating func finish<Value: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        precondition(!isFinished, "the key of this code is gone")
        isFinished = true
        inner.finish { outer.update($0) }
        return outer.finish(body)
    }

    /// Forgets the key.
    mutating func wipe() {
        isFinished = true
        inner.wipe()
        outer.wipe()
    }

    /// The code of `bytes`.
    @inlinable
    public static func code(of bytes: some Collection<UInt8>, key: SecretBytes) -> [UInt8] {
        var hmac = HMACSHA256(key: key)
        hmac.update(bytes)
        return hmac.finish { Array($0) }
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
