public import Cryptography

/// The secret key of ML-KEM (FIPS 203): what is told to its encapsulation key, only its owner learns.
///
/// It is made from a seed of 64 bytes, which is the form to store. The long form of FIPS 203, which cannot be turned back
/// into a seed, is read as well: others store it.
public struct MLKEMDecapsulationKey: Sendable {
    /// What others are told.
    public let encapsulationKey: MLKEMEncapsulationKey
    /// The long form: ŝ ‖ encapsulation key ‖ SHA3-256 of that ‖ z.
    public let expanded: SecretBytes
    private var parameters: MLKEMParameters { encapsulationKey.parameters }

    /// The key that a seed d ‖ z gives (algorithm 16). Nil unless that is 64 bytes.
    public init?(seed: SecretBytes, parameters: MLKEMParameters) {
        guard seed.count == MLKEMParameters.seedByteCount else { return nil }
        (encapsulationKey, expanded) = wipingStack { parameters.generate(seed) }
    }

    /// A key in its long form. Nil unless it has the length of one, and the hash in it is that of the encapsulation key in
    /// it (the checks of FIPS 203, section 7.3).
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

    /// A key in whichever of the two forms it was stored in.
    public init?(stored: SecretBytes, parameters: MLKEMParameters) {
        if stored.count == MLKEMParameters.seedByteCount {
            self.init(seed: stored, parameters: parameters)
        } else {
            self.init(expanded: stored, parameters: parameters)
        }
    }

    /// The 32-byte shared secret of a ciphertext (algorithm 18). Nil unless the ciphertext has the length of one.
    ///
    /// One that was made for another key, or altered, gives a secret nobody else has; which of the two happened shows
    /// neither in the result nor in the time it takes.
    public func decapsulate(_ ciphertext: [UInt8]) -> SecretBytes? {
        guard ciphertext.count == parameters.ciphertextByteCount else { return nil }
        return wipingStack { expanded.withUnsafeBytes { secret(of: ciphertext, key: $0) } }
    }

    private func secret(of ciphertext: [UInt8], key: UnsafeRawBufferPointer) -> SecretBytes {
        let message = SecretBytes(byteCount: 32) { message in
            ciphertext.withUnsafeBytes { parameters.decrypt($0, secretVector: key, to: message) }
        }
        let (derived, expected) = message.withUnsafeBytes { message in
            let derived = DerivedSecrets(message: message, keyHash: encapsulationKey.hash)
            return (
                derived,
                parameters.encrypt(message, to: encapsulationKey.bytes, randomness: derived.randomness)
            )
        }
        var rejection = Sponge(.shake256)
        rejection.absorb(UnsafeRawBufferPointer(rebasing: key.suffix(32)))
        rejection.absorb(ciphertext)
        return derived.secret.replaced(by: rejection.secret(32), unless: ciphertext, equals: expected)
    }
}

extension SecretBytes {
    /// This, or `other`, of the same length, if the two arrays differ: in the same time and by the same path.
    fileprivate func replaced(by other: SecretBytes, unless left: [UInt8], equals right: [UInt8])
        -> SecretBytes
    {
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        // All ones if any bit differs, else zero.
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
    /// Both keys of a seed.
    fileprivate func generate(_ seed: SecretBytes) -> (MLKEMEncapsulationKey, SecretBytes) {
        var publicBytes = [UInt8](repeating: 0, count: encapsulationKeyByteCount)
        let secretVector = SecretBytes(byteCount: keyVectorByteCount) { vector in
            seed.withUnsafeBytes { seed in
                publicBytes.withUnsafeMutableBytes {
                    generate(seed: seed, encapsulationKey: $0, secretVector: vector)
                }
            }
        }
        let key = MLKEMEncapsulationKey(unchecked: publicBytes, self)
        let rest = SecretBytes(publicBytes + key.hash)
        return (key, SecretBytes(joining: secretVector, rest, seed.slice(32..<64)))
    }
}

extension MLKEMDecapsulationKey: CustomStringConvertible, CustomReflectable {
    /// Nothing but what it is.
    public var description: String { "MLKEMDecapsulationKey" }
    /// Empty: the key is a secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
