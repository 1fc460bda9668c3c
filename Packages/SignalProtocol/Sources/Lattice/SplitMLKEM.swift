public import Cryptography

/// ML-KEM-768 encapsulation in two steps: the secret and most of the ciphertext need only a 64-byte header of the
/// encapsulation key; the last 128 bytes of the ciphertext need the rest of it.
///
/// - Source: "ML-KEM Braid"; FIPS 203, algorithms 14 and 17.
public enum SplitMLKEM {
    /// ML-KEM-768.
    public static let parameters = MLKEMParameters.mlkem768
    /// Matrix seed ρ (32 bytes) ‖ SHA3-256 of the encapsulation key (32).
    public static let headerByteCount = 64
    /// The encoded vector: the encapsulation key without ρ.
    public static let vectorByteCount = 1152
    /// c1.
    public static let firstCiphertextByteCount = 960
    /// c2.
    public static let secondCiphertextByteCount = 128

    /// The result of the first step.
    public struct FirstStep: Sendable {
        /// c1, 960 bytes.
        public let ciphertext: [UInt8]
        /// 32 bytes.
        public let sharedSecret: SecretBytes
        /// The state for the second step.
        public let pending: PendingEncapsulation
    }

    /// The first step, from a 64-byte header and 32 random bytes.
    public static func encapsulate(header: [UInt8], message: SecretBytes) -> FirstStep {
        precondition(header.count == headerByteCount, "a header is 64 bytes")
        precondition(message.count == MLKEMParameters.secretByteCount, "a message is 32 bytes")
        return wipingStack {
            let derived = message.withUnsafeBytes { DerivedSecrets(message: $0, keyHash: header.suffix(32)) }
            let noise = EncryptionNoise(randomness: derived.randomness, rank: parameters.rank)
            var ciphertext = [UInt8](repeating: 0, count: firstCiphertextByteCount)
            ciphertext.withUnsafeMutableBytes { output in
                header.withUnsafeBytes { header in
                    parameters.encryptVector(
                        matrixSeed: UnsafeRawBufferPointer(rebasing: header[..<32]), noise: noise, to: output)
                }
            }
            return FirstStep(
                ciphertext: ciphertext, sharedSecret: derived.secret,
                pending: PendingEncapsulation(noise: noise, message: message))
        }
    }

    /// Whether `vector` matches `header` and its coefficients are reduced.
    public static func isValid(vector: [UInt8], header: [UInt8]) -> Bool {
        vector.count == vectorByteCount && header.count == headerByteCount
            && Sponge.sha3_256(vector, Array(header.prefix(32))).elementsEqual(header.suffix(32))
            && parameters.isReduced(vector)
    }

    /// The header and the vector of an encapsulation key.
    public static func split(_ key: MLKEMEncapsulationKey) -> (header: [UInt8], vector: [UInt8]) {
        precondition(key.parameters == parameters, "only ML-KEM-768 is split")
        return (key.bytes.suffix(32) + key.hash, Array(key.bytes.prefix(vectorByteCount)))
    }
}
