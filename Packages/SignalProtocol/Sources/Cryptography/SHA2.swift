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
/// A state cannot be copied by mistake: it may hold a key.
///
/// The functions of libcrypto beneath EVP are used, which its version 3 marks deprecated: their state is a plain value
/// that lies where ours does, they allocate nothing and cannot fail. EVP with an algorithm fetched once takes 0.25 µs
/// for 32 bytes where these take 0.07, and 0.53 instead of 0.22 for an HMAC, of which a message of the protocol needs
/// ten. If they ever go, this file is what changes; its tests compare it with EVP.
public protocol HashFunction: ~Copyable {
    /// Bytes of a hash.
    static var byteCount: Int { get }

    /// Nothing hashed yet.
    init()

    /// Hashes more.
    mutating func update(_ bytes: UnsafeRawBufferPointer)

    /// The hash, lent to `body` and wiped afterwards. Then nothing is hashed yet, as at first.
    mutating func finish<Value: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value
}

extension HashFunction where Self: ~Copyable {
    /// Hashes more.
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
public struct SHA256: HashFunction, ~Copyable {
    /// 32.
    public static let byteCount = 32
    /// Bytes hashed at once.
    static let blockByteCount = 64

    private var state = SHA256_CTX()

    /// Nothing hashed yet.
    public init() { SHA256_Init(&state) }

    /// Forgets what was hashed.
    mutating func wipe() {
        withUnsafeMutableBytes(of: &state) { Cryptography.wipe($0) }
        SHA256_Init(&state)
    }

    private init(_ state: SHA256_CTX) { self.state = state }

    /// A second state that took in the same.
    func copy() -> SHA256 { SHA256(state) }

    /// Hashes more.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&state, bytes.baseAddress, bytes.count)
    }

    /// The hash, lent to `body` and wiped afterwards.
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

    /// Nothing hashed yet.
    public init() { SHA512_Init(&state) }

    /// Forgets what was hashed.
    mutating func wipe() {
        withUnsafeMutableBytes(of: &state) { Cryptography.wipe($0) }
        SHA512_Init(&state)
    }

    /// Hashes more.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA512_Update(&state, bytes.baseAddress, bytes.count)
    }

    /// The hash, lent to `body` and wiped afterwards.
    public mutating func finish<Value: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withWipedBytes(Self.byteCount) { hash in
            SHA512_Final(hash.baseAddress, &state)
            wipe()
            return body(UnsafeRawBufferPointer(hash))
        }
    }
}
