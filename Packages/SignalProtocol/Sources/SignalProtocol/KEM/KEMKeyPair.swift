import Cryptography
import Lattice

/// A Kyber-1024 key pair.
///
/// New pairs are ML-KEM-1024 pairs, which are also Kyber pairs; they are stored as the 64-byte seed they were generated
/// from. Pairs from the official library are stored as the expanded secret key, 3,168 bytes, and stay that way.
public struct KEMKeyPair: Sendable {
    /// The public half.
    public let publicKey: KEMPublicKey
    /// The type byte, then the secret key in its stored form.
    let serializedSecretKey: SecretBytes
    private let key: MLKEMDecapsulationKey

    /// A fresh pair.
    public init(using random: inout some RandomNumberGenerator) {
        let seed = SecretBytes(byteCount: MLKEMParameters.seedByteCount, using: &random)
        guard let key = MLKEMDecapsulationKey(seed: seed, parameters: .mlkem1024) else {
            preconditionFailure("64 bytes are an ML-KEM seed")
        }
        self.key = key
        publicKey = KEMPublicKey(raw: key.encapsulationKey.bytes)
        serializedSecretKey = SecretBytes(joining: SecretBytes([KEMPublicKey.typeByte]), seed)
    }

    /// Reads a pair from storage. The halves are not checked against each other.
    ///
    /// - Parameters:
    ///   - publicKey: The public half.
    ///   - serializedSecretKey: The type byte, then either the seed or the expanded secret key.
    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`, and `.invalidKEMKey` if an expanded key
    ///   does
    ///   not contain the correct hash of its public key.
    init(publicKey: KEMPublicKey, serializedSecretKey: SecretBytes) throws(SignalError) {
        let type = serializedSecretKey.withUnsafeBytes { $0.first }
        guard let type else { throw .noKeyTypeIdentifier }
        guard type == KEMPublicKey.typeByte else { throw .badKEMKeyType(type) }
        let raw = serializedSecretKey.slice(1..<serializedSecretKey.count)
        switch raw.count {
        case MLKEMParameters.seedByteCount, MLKEMParameters.mlkem1024.decapsulationKeyByteCount: break
        default: throw .badKEMKeyLength(type: type, byteCount: serializedSecretKey.count)
        }
        guard let key = MLKEMDecapsulationKey(stored: raw, parameters: .mlkem1024) else {
            throw .invalidKEMKey
        }
        self.publicKey = publicKey
        self.serializedSecretKey = serializedSecretKey
        self.key = key
    }

    /// The encapsulated secret, 32 bytes.
    ///
    /// A ciphertext made for another key is not an error: the resulting secret is random, and the first MAC fails.
    func decapsulate(_ ciphertext: KEMCiphertext) throws(SignalError) -> SecretBytes {
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
