import Cryptography

/// ML-KEM-768 encapsulation in two steps: most of the ciphertext, and the secret, need a 64-byte header of
/// the encapsulation key; only the last 128 bytes of the ciphertext need the rest of it.
///
/// - Source: "ML-KEM Braid"; FIPS 203, algorithms 14 and 17.
enum SplitMLKEM {
    static let parameters = LatticeParameters.mlkem768

    /// Matrix seed ρ (32 bytes) ‖ SHA3-256 of the encapsulation key (32).
    static let headerByteCount = 64
    /// The encoded vector, that is the encapsulation key without ρ.
    static let vectorByteCount = 1152
    static let firstCiphertextByteCount = 960
    static let secondCiphertextByteCount = 128

    /// What the first step makes.
    struct FirstStep {
        let ciphertext: [UInt8]
        /// 32 bytes.
        let sharedSecret: SecretBytes
        let pending: PendingEncapsulation
    }

    /// The first step, from a 64-byte header and 32 random bytes.
    static func encapsulate(header: [UInt8], message: [UInt8]) -> FirstStep {
        let derived = Sponge.sha3_512(message, Array(header.suffix(32)))
        let noise = EncryptionNoise(randomness: Array(derived.suffix(32)), rank: parameters.rank)
        return FirstStep(
            ciphertext: parameters.encryptedVector(matrixSeed: Array(header.prefix(32)), noise: noise),
            sharedSecret: SecretBytes(derived.prefix(32)),
            pending: PendingEncapsulation(noise: noise, message: message))
    }

    /// Whether `vector` is the one that `header` announced and its coefficients are reduced.
    static func isValid(vector: [UInt8], header: [UInt8]) -> Bool {
        Sponge.sha3_256(vector, Array(header.prefix(32))).elementsEqual(header.suffix(32))
            && Polynomial.areReduced(vector)
    }

    /// Header and vector of a 1184-byte encapsulation key.
    static func split(encapsulationKey: [UInt8]) -> (header: [UInt8], vector: [UInt8]) {
        let vector = Array(encapsulationKey.prefix(vectorByteCount))
        return (encapsulationKey.suffix(32) + Sponge.sha3_256(encapsulationKey), vector)
    }
}
