import Cryptography

/// What one keeps between the two steps: secret.
///
/// It is held as it is stored and decoded only when the second step comes.
///
/// - Shape: 3 × 256 coefficients of ŷ, then 256 of e₂, each a signed 16-bit little-endian integer nearest to
///   zero, then the 32-byte message.
struct PendingEncapsulation: Sendable, Equatable {
    static let byteCount = 2080
    private static let numbersByteCount = 2048

    let serialized: SecretBytes

    init(noise: EncryptionNoise, message: [UInt8]) {
        let numbers = (noise.mask + [noise.scalarError]).flatMap(\.coefficients).flatMap { coefficient in
            // Above q/2 the representative is negative.
            let isLarge = 0 &- ((1664 &- UInt32(coefficient)) &>> 31)
            let signed = UInt32(coefficient) &- (Modulus.q & isLarge)
            return [UInt8(truncatingIfNeeded: signed), UInt8(truncatingIfNeeded: signed &>> 8)]
        }
        serialized = SecretBytes(taking: numbers + message)
    }

    /// Reads the stored form, also with the bytes of all numbers swapped, as some libraries once wrote it.
    ///
    /// Nil if the length is wrong.
    init?(serialized: some Collection<UInt8>) {
        guard serialized.count == Self.byteCount else { return nil }
        let serialized = Array(serialized)
        self.serialized = SecretBytes(
            taking: Self.isSwapped(serialized) ? Self.swapped(serialized) : serialized)
    }

    /// The second part of the ciphertext.
    func secondCiphertext(vector: [UInt8]) -> [UInt8] {
        serialized.withArray { Self.secondCiphertext(vector: vector, serialized: $0) }
    }

    private static func secondCiphertext(vector: [UInt8], serialized: [UInt8]) -> [UInt8] {
        let polynomials = (0..<4).map { polynomial in
            Polynomial(
                coefficients: (0..<Polynomial.count).map { index in
                    let offset = 2 * (polynomial * Polynomial.count + index)
                    let low = UInt32(serialized[offset])
                    let high = UInt32(bitPattern: Int32(Int8(bitPattern: serialized[offset + 1]))) &<< 8
                    // Twenty times q makes any 16-bit number positive.
                    return Modulus.reduced((low | high) &+ 20 &* Modulus.q)
                })
        }
        return SplitMLKEM.parameters.encryptedScalar(
            keyVector: vector[...], mask: Array(polynomials.prefix(3)), error: polynomials[3],
            message: Array(serialized.suffix(32)))
    }

    /// e₂ is −2…2, so its first number that is neither 0 nor −1 (the same both ways) shows the order.
    private static func isSwapped(_ serialized: [UInt8]) -> Bool {
        for offset in stride(from: numbersByteCount - 512, to: numbersByteCount, by: 2) {
            switch (serialized[offset], serialized[offset + 1]) {
            case (0, 0), (0xFF, 0xFF): continue
            case (0, 1), (0, 2), (0xFF, 0xFE): return true
            default: return false
            }
        }
        return false
    }

    private static func swapped(_ serialized: [UInt8]) -> [UInt8] {
        stride(from: 0, to: numbersByteCount, by: 2).flatMap { [serialized[$0 + 1], serialized[$0]] }
            + serialized.suffix(32)
    }
}
