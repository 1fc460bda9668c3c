import Cryptography

/// Up to four elements, the size of an ML-KEM vector. Nothing is allocated: secrets stay on the stack.
typealias Four<Element> = InlineArray<4, Element>

/// The secret polynomials of one encryption, all derived from 32 bytes.
struct EncryptionNoise {
    /// ŷ, transformed.
    var mask = Four(repeating: Transform())
    /// e₁
    var vectorError = Four(repeating: Polynomial())
    /// e₂
    let scalarError: Polynomial

    init(randomness: SecretBytes, rank: Int) {
        let drawn = randomness.withUnsafeBytes { Polynomial.small(seed: $0, count: 2 * rank + 1) }
        for index in 0..<rank {
            mask[index] = Transform(drawn[index])
            vectorError[index] = drawn[rank + index]
        }
        scalarError = drawn[2 * rank]
    }
}

/// K-PKE, the encryption scheme inside ML-KEM, split where the two parts of the encapsulation key are needed.
///
/// - Source: FIPS 203, algorithms 13 to 15.
extension MLKEMParameters {
    /// The seed of the public matrix, ρ, and that of the secret polynomials, σ, for the first 32 bytes of a seed.
    func seeds(from seed: UnsafeRawBufferPointer) -> (matrix: SecretBytes, noise: SecretBytes) {
        var sponge = Sponge(.sha3_512)
        sponge.absorb(UnsafeRawBufferPointer(rebasing: seed[..<32]))
        sponge.absorb([UInt8(rank)])
        let seeds = sponge.secret(64)
        return (seeds.slice(0..<32), seeds.slice(32..<64))
    }

    /// Writes the encapsulation key and the secret vector ŝ. Its time depends on the matrix, which is public.
    func generate(
        matrixSeed: UnsafeRawBufferPointer, noiseSeed: UnsafeRawBufferPointer,
        encapsulationKey: UnsafeMutableRawBufferPointer, secretVector: UnsafeMutableRawBufferPointer
    ) {
        let drawn = Polynomial.small(seed: noiseSeed, count: 2 * rank)
        var secret = Four(repeating: Transform())
        for row in 0..<rank {
            secret[row] = Transform(drawn[row])
            secret[row].ordered.write(to: part(row, of: secretVector, Polynomial.byteCount))
        }
        for row in 0..<rank {
            var sum = ProductSum()
            let entries = Transform.matrixRow(seed: matrixSeed, row, rank: rank)
            for column in 0..<rank { sum.add(entries[column], secret[column]) }
            var key = sum.reduced
            key.scale()
            key.add(Transform(drawn[rank + row]))
            key.ordered.write(to: part(row, of: encapsulationKey, Polynomial.byteCount))
        }
        UnsafeMutableRawBufferPointer(rebasing: encapsulationKey[keyVectorByteCount...])
            .copyMemory(from: matrixSeed)
    }

    /// The complete ciphertext of a message for an encapsulation key.
    func encrypt(_ message: UnsafeRawBufferPointer, to key: [UInt8], randomness: SecretBytes) -> [UInt8] {
        let noise = EncryptionNoise(randomness: randomness, rank: rank)
        var ciphertext = [UInt8](repeating: 0, count: ciphertextByteCount)
        key.withUnsafeBytes { key in
            ciphertext.withUnsafeMutableBytes { output in
                encryptVector(
                    matrixSeed: UnsafeRawBufferPointer(rebasing: key[keyVectorByteCount...]), noise: noise,
                    to: UnsafeMutableRawBufferPointer(rebasing: output[..<vectorByteCount]))
                encryptScalar(
                    message, keyVector: key, mask: noise.mask, error: noise.scalarError,
                    to: UnsafeMutableRawBufferPointer(rebasing: output[vectorByteCount...]))
            }
        }
        return ciphertext
    }

    /// Writes c1, which needs only the seed of the public matrix.
    func encryptVector(
        matrixSeed: UnsafeRawBufferPointer, noise: borrowing EncryptionNoise,
        to output: UnsafeMutableRawBufferPointer
    ) {
        for row in 0..<rank {
            var sum = ProductSum()
            let entries = Transform.matrixColumn(seed: matrixSeed, row, rank: rank)
            for column in 0..<rank { sum.add(entries[column], noise.mask[column]) }
            var masked = sum.reduced.inverse
            masked.add(noise.vectorError[row])
            masked.reduce()
            masked.writeCompressed(bits: vectorBits, to: part(row, of: output, 32 * vectorBits))
        }
    }

    /// Writes c2, which needs the long part of the encapsulation key.
    func encryptScalar(
        _ message: UnsafeRawBufferPointer, keyVector: UnsafeRawBufferPointer, mask: borrowing Four<Transform>,
        error: borrowing Polynomial, to output: UnsafeMutableRawBufferPointer
    ) {
        var sum = ProductSum()
        for row in 0..<rank { sum.add(transform(row, of: keyVector), mask[row]) }
        var masked = sum.reduced.inverse
        masked.add(error)
        masked.add(Polynomial(compressed: message, bits: 1))
        masked.reduce()
        masked.writeCompressed(bits: scalarBits, to: output)
    }

    /// Writes the 32-byte message of a ciphertext; `secretVector` starts with the secret vector.
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
        difference.subtract(mask)
        difference.reduce()
        difference.writeCompressed(bits: 1, to: output)
    }

    /// Whether all coefficients of an encoded vector are below the modulus (FIPS 203, section 7.2).
    func isReduced(_ keyVector: some Collection<UInt8>) -> Bool {
        withRawBytes(of: keyVector) { bytes in
            (0..<rank).allSatisfy { Polynomial.isReduced(part($0, of: bytes, Polynomial.byteCount)) }
        }
    }

    private func transform(_ index: Int, of vector: UnsafeRawBufferPointer) -> Transform {
        Transform(ordered: Polynomial(bytes: part(index, of: vector, Polynomial.byteCount)))
    }
}

/// The bytes of the polynomial at `index`, each of `byteCount` bytes.
func part(_ index: Int, of bytes: UnsafeRawBufferPointer, _ byteCount: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[index * byteCount..<(index + 1) * byteCount])
}

/// The same for writing.
func part(
    _ index: Int, of bytes: UnsafeMutableRawBufferPointer, _ byteCount: Int
) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: bytes[index * byteCount..<(index + 1) * byteCount])
}
