import Cryptography

/// An ML-KEM encapsulation key that passed the checks of FIPS 203, section 7.2.
public struct MLKEMEncapsulationKey: Sendable {
    /// What others are told.
    public let bytes: [UInt8]
    let parameters: MLKEMParameters
    /// SHA3-256 of the key.
    let hash: [UInt8]

    /// Nil unless length and coefficients are those of a key.
    public init?(_ bytes: [UInt8], parameters: MLKEMParameters) {
        guard bytes.count == parameters.encapsulationKeyByteCount else { return nil }
        let isReduced = bytes.withUnsafeBytes { bytes in
            (0..<parameters.rank).allSatisfy {
                Polynomial.isReduced(UnsafeRawBufferPointer(rebasing: bytes[$0 * 384..<($0 + 1) * 384]))
            }
        }
        guard isReduced else { return nil }
        self.init(made: bytes, parameters)
    }

    init(made bytes: [UInt8], _ parameters: MLKEMParameters) {
        self.bytes = bytes
        self.parameters = parameters
        hash = Sponge.sha3_256(bytes)
    }

    /// A fresh secret, 32 bytes, and the ciphertext that tells it to the owner of this key.
    public func encapsulate() -> (secret: SecretBytes, ciphertext: [UInt8]) {
        encapsulate(message: SecretBytes(randomByteCount: 32))
    }

    /// The same with given randomness (algorithm 17).
    public func encapsulate(message: SecretBytes) -> (secret: SecretBytes, ciphertext: [UInt8]) {
        message.withUnsafeBytes { message in
            let derived = derive(message: message, keyHash: hash)
            return derived.withUnsafeBytes { derived in
                let ciphertext = bytes.withUnsafeBytes { bytes in
                    parameters.encrypt(
                        message, encapsulationKey: bytes,
                        randomness: UnsafeRawBufferPointer(rebasing: derived[32...]))
                }
                return (SecretBytes(UnsafeRawBufferPointer(rebasing: derived[..<32])), ciphertext)
            }
        }
    }
}

/// An ML-KEM secret key, expanded: ŝ ‖ encapsulation key ‖ its SHA3-256 ‖ z.
public struct MLKEMDecapsulationKey: Sendable {
    /// What others are told.
    public let encapsulationKey: MLKEMEncapsulationKey
    /// The long form of FIPS 203.
    public let bytes: SecretBytes
    private var parameters: MLKEMParameters { encapsulationKey.parameters }

    /// The key that a 64-byte seed d ‖ z gives (algorithm 16).
    public init?(seed: SecretBytes, parameters: MLKEMParameters) {
        guard seed.count == 64 else { return nil }
        let vectorByteCount = parameters.keyVectorByteCount
        var publicBytes = [UInt8](repeating: 0, count: parameters.encapsulationKeyByteCount)
        var publicKey: MLKEMEncapsulationKey?
        bytes = SecretBytes(byteCount: parameters.decapsulationKeyByteCount) { output in
            seed.withUnsafeBytes { seed in
                publicBytes.withUnsafeMutableBytes { publicBytes in
                    parameters.generate(
                        seed: seed, encapsulationKey: publicBytes,
                        secretVector: UnsafeMutableRawBufferPointer(rebasing: output[..<vectorByteCount]))
                }
                let made = MLKEMEncapsulationKey(made: publicBytes, parameters)
                let rest = UnsafeMutableRawBufferPointer(rebasing: output[vectorByteCount...])
                rest.copyBytes(from: made.bytes + made.hash)
                UnsafeMutableRawBufferPointer(rebasing: rest.suffix(32))
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: seed[32...]))
                publicKey = made
            }
        }
        guard let publicKey else { return nil }
        encapsulationKey = publicKey
    }

    /// The 32-byte shared secret of a ciphertext, which is as long as the parameters say (algorithm 18). One made for
    /// another key, or altered, gives a secret nobody else has; which of the two happened shows neither in the result
    /// nor in the time it takes.
    public func decapsulate(_ ciphertext: [UInt8]) -> SecretBytes {
        precondition(ciphertext.count == parameters.ciphertextByteCount)
        return bytes.withUnsafeBytes { key in ciphertext.withUnsafeBytes { secret(of: $0, key: key) } }
    }

    private func secret(of ciphertext: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> SecretBytes {
        let message = SecretBytes(byteCount: 32) { message in
            parameters.decrypt(
                ciphertext,
                secretVector: UnsafeRawBufferPointer(rebasing: key[..<parameters.keyVectorByteCount]),
                to: message)
        }
        return message.withUnsafeBytes { message in
            derive(message: message, keyHash: encapsulationKey.hash).withUnsafeBytes { derived in
                let expected = encapsulationKey.bytes.withUnsafeBytes { bytes in
                    parameters.encrypt(
                        message, encapsulationKey: bytes,
                        randomness: UnsafeRawBufferPointer(rebasing: derived[32...]))
                }
                var rejection = Sponge(.shake256)
                rejection.absorb(UnsafeRawBufferPointer(rebasing: key.suffix(32)))
                rejection.absorb(ciphertext)
                let other = SecretBytes(taking: rejection.finish(32))
                let difference = expected.indices.reduce(0 as UInt8) {
                    $0 | ($1.bitPattern(ciphertext, expected))
                }
                // All ones if any bit differs, else zero.
                let mask = UInt8(truncatingIfNeeded: (0 &- UInt16(difference)) &>> 8)
                return SecretBytes(byteCount: 32) { output in
                    other.withUnsafeBytes { other in
                        for index in 0..<32 {
                            output[index] = derived[index] ^ (mask & (derived[index] ^ other[index]))
                        }
                    }
                }
            }
        }
    }
}

extension Int {
    /// The bits in which the bytes at this place differ.
    fileprivate func bitPattern(_ left: UnsafeRawBufferPointer, _ right: [UInt8]) -> UInt8 {
        left[self] ^ right[self]
    }
}

/// K ‖ r of a message.
private func derive(message: UnsafeRawBufferPointer, keyHash: [UInt8]) -> SecretBytes {
    var sponge = Sponge(.sha3_512)
    sponge.absorb(message)
    sponge.absorb(keyHash)
    return SecretBytes(taking: sponge.finish(64))
}

extension MLKEMParameters {
    /// The whole ciphertext of a message (algorithm 14).
    fileprivate func encrypt(
        _ message: UnsafeRawBufferPointer, encapsulationKey: UnsafeRawBufferPointer,
        randomness: UnsafeRawBufferPointer
    ) -> [UInt8] {
        let noise = EncryptionNoise(randomness: randomness, rank: rank)
        let keyVector = UnsafeRawBufferPointer(rebasing: encapsulationKey[..<keyVectorByteCount])
        let matrixSeed = UnsafeRawBufferPointer(rebasing: encapsulationKey[keyVectorByteCount...])
        return Array(unsafeUninitializedCapacity: ciphertextByteCount) { output, count in
            let output = UnsafeMutableRawBufferPointer(start: output.baseAddress, count: ciphertextByteCount)
            let (vector, scalar) = (output[..<vectorByteCount], output[vectorByteCount...])
            encryptVector(
                matrixSeed: matrixSeed, noise: noise, to: UnsafeMutableRawBufferPointer(rebasing: vector))
            encryptScalar(
                keyVector: keyVector, noise: noise, message: message,
                to: UnsafeMutableRawBufferPointer(rebasing: scalar))
            count = ciphertextByteCount
        }
    }
}
