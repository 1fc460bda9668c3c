/// The hash functions of FIPS 202: bytes go in, then as many bytes come out as are wanted.
///
/// Absorb first, then ask for output; after that nothing more can be absorbed.
struct Sponge: ~Copyable {
    /// One instance of FIPS 202, section 6: its block size and the bits that follow the message.
    struct Variant: Sendable {
        static let sha3_256 = Variant(rate: 136, suffix: 0x06)
        static let sha3_512 = Variant(rate: 72, suffix: 0x06)
        static let shake128 = Variant(rate: 168, suffix: 0x1F)
        static let shake256 = Variant(rate: 136, suffix: 0x1F)

        /// Bytes in a block.
        let rate: Int
        /// The domain bits and the first bit of the padding.
        let suffix: UInt8
    }

    private let variant: Variant
    private var lanes = InlineArray<25, UInt64>(repeating: 0)
    /// Bytes of the current block that are already absorbed or already squeezed.
    private var position = 0
    private var isSqueezing = false

    init(_ variant: Variant) { self.variant = variant }

    mutating func absorb(_ byte: UInt8) {
        precondition(!isSqueezing, "a sponge takes no more input once it gives output")
        lanes[position / 8] ^= UInt64(byte) &<< UInt64(8 * (position % 8))
        position += 1
        guard position == variant.rate else { return }
        permute(&lanes)
        position = 0
    }

    mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < bytes.count {
            // Eight at a time where a lane begins; a block is whole lanes.
            guard position.isMultiple(of: 8), bytes.count - offset >= 8 else {
                absorb(bytes[offset])
                offset += 1
                continue
            }
            lanes[position / 8] ^= UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
            position += 8
            if position == variant.rate {
                permute(&lanes)
                position = 0
            }
        }
    }

    mutating func absorb(_ bytes: [UInt8]) { bytes.withUnsafeBytes { absorb($0) } }

    /// A whole block of output.
    @inline(__always)
    mutating func nextBlock(_ body: (UnsafeRawBufferPointer) -> Void) {
        if !isSqueezing {
            lanes[position / 8] ^= UInt64(variant.suffix) &<< UInt64(8 * (position % 8))
            lanes[variant.rate / 8 - 1] ^= 0x80 &<< 56
            isSqueezing = true
        }
        permute(&lanes)
        withUnsafeBytes(of: &lanes, body)
    }

    /// The first bytes of the output, as many as one block has at most.
    consuming func finish(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        nextBlock { result = Array($0.prefix(count)) }
        return result
    }
}

extension Sponge {
    /// SHA3-256: 32 bytes.
    static func sha3_256(_ parts: [UInt8]...) -> [UInt8] { output(of: .sha3_256, parts, count: 32) }

    /// SHA3-512: 64 bytes.
    static func sha3_512(_ parts: [UInt8]...) -> [UInt8] { output(of: .sha3_512, parts, count: 64) }

    /// SHAKE256: up to 136 bytes.
    static func shake256(_ parts: [UInt8]..., count: Int) -> [UInt8] {
        output(of: .shake256, parts, count: count)
    }

    private static func output(of variant: Variant, _ parts: [[UInt8]], count: Int) -> [UInt8] {
        var sponge = Sponge(variant)
        for part in parts { sponge.absorb(part) }
        return sponge.finish(count)
    }
}

/// SHA3-256 of some bytes.
public func sha3_256(_ bytes: [UInt8]) -> [UInt8] { Sponge.sha3_256(bytes) }
