import Cryptography
import Lattice

/// A Kyber-1024 key pair.
///
/// Fresh pairs are ML-KEM-1024 pairs, which are Kyber pairs as well; they are kept as the 64-byte seed that they were
/// made from. Pairs of the official library come with the expanded secret key, 3,168 bytes, and stay so.
public struct KEMKeyPair: Sendable {
    private enum SecretKey: Sendable {
        case seed(SecretBytes, MLKEMDecapsulationKey)
        case expanded(ExpandedDecapsulationKey)

        static let seedByteCount = 64
    }

    /// The half that others know.
    public let publicKey: KEMPublicKey
    private let secretKey: SecretKey

    /// A fresh pair.
    public init(using random: inout some RandomNumberGenerator) {
        let seed = SecretBytes(byteCount: SecretKey.seedByteCount, using: &random)
        guard let privateKey = Self.privateKey(seed: seed) else {
            preconditionFailure("64 bytes are an ML-KEM seed")
        }
        publicKey = KEMPublicKey(raw: privateKey.encapsulationKey.bytes)
        secretKey = .seed(seed, privateKey)
    }

    /// A pair from storage. That the halves belong together is not checked.
    ///
    /// - Parameters:
    ///   - publicKey: The public half.
    ///   - serializedSecretKey: The type byte, then either the seed or the expanded secret key.
    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`.
    init(publicKey: KEMPublicKey, serializedSecretKey: SecretBytes) throws(SignalError) {
        let type = serializedSecretKey.withUnsafeBytes { $0.first }
        guard let type else { throw .noKeyTypeIdentifier }
        guard type == KEMPublicKey.typeByte else { throw .badKEMKeyType(type) }
        let raw = serializedSecretKey.slice(1..<serializedSecretKey.count)
        self.publicKey = publicKey
        if raw.count == SecretKey.seedByteCount, let privateKey = Self.privateKey(seed: raw) {
            secretKey = .seed(raw, privateKey)
        } else if let expanded = ExpandedDecapsulationKey(raw, parameters: .mlkem1024) {
            secretKey = .expanded(expanded)
        } else {
            throw .badKEMKeyLength(type: type, byteCount: serializedSecretKey.count)
        }
    }

    /// The type byte, then the secret key as it is kept.
    var serializedSecretKey: SecretBytes {
        let type = SecretBytes([KEMPublicKey.typeByte])
        return switch secretKey {
        case .seed(let seed, _): SecretBytes(joining: type, seed)
        case .expanded(let key): SecretBytes(joining: type, key.bytes)
        }
    }

    /// The secret that was encapsulated, 32 bytes.
    ///
    /// A ciphertext that was made for another key is no error: its secret is random, and the first MAC fails.
    func decapsulate(_ ciphertext: KEMCiphertext) -> SecretBytes {
        let raw = Array(ciphertext.raw)
        return switch secretKey {
        case .expanded(let key): ciphertext.kyberSecret(key.decapsulate(raw))
        case .seed(_, let key): ciphertext.kyberSecret(key.decapsulate(raw))
        }
    }

    private static func privateKey(seed: SecretBytes) -> MLKEMDecapsulationKey? {
        MLKEMDecapsulationKey(seed: seed, parameters: .mlkem1024)
    }
}

extension KEMKeyPair: CustomStringConvertible, CustomReflectable {
    /// Nothing but what it is.
    public var description: String { "KEMKeyPair" }
    /// Empty: the pair holds a secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
