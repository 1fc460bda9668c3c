/// HMAC with SHA-256 (RFC 2104), 32 bytes out.
///
///     let code = HMACSHA256.code(of: message, key: key)
///     guard HMACSHA256.isValid(code, of: message, key: key) else { … }
public struct HMACSHA256: ~Copyable, Sendable {
    /// 32.
    public static let byteCount = SHA256.byteCount

    private var inner: SHA256
    private var outer: SHA256
    private var isFinished: Bool

    /// A code without input.
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

    /// A code without input.
    public init(key: SecretBytes) { self = key.withUnsafeBytes { HMACSHA256(key: $0) } }

    private init(inner: consuming SHA256, outer: consuming SHA256) {
        self.inner = inner
        self.outer = outer
        isFinished = false
    }

    /// A copy with the same key and the same input so far: half the cost of a new one.
    func copy() -> HMACSHA256 { HMACSHA256(inner: inner.copy(), outer: outer.copy()) }

    /// Adds input.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bytes) }

    /// Adds input.
    @inlinable
    public mutating func update(_ bytes: some Collection<UInt8>) { withRawBytes(of: bytes) { update($0) } }

    /// Adds one byte of input.
    public mutating func update(_ byte: UInt8) { withUnsafeBytes(of: byte) { update($0) } }

    /// Calls `body` with the code, and then wipes code and key: this can be called only once.
    public mutating func finish<Value: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        precondition(!isFinished, "the key of this code is gone")
        isFinished = true
        inner.finish { outer.update($0) }
        return outer.finish(body)
    }

    /// Wipes the key.
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

    /// The code of one byte, as a secret: this advances key chains.
    public static func code(of byte: UInt8, key: SecretBytes) -> SecretBytes {
        var hmac = HMACSHA256(key: key)
        hmac.update(byte)
        return hmac.finish { SecretBytes($0) }
    }

    /// Whether `code` is the code of `bytes`; takes the same time for every wrong code.
    @inlinable
    public static func isValid(
        _ code: some Collection<UInt8>, of bytes: some Collection<UInt8>, key: SecretBytes
    ) -> Bool {
        equalInConstantTime(code, self.code(of: bytes, key: key))
    }
}
