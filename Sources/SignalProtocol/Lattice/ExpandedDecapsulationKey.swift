import Cryptography

/// An ML-KEM secret key in the long form of FIPS 203, which cannot be turned back into its seed.
///
/// The crypto library works from 64-byte seeds only; this is for keys that were stored by others.
///
/// - Shape: ŝ (384·k bytes) ‖ encapsulation key (384·k + 32) ‖ SHA3-256 of that (32) ‖ z (32).
/// - Source: FIPS 203, algorithms 16 and 18.
struct ExpandedDecapsulationKey: Sendable {
    let parameters: LatticeParameters
    let bytes: SecretBytes

    /// Nil if the length is not that of `parameters`. Nothing else is checked.
    init?(_ bytes: SecretBytes, parameters: LatticeParameters) {
        guard bytes.count == parameters.decapsulationKeyByteCount else { return nil }
        self.bytes = bytes
        self.parameters = parameters
    }

    /// Expands the seed that `encapsulationKey` was generated from.
    init(seed: [UInt8], encapsulationKey: [UInt8], parameters: LatticeParameters) {
        self.parameters = parameters
        bytes = SecretBytes(
            taking: parameters.secretVector(seed: seed) + encapsulationKey + Sponge.sha3_256(encapsulationKey)
                + seed.suffix(32))
    }

    /// The 32-byte shared secret of a ciphertext, which is as long as the parameters say. One made for another
    /// key, or altered, gives a secret nobody else has; which of the two happened shows neither in the result nor
    /// in the time it takes.
    func decapsulate(_ ciphertext: [UInt8]) -> SecretBytes {
        precondition(ciphertext.count == parameters.ciphertextByteCount)
        return bytes.withArray { SecretBytes(taking: secret(of: ciphertext, key: $0)) }
    }

    private func secret(of ciphertext: [UInt8], key: [UInt8]) -> [UInt8] {
        let secretVector = key[..<parameters.keyVectorByteCount]
        let encapsulationKey = key[parameters.keyVectorByteCount...].prefix(
            parameters.encapsulationKeyByteCount)
        let encapsulationKeyHash = key.suffix(64).prefix(32)
        let message = parameters.decrypted(ciphertext, secretVector: secretVector)
        let derived = Sponge.sha3_512(message, Array(encapsulationKeyHash))
        let noise = EncryptionNoise(randomness: Array(derived.suffix(32)), rank: parameters.rank)
        let matrixSeed = Array(encapsulationKey.suffix(32))
        let expected =
            parameters.encryptedVector(matrixSeed: matrixSeed, noise: noise)
            + parameters.encryptedScalar(
                keyVector: encapsulationKey.dropLast(32), mask: noise.mask, error: noise.scalarError,
                message: message)
        let rejection = Sponge.shake256(Array(key.suffix(32)), ciphertext, count: 32)

        let difference = zip(ciphertext, expected).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) }
        // All ones if any bit differs, else zero.
        let mask = UInt8(truncatingIfNeeded: (0 &- UInt16(difference)) &>> 8)
        return zip(derived, rejection).map { secret, other in secret ^ (mask & (secret ^ other)) }
    }
}
