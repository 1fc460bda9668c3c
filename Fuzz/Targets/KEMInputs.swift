import Cryptography
import Lattice

/// Keys and ciphertexts of ML-KEM as strangers may write them, and as damaged storage may hold them.
///
/// What is owed to every input: it is rejected, or what is done with it agrees with itself. The first byte chooses what
/// the rest is taken for; it is filled up with zeroes to the length that this has, or else nothing would get past the
/// first check.
enum KEMInputs {
    private static let message = SecretBytes([UInt8](0..<32))

    static func run(_ input: [UInt8]) {
        guard let choice = input.first else { return }
        let bytes = Array(input.dropFirst())
        let parameters = choice & 1 == 0 ? MLKEMParameters.mlkem768 : .mlkem1024
        switch choice >> 1 & 3 {
        case 0: encapsulationKey(bytes.filled(to: parameters.encapsulationKeyByteCount), parameters)
        case 1: ciphertext(bytes.filled(to: parameters.ciphertextByteCount), parameters)
        case 2: expandedKey(bytes.filled(to: parameters.decapsulationKeyByteCount), parameters)
        default: pending(bytes.filled(to: PendingEncapsulation.byteCount))
        }
        anyLength(bytes, parameters)
    }

    private static func encapsulationKey(_ bytes: [UInt8], _ parameters: MLKEMParameters) {
        let key = MLKEMEncapsulationKey(bytes, parameters: parameters)
        let whole = key?.encapsulate(message: message)
        precondition(whole.map { $0.ciphertext.count == parameters.ciphertextByteCount } ?? true)
        guard parameters == .mlkem768 else { return }
        // In two steps it is the same, and what is no key is none there either.
        let vector = Array(bytes.prefix(SplitMLKEM.vectorByteCount))
        let header = Array(bytes.suffix(32)) + Sponge.sha3_256(bytes)
        precondition(SplitMLKEM.isValid(vector: vector, header: header) == (key != nil))
        guard let whole else { return }
        let step = SplitMLKEM.encapsulate(header: header, message: message)
        precondition(step.ciphertext + step.pending.secondCiphertext(vector: vector) == whole.ciphertext)
        precondition(step.sharedSecret == whole.secret)
        precondition(PendingEncapsulation(serialized: step.pending.serialized.exposed) == step.pending)
    }

    private static func ciphertext(_ bytes: [UInt8], _ parameters: MLKEMParameters) {
        guard let key = MLKEMDecapsulationKey(seed: SecretBytes([UInt8](0..<64)), parameters: parameters),
            let expanded = MLKEMDecapsulationKey(expanded: key.expanded, parameters: parameters)
        else { preconditionFailure("a seed is a key") }
        precondition(
            key.decapsulate(bytes)?.count == 32 && key.decapsulate(bytes) == expanded.decapsulate(bytes))
    }

    /// As it is, and with the hash that makes it one.
    private static func expandedKey(_ bytes: [UInt8], _ parameters: MLKEMParameters) {
        var bytes = bytes
        let end = bytes.count - 64
        let publicBytes = Array(bytes[end - parameters.encapsulationKeyByteCount..<end])
        let hash = Sponge.sha3_256(publicBytes)
        let isTaken = MLKEMDecapsulationKey(expanded: SecretBytes(bytes), parameters: parameters) != nil
        precondition(isTaken == (Array(bytes[end..<end + 32]) == hash))
        bytes.replaceSubrange(end..<end + 32, with: hash)
        guard let key = MLKEMDecapsulationKey(expanded: SecretBytes(bytes), parameters: parameters) else {
            preconditionFailure("a key with its hash is rejected")
        }
        let ciphertext = [UInt8](repeating: bytes[0], count: parameters.ciphertextByteCount)
        precondition(key.decapsulate(ciphertext)?.count == 32)
    }

    private static func pending(_ bytes: [UInt8]) {
        guard let pending = PendingEncapsulation(serialized: bytes) else {
            preconditionFailure("only the length counts")
        }
        let vector = bytes.filled(to: SplitMLKEM.vectorByteCount)
        precondition(pending.secondCiphertext(vector: vector).count == SplitMLKEM.secondCiphertextByteCount)
    }

    private static func anyLength(_ bytes: [UInt8], _ parameters: MLKEMParameters) {
        let key = MLKEMEncapsulationKey(bytes, parameters: parameters)
        precondition(key == nil || bytes.count == parameters.encapsulationKeyByteCount)
        let secret = MLKEMDecapsulationKey(stored: SecretBytes(bytes), parameters: parameters)
        precondition(secret == nil || [64, parameters.decapsulationKeyByteCount].contains(bytes.count))
        precondition(
            (PendingEncapsulation(serialized: bytes) != nil)
                == (bytes.count == PendingEncapsulation.byteCount))
    }

    /// One of each kind and size, sound.
    static func seeds() -> [(String, [UInt8])] {
        seeds("768", .mlkem768, 0) + seeds("1024", .mlkem1024, 1)
    }

    private static func seeds(_ name: String, _ parameters: MLKEMParameters, _ choice: UInt8)
        -> [(String, [UInt8])]
    {
        guard let key = MLKEMDecapsulationKey(seed: SecretBytes([UInt8](1...64)), parameters: parameters)
        else { preconditionFailure("a seed is a key") }
        let ciphertext = key.encapsulationKey.encapsulate(message: message).ciphertext
        var seeds = [
            ("encapsulation-key-\(name)", [choice] + key.encapsulationKey.bytes),
            ("ciphertext-\(name)", [2 + choice] + ciphertext),
            ("expanded-key-\(name)", [4 + choice] + key.expanded.exposed),
        ]
        if parameters == .mlkem768 {
            let header = SplitMLKEM.split(key.encapsulationKey).header
            let pending = SplitMLKEM.encapsulate(header: header, message: message).pending
            seeds.append(("pending-\(name)", [6 + choice] + pending.serialized.exposed))
        }
        return seeds
    }
}

extension [UInt8] {
    fileprivate func filled(to count: Int) -> [UInt8] {
        prefix(count) + [UInt8](repeating: 0, count: Swift.max(0, count - self.count))
    }
}
