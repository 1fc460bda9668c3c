public import Cryptography

/// The secret key of ML-KEM (FIPS 203): it recovers the secrets encapsulated to its encapsulation key.
///
/// It is derived from a seed of 64 bytes, which is the form to store. The expanded form of FIPS 203, which cannot be
/// converted back to a seed, is also accepted, because other libraries store it.
public struct MLKEMDecapsulationKey: Sendable {
    /// The matching public key.
    public let encapsulationKey: MLKEMEncapsulationKey
    /// The expanded form: ŝ ‖ encapsulation key ‖ SHA3-256 of that ‖ z.
    public let expanded: SecretBytes
    private var parameters: MLKEMParameters { encapsulationKey.parameters }

    /// The key for a seed d ‖ z (algorithm 16). Nil unless it is 64 bytes.
    public init?(seed: SecretBytes, parameters: MLKEMParameters) {
        guard seed.count == MLKEMParameters.seedByteCount else { return nil }
        (encapsulationKey, expanded) = wipingStack { parameters.generate(seed) }
    }

    /// A key in its expanded form. Nil unless its length is correct and it contains the correct hash of its
    /// encapsulation key (the checks of FIPS 203, section 7.3).
    public init?(expanded: SecretBytes, parameters: MLKEMParameters) {
        guard expanded.count == parameters.decapsulationKeyByteCount else { return nil }
        let start = parameters.keyVectorByteCount
        let end = start + parameters.encapsulationKeyByteCount
        let publicBytes = expanded.withUnsafeBytes { Array($0[start..<end]) }
        encapsulationKey = MLKEMEncapsulationKey(unchecked: publicBytes, parameters)
        self.expanded = expanded
        guard expanded.withUnsafeBytes({ $0[end..<end + 32].elementsEqual(encapsulationKey.hash) }) else {
            return nil
        }
    }

    /// A key in either of its stored forms.
    public init?(stored: SecretBytes, parameters: MLKEMParameters) {
        if stored.count == MLKEMParameters.seedByteCount {
            self.init(seed: stored, parameters: parameters)
        } else {
            self.init(expanded: stored, parameters: parameters)
        }
    }

    /// The 32-byte shared secret of a ciphertext (algorithm 18). Nil if the ciphertext's length is wrong.
    ///
    /// A ciphertext that was altered or made for another key yields a secret that matches nobody else's; this shows
    /// neither in the result nor in the time taken.
    public func decapsulate(_ ciphertext: [UInt8]) -> SecretBytes? {
        guard ciphertext.count == parameters.ciphertextByteCount else { return nil }
        return wipingStack { expanded.withUnsafeBytes { secret(of: ciphertext, key: $0) } }
    }

    private func secret(of ciphertext: [UInt8], key: UnsafeRawBufferPointer) -> SecretBytes {
        let message = SecretBytes(byteCount: 32) { message in
            ciphertext.withUnsafeBytes { parameters.decrypt($0, secretVector: key, to: message) }
        }
        let derived: DerivedSecrets
        var expected: [UInt8]
        (derived, expected) = message.withUnsafeBytes { message in
            let derived = DerivedSecrets(message: message, keyHash: encapsulationKey.hash)
            return (
                derived,
                parameters.encrypt(message, to: encapsulationKey.bytes, randomness: derived.randomness)
            )
        }
        var rejection = Sponge(.shake256)
        rejection.absorb(UnsafeRawBufferPointer(rebasing: key.suffix(32)))
        rejection.absorb(ciphertext)
        // For a ciphertext that is not ours it shows what ours would have been.
        defer { expected.withUnsafeMutableBytes { wipe($0) } }
        return derived.secret.replaced(by: rejection.secret(32), unless: ciphertext, equals: expected)
    }
}

extension SecretBytes {
    /// Self if the two arrays are equal, otherwise `other`, of the same length; in constant time and without branches.
    fileprivate func replaced(by other: SecretBytes, unless left: [UInt8], equals right: [UInt8])
        -> SecretBytes
    {
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        // All ones if any bit differs, otherwise zero.
        let mask = UInt8(truncatingIfNeeded: (0 &- UInt16(difference)) &>> 8)
        return SecretBytes(byteCount: count) { output in
            withUnsafeBytes { own in
                other.withUnsafeBytes { other in
                    for index in output.indices {
                        output[index] = own[index] ^ (mask & (own[index] ^ other[index]))
                    }
                }
            }
        }
    }
}

extension MLKEMParameters {
    /// Both keys for a seed.
    fileprivate func generate(_ seed: SecretBytes) -> (MLKEMEncapsulationKey, SecretBytes) {
        var publicBytes = [UInt8](repeating: 0, count: encapsulationKeyByteCount)
        let secretVector = SecretBytes(byteCount: keyVectorByteCount) { vector in
            let (matrix, noise) = seed.withUnsafeBytes { seeds(from: $0) }
            publicBytes.withUnsafeMutableBytes { key in
                matrix.withUnsafeBytes { matrix in
                    noise.withUnsafeBytes {
                        generate(
                            matrixSeed: matrix, noiseSeed: $0, encapsulationKey: key, secretVector: vector)
                    }
                }
            }
        }
        let key = MLKEMEncapsulationKey(unchecked: publicBytes, self)
        let rest = SecretBytes(publicBytes + key.hash)
        return (key, SecretBytes(joining: secretVector, rest, seed.slice(32..<64)))
    }
}

extension MLKEMDecapsulationKey: CustomStringConvertible, CustomReflectable {
    /// The type's name only: the key is a secret.
    public var description: String { "MLKEMDecapsulationKey" }
    /// Empty: the key is a secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
