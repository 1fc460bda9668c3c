public import Cryptography

/// The hash functions of FIPS 202 that ML-KEM and Kyber need: absorbs bytes, then produces at most one block.
public struct Sponge: ~Copyable {
    /// One instance of FIPS 202, section 6: its block size and the bits that follow the message.
    public struct Variant: Sendable {
        /// SHA3-256, 32 bytes of output.
        public static let sha3_256 = Variant(rate: 136, suffix: 0x06)
        /// SHA3-512, 64 bytes of output.
        public static let sha3_512 = Variant(rate: 72, suffix: 0x06)
        static let shake128 = Variant(rate: 168, suffix: 0x1F)
        /// SHAKE256, here up to 136 bytes of output.
        public static let shake256 = Variant(rate: 136, suffix: 0x1F)

        /// The block size in bytes.
        let rate: Int
        /// The domain bits and the first bit of the padding.
        let suffix: UInt8
    }

    private let variant: Variant
    private var lanes = InlineArray<25, UInt64>(repeating: 0)
    /// The number of bytes of the current block that are already absorbed.
    private var position = 0

    /// An empty sponge.
    public init(_ variant: Variant) { self.variant = variant }

    /// Absorbs bytes.
    public mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < bytes.count {
            // Eight at a time from the start of a lane; a block consists of whole lanes.
            if position.isMultiple(of: 8), bytes.count - offset >= 8 {
                lanes[position / 8] ^= UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
                position += 8
            } else {
                lanes[position / 8] ^= UInt64(bytes[offset]) &<< UInt64(8 * (position % 8))
                offset += 1
                position += 1
            }
            if position == variant.rate {
                permute(&lanes)
                position = 0
            }
        }
    }

    /// Absorbs bytes.
    @inlinable
    public mutating func absorb(_ bytes: some Collection<UInt8>) { withRawBytes(of: bytes) { absorb($0) } }

    /// Absorbs a secret.
    public mutating func absorb(_ secret: SecretBytes) { secret.withUnsafeBytes { absorb($0) } }

    /// The first `count` bytes of the output, at most a block, as a secret. Resets the sponge.
    public mutating func secret(_ count: Int) -> SecretBytes {
        SecretBytes(byteCount: count) { output in
            finish { output.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// The same for output that is not secret.
    public mutating func bytes(_ count: Int) -> [UInt8] { finish { Array($0[..<count]) } }

    private mutating func finish<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        lanes[position / 8] ^= UInt64(variant.suffix) &<< UInt64(8 * (position % 8))
        lanes[variant.rate / 8 - 1] ^= 0x80 &<< 56
        permute(&lanes)
        position = 0
        let rate = variant.rate
        return withUnsafeMutableBytes(of: &lanes) { bytes in
            for lane in 0..<25 {
                let value = bytes.load(fromByteOffset: 8 * lane, as: UInt64.self)
                bytes.storeBytes(of: value.littleEndian, toByteOffset: 8 * lane, as: UInt64.self)
            }
            defer { wipe(bytes) }
            return body(UnsafeRawBufferPointer(rebasing: bytes[..<rate]))
        }
    }

    /// SHA3-256 of the concatenated parts, 32 bytes.
    public static func sha3_256(_ parts: [UInt8]...) -> [UInt8] {
        var sponge = Sponge(.sha3_256)
        for part in parts { sponge.absorb(part) }
        return sponge.bytes(32)
    }
}
