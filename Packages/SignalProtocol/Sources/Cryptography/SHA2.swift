import COpenSSL

/// A hash function of FIPS 180-4.
///
///     let hash = SHA256.hash(bytes)
///
///     var hash = SHA256()
///     hash.update(header)
///     hash.update(body)
///     let digest = hash.finish { Array($0) }
///
/// A state is not copyable, because it may hold a key.
///
/// This uses libcrypto's functions below EVP, which version 3 marks as deprecated: their state is a plain value stored
/// inline, they allocate nothing and cannot fail. EVP with a prefetched algorithm takes 0.25 µs for 32 bytes where
/// these take 0.07, and 0.53 instead of 0.22 for an HMAC, of which a protocol message needs ten. If they are ever
/// removed, only this file changes; its tests compare it with EVP.
public protocol HashFunction: ~Copyable {
    /// The size of a hash in bytes.
    static var byteCount: Int { get }

    /// An empty hash state.
    init()

    /// Adds input.
    mutating func update(_ bytes: UnsafeRawBufferPointer)

    /// Calls `body` with the hash, wipes it, and resets the state.
    mutating func finish<Value: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value
}

extension HashFunction where Self: ~Copyable {
    /// Adds input.
    @inlinable
    public mutating func update(_ bytes: some Collection<UInt8>) { withRawBytes(of: bytes) { update($0) } }

    /// The hash of `bytes`.
    @inlinable
    public static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var hash = Self()
        hash.update(bytes)
        return hash.finish { Array($0) }
    }
}

/// SHA-256.
public struct SHA256: HashFunction, ~Copyable, Sendable {
    /// 32.
    public static let byteCount = 32
    /// The block size in bytes.
    static let blockByteCount = 64

    private var state = SHA256_CTX()

    /// An empty hash state.
    public init() { SHA256_Init(&state) }

    /// Wipes the state.
    mutating func wipe() {
        withUnsafeMutableBytes(of: &state) { Cryptography.wipe($0) }
        SHA256_Init(&state)
    }

    private init(_ state: SHA256_CTX) { self.state = state }

    /// A copy of the state.
    func copy() -> SHA256 { SHA256(state) }

    /// Adds input.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&state, bytes.baseAddress, bytes.count)
    }

    /// Calls `body` with the hash, wipes it, and resets the state.
    public mutating func finish<Value: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withWipedBytes(Self.byteCount) { hash in
            SHA256_Final(hash.baseAddress, &state)
            wipe()
            return body(UnsafeRawBufferPointer(hash))
        }
    }
}

/// SHA-512.
public struct SHA512: HashFunction, ~Copyable {
    /// 64.
    public static let byteCount = 64

    private var state = SHA512_CTX()

    /// An empty hash state.
    public init() { SHA512_Init(&state) }

    /// Wipes the state.
    mutating func wipe() {
        withUnsafeMutableBytes(of: &state) { Cryptography.wipe($0) }
        SHA512_Init(&state)
    }

    /// Adds input.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA512_Update(&state, bytes.baseAddress, bytes.count)
    }

    /// Calls `body` with the hash, wipes it, and resets the state.
    public mutating func finish<Value: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withWipedBytes(Self.byteCount) { hash in
            SHA512_Final(hash.baseAddress, &state)
            wipe()
            return body(UnsafeRawBufferPointer(hash))
        }
    }
}
