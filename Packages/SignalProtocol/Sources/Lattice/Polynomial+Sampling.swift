extension Transform {
    /// Row `row` of the matrix Â.
    static func matrixRow(seed: UnsafeRawBufferPointer, _ row: Int, rank: Int) -> Four<Transform> {
        uniform(seed: seed, SIMD4(0, 1, 2, 3) | UInt64(row << 8), count: rank)
    }

    /// Column `column` of the matrix Â, which is a row of the transposed matrix.
    static func matrixColumn(seed: UnsafeRawBufferPointer, _ column: Int, rank: Int) -> Four<Transform> {
        uniform(seed: seed, SIMD4(0, 1, 2, 3) &<< 8 | UInt64(column), count: rank)
    }

    /// Uniformly random transforms, sampled by rejection (algorithm 7, SampleNTT) from public bytes and two more.
    private static func uniform(
        seed: UnsafeRawBufferPointer, _ suffixes: SIMD4<UInt64>, count: Int
    ) -> Four<Transform> {
        var sponges = FourSponges(.shake128, seed: seed, suffixByteCount: 2, suffixes: suffixes)
        var polynomials = Four(repeating: Polynomial())
        var counts = SIMD4<Int>()
        while (0..<count).contains(where: { counts[$0] < Polynomial.count }) {
            sponges.nextBlocks { place, block in
                counts[place] = polynomials[place].withCoefficients { draw(block, to: $0, counts[place]) }
            }
        }
        var transforms = Four(repeating: Transform())
        for place in 0..<count { transforms[place] = Transform(ordered: polynomials[place]) }
        return transforms
    }

    /// Appends the valid 12-bit numbers of a block to the `count` existing ones.
    @inline(__always)
    private static func draw(
        _ block: UnsafeRawBufferPointer, to numbers: UnsafeMutablePointer<Int16>, _ count: Int
    ) -> Int {
        var (count, offset) = (count, 0)
        while offset < Sponge.Variant.shake128.rate && count < Polynomial.count {
            let three =
                UInt32(block[offset]) | UInt32(block[offset + 1]) << 8 | UInt32(block[offset + 2]) << 16
            offset &+= 3
            // Always written, and counted if valid: this avoids a branch that could be mispredicted.
            let low = Int16(truncatingIfNeeded: three & 0xFFF)
            numbers[count] = low
            count &+= low < q ? 1 : 0
            guard count < Polynomial.count else { break }
            let high = Int16(truncatingIfNeeded: three &>> 12)
            numbers[count] = high
            count &+= high < q ? 1 : 0
        }
        return count
    }
}

extension Polynomial {
    /// Small secret polynomials with coefficients −2…2 (algorithm 8, SamplePolyCBD with η = 2), from
    /// `PRF(seed, nonce)` with nonces from 0 on. At most twelve.
    static func small(seed: UnsafeRawBufferPointer, count: Int) -> InlineArray<12, Polynomial> {
        var polynomials = InlineArray<12, Polynomial>(repeating: Polynomial())
        for start in stride(from: 0, to: count, by: 4) {
            let nonces = SIMD4(UInt64(start), UInt64(start + 1), UInt64(start + 2), UInt64(start + 3))
            var sponges = FourSponges(.shake256, seed: seed, suffixByteCount: 1, suffixes: nonces)
            sponges.nextBlocks { place, block in
                polynomials[start + place].withCoefficients { sample(block, to: $0) }
            }
        }
        return polynomials
    }

    @inline(__always)
    private static func sample(_ block: UnsafeRawBufferPointer, to numbers: UnsafeMutablePointer<Int16>) {
        for index in 0..<128 {
            // For each pair of bits, the number of bits set. Two such counts make one coefficient.
            let byte = block[index]
            let counts = Int16(truncatingIfNeeded: (byte & 0x55) &+ (byte &>> 1 & 0x55))
            numbers[2 * index] = (counts & 3) &- (counts &>> 2 & 3)
            numbers[2 * index + 1] = (counts &>> 4 & 3) &- (counts &>> 6 & 3)
        }
    }
}
