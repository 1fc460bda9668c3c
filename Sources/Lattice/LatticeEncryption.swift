/// The secret polynomials of one encryption, all drawn from 32 bytes.
struct EncryptionNoise {
    /// ŷ, transformed.
    let mask: [Transform]
    /// e₁
    let vectorError: [Polynomial]
    /// e₂
    let scalarError: Polynomial

    init(randomness: UnsafeRawBufferPointer, rank: Int) {
        let drawn = Polynomial.small(seed: randomness, count: 2 * rank + 1)
        mask = drawn[..<rank].map { Transform($0) }
        vectorError = Array(drawn[rank..<2 * rank])
        scalarError = drawn[2 * rank]
    }
}

/// K-PKE, the encryption inside ML-KEM, cut where the two parts of the encapsulation key are needed.
///
/// - Source: FIPS 203, algorithms 13 to 15.
extension MLKEMParameters {
    /// Writes the key vectors t̂ and ŝ that a seed gives, and the seed of the matrix.
    func generate(
        seed: UnsafeRawBufferPointer, encapsulationKey: UnsafeMutableRawBufferPointer,
        secretVector: UnsafeMutableRawBufferPointer
    ) {
        var sponge = Sponge(.sha3_512)
        sponge.absorb(UnsafeRawBufferPointer(rebasing: seed[..<32]))
        sponge.absorb(UInt8(rank))
        let seeds = sponge.finish(64)
        seeds.withUnsafeBytes { seeds in
            let matrixSeed = UnsafeRawBufferPointer(rebasing: seeds[..<32])
            let noiseSeed = UnsafeRawBufferPointer(rebasing: seeds[32...])
            let drawn = Polynomial.small(seed: noiseSeed, count: 2 * rank)
            let secret = drawn[..<rank].map { Transform($0) }
            for row in 0..<rank {
                let entries = Transform.uniform(seed: matrixSeed, (0..<rank).map { ($0, row) })
                var key = ProductSum(entries, secret).reduced
                key.scale()
                key.add(Transform(drawn[rank + row]))
                key.ordered.write(to: part(row, of: encapsulationKey, Polynomial.byteCount))
                secret[row].ordered.write(to: part(row, of: secretVector, Polynomial.byteCount))
            }
            UnsafeMutableRawBufferPointer(rebasing: encapsulationKey[keyVectorByteCount...]).copyMemory(
                from: matrixSeed)
        }
    }

    /// Writes c1, which needs the seed of the public matrix alone.
    func encryptVector(
        matrixSeed: UnsafeRawBufferPointer, noise: EncryptionNoise, to output: UnsafeMutableRawBufferPointer
    ) {
        for row in 0..<rank {
            // The matrix is used transposed, so the indices are in the order of the row.
            let entries = Transform.uniform(seed: matrixSeed, (0..<rank).map { (row, $0) })
            var masked = ProductSum(entries, noise.mask).reduced.inverse
            masked.add(noise.vectorError[row])
            masked.reduce()
            masked.writeCompressed(bits: vectorBits, to: part(row, of: output, 32 * vectorBits))
        }
    }

    /// Writes c2, which needs the long part of the encapsulation key.
    func encryptScalar(
        keyVector: UnsafeRawBufferPointer, noise: EncryptionNoise, message: UnsafeRawBufferPointer,
        to output: UnsafeMutableRawBufferPointer
    ) {
        var sum = ProductSum()
        for row in 0..<rank { sum.add(transform(row, of: keyVector), noise.mask[row]) }
        var masked = sum.reduced.inverse
        masked.add(noise.scalarError)
        masked.add(Polynomial(compressed: message, bits: 1))
        masked.reduce()
        masked.writeCompressed(bits: scalarBits, to: output)
    }

    /// Writes the 32-byte message of a ciphertext.
    func decrypt(
        _ ciphertext: UnsafeRawBufferPointer, secretVector: UnsafeRawBufferPointer,
        to output: UnsafeMutableRawBufferPointer
    ) {
        var sum = ProductSum()
        for row in 0..<rank {
            let compressed = part(row, of: ciphertext, 32 * vectorBits)
            sum.add(
                Transform(Polynomial(compressed: compressed, bits: vectorBits)),
                transform(row, of: secretVector))
        }
        let mask = sum.reduced.inverse
        let scalar = UnsafeRawBufferPointer(rebasing: ciphertext[vectorByteCount...])
        var difference = Polynomial(compressed: scalar, bits: scalarBits)
        for row in 0..<16 { difference.rows[row] = (difference.rows[row] &- mask.rows[row]).reduced }
        difference.writeCompressed(bits: 1, to: output)
    }

    private func transform(_ index: Int, of vector: UnsafeRawBufferPointer) -> Transform {
        Transform(ordered: Polynomial(bytes: part(index, of: vector, Polynomial.byteCount)))
    }
}

private func part(_ index: Int, of bytes: UnsafeRawBufferPointer, _ byteCount: Int) -> UnsafeRawBufferPointer
{
    UnsafeRawBufferPointer(rebasing: bytes[index * byteCount..<(index + 1) * byteCount])
}

private func part(
    _ index: Int, of bytes: UnsafeMutableRawBufferPointer, _ byteCount: Int
) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: bytes[index * byteCount..<(index + 1) * byteCount])
}
