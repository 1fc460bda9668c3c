import CKeccak

/// Four sponges that absorb the same 32 bytes followed by a few of their own, and produce their blocks in parallel.
struct FourSponges: ~Copyable {
    private var lanes = InlineArray<25, SIMD4<UInt64>>(repeating: SIMD4())
    private let rate: Int

    /// At most seven bytes of each `suffix` are absorbed, least significant first.
    init(
        _ variant: Sponge.Variant, seed: UnsafeRawBufferPointer, suffixByteCount: Int, suffixes: SIMD4<UInt64>
    ) {
        precondition(seed.count == 32 && suffixByteCount < 8)
        rate = variant.rate
        for lane in 0..<4 {
            let word = UInt64(littleEndian: seed.loadUnaligned(fromByteOffset: 8 * lane, as: UInt64.self))
            lanes[lane] = SIMD4(repeating: word)
        }
        lanes[4] = suffixes | SIMD4(repeating: UInt64(variant.suffix) &<< UInt64(8 * suffixByteCount))
        lanes[rate / 8 - 1] ^= SIMD4(repeating: 0x80 &<< 56)
    }

    /// The next block of each sponge.
    @inline(__always)
    mutating func nextBlocks(_ body: (Int, UnsafeRawBufferPointer) -> Void) {
        withUnsafeMutableBytes(of: &lanes) { bytes in
            keccak_permute_four(bytes.assumingMemoryBound(to: UInt64.self).baseAddress)
        }
        for sponge in 0..<4 {
            var block = InlineArray<21, UInt64>(repeating: 0)
            for lane in 0..<rate / 8 { block[lane] = lanes[lane][sponge].littleEndian }
            withUnsafeBytes(of: &block) { body(sponge, $0) }
        }
    }
}
