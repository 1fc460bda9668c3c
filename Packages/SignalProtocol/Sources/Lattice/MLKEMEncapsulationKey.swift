public import Cryptography

/// The public key of ML-KEM (FIPS 203), for sharing a fresh secret with its owner.
///
///     let owner = MLKEMDecapsulationKey(parameters: .mlkem1024)
///     guard let key = MLKEMEncapsulationKey(owner.encapsulationKey.bytes, parameters: .mlkem1024) else { … }
///     let (secret, ciphertext) = key.encapsulate()
///     owner.decapsulate(ciphertext) == secret
///
/// The target `Lattice` implements only ML-KEM-768 and -1024: OpenSSL provides them only since version 3.5, and no
/// other library splits an encapsulation in two (`SplitMLKEM`). It is not a signature scheme, does not store keys, and
/// its secrets still have to go through a key derivation.
///
/// No branch, index or division depends on a secret. Long-lived secrets are `SecretBytes`; the stack used by each
/// operation is overwritten afterwards.
public struct MLKEMEncapsulationKey: Sendable {
    /// The public bytes: t̂ ‖ ρ.
    public let bytes: [UInt8]
    let parameters: MLKEMParameters
    /// SHA3-256 of the key.
    let hash: [UInt8]

    /// A key from untrusted bytes: nil unless the length and the coefficients are valid (the checks of FIPS 203,
    /// section 7.2).
    public init?(_ bytes: [UInt8], parameters: MLKEMParameters) {
        guard bytes.count == parameters.encapsulationKeyByteCount,
            parameters.isReduced(bytes.prefix(parameters.keyVectorByteCount))
        else { return nil }
        self.init(unchecked: bytes, parameters)
    }

    init(unchecked bytes: [UInt8], _ parameters: MLKEMParameters) {
        self.bytes = bytes
        self.parameters = parameters
        hash = Sponge.sha3_256(bytes)
    }

    /// A fresh secret, 32 bytes, and the ciphertext that conveys it to the owner of this key.
    public func encapsulate() -> (secret: SecretBytes, ciphertext: [UInt8]) {
        encapsulate(message: SecretBytes(randomByteCount: MLKEMParameters.secretByteCount))
    }

    /// The same with 32 given random bytes (algorithm 17), for tests and for keys derived from a seed.
    public func encapsulate(message: SecretBytes) -> (secret: SecretBytes, ciphertext: [UInt8]) {
        precondition(message.count == MLKEMParameters.secretByteCount, "a message is 32 bytes")
        return wipingStack {
            message.withUnsafeBytes { message in
                let derived = DerivedSecrets(message: message, keyHash: hash)
                return (
                    derived.secret, parameters.encrypt(message, to: bytes, randomness: derived.randomness)
                )
            }
        }
    }
}

/// K and r, derived from the message of an encapsulation and the hash of the key.
struct DerivedSecrets {
    let secret: SecretBytes
    let randomness: SecretBytes

    init(message: UnsafeRawBufferPointer, keyHash: some Collection<UInt8>) {
        var sponge = Sponge(.sha3_512)
        sponge.absorb(message)
        sponge.absorb(keyHash)
        let derived = sponge.secret(64)
        (secret, randomness) = (derived.slice(0..<32), derived.slice(32..<64))
    }
}
