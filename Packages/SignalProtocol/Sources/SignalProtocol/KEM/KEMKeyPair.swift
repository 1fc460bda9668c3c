import Cryptography
import Lattice

/// A Kyber-1024 key pair.
///
/// New pairs are ML-KEM-1024 pairs, which are also Kyber pairs. Two stored forms are read: the expanded secret key, which
/// the official library writes and reads, and the 64-byte seed of a pair that was generated here.
public struct KEMKeyPair: Sendable {
    /// The public half.
    public let publicKey: KEMPublicKey
    /// Nil in a pair that was stored in its expanded form.
    private let seed: SecretBytes?
    private let key: MLKEMDecapsulationKey

    /// A fresh pair.
    public init(using random: inout some RandomNumberGenerator) {
        let seed = SecretBytes(byteCount: MLKEMParameters.seedByteCount, using: &random)
        guard let key = MLKEMDecapsulationKey(seed: seed, parameters: .mlkem1024) else {
            preconditionFailure("64 bytes are an ML-KEM seed")
        }
        self.key = key
        self.seed = seed
        publicKey = KEMPublicKey(raw: key.encapsulationKey.bytes)
    }

    /// A fresh pair from the system's generator.
    public init() {
        var random = SecureRandom()
        self.init(using: &random)
    }

    /// Reads a pair from storage. The halves are not checked against each other.
    ///
    /// - Parameters:
    ///   - publicKey: The public half.
    ///   - secretKey: The type byte, then either the expanded secret key or the seed.
    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`, and `.invalidKEMKey` if an expanded key
    ///   does not contain the correct hash of its public key.
    public init(publicKey: KEMPublicKey, secretKey: some Collection<UInt8>) throws(SignalError) {
        try self.init(publicKey: publicKey, stored: SecretBytes(secretKey))
    }

    init(publicKey: KEMPublicKey, stored: SecretBytes) throws(SignalError) {
        let type = stored.withUnsafeBytes { $0.first }
        guard let type else { throw .noKeyTypeIdentifier }
        guard type == KEMPublicKey.typeByte else { throw .badKEMKeyType(type) }
        let raw = stored.slice(1..<stored.count)
        switch raw.count {
        case MLKEMParameters.seedByteCount: seed = raw
        case MLKEMParameters.mlkem1024.decapsulationKeyByteCount: seed = nil
        default: throw .badKEMKeyLength(type: type, byteCount: stored.count)
        }
        guard let key = MLKEMDecapsulationKey(stored: raw, parameters: .mlkem1024) else {
            throw .invalidKEMKey
        }
        self.publicKey = publicKey
        self.key = key
    }

    /// The secret half for storage, in the official form: the type byte, then the expanded secret key, 3,168 bytes.
    public var secretKey: [UInt8] { stored(in: .official).exposed }

    /// The type byte, then the secret key; a pair that was read in the official form has no other.
    func stored(in form: StoredForm) -> SecretBytes {
        let raw = form == .compact ? seed ?? key.expanded : key.expanded
        return SecretBytes(joining: SecretBytes([KEMPublicKey.typeByte]), raw)
    }

    /// The secret of a ciphertext that ``KEMPublicKey/encapsulate()`` made, 32 bytes.
    ///
    /// A ciphertext made for another key is not an error: the resulting secret is random.
    ///
    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMCiphertextLength`.
    public func decapsulate(_ ciphertext: some Collection<UInt8>) throws(SignalError) -> [UInt8] {
        try secret(of: try KEMCiphertext(wire: Array(ciphertext))).exposed
    }

    /// The encapsulated secret, 32 bytes. If the ciphertext is for another key, the first MAC fails.
    func secret(of ciphertext: KEMCiphertext) throws(SignalError) -> SecretBytes {
        guard let secret = key.decapsulate(Array(ciphertext.raw)) else { throw .invalidKEMKey }
        return ciphertext.kyberSecret(secret)
    }
}

extension KEMKeyPair: CustomStringConvertible, CustomReflectable {
    /// The type's name only: the pair holds a secret.
    public var description: String { "KEMKeyPair" }
    /// Empty: the pair holds a secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
