import Crypto

/// A Kyber-1024 key pair.
///
/// Fresh pairs are ML-KEM-1024 pairs, which are Kyber pairs as well; they are kept as the 64-byte seed that they were
/// made from.
public struct KEMKeyPair: Sendable {
    private static let seedByteCount = 64

    public let publicKey: KEMPublicKey
    private let seed: SecretBytes
    private let privateKey: MLKEM1024.PrivateKey

    /// A fresh pair.
    public init(using random: inout some RandomNumberGenerator) {
        let seed = SecretBytes(byteCount: Self.seedByteCount, using: &random)
        guard let privateKey = Self.privateKey(seed: seed) else {
            preconditionFailure("64 bytes are an ML-KEM seed")
        }
        publicKey = KEMPublicKey(raw: privateKey.publicKey.rawRepresentation)
        self.seed = seed
        self.privateKey = privateKey
    }

    /// A pair from storage. That the halves belong together is not checked.
    ///
    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`.
    init(publicKey: KEMPublicKey, serializedSecretKey: SecretBytes) throws(SignalError) {
        let type = serializedSecretKey.withUnsafeBytes { $0.first }
        guard let type else { throw .noKeyTypeIdentifier }
        guard type == KEMPublicKey.typeByte else { throw .badKEMKeyType(type) }
        guard serializedSecretKey.count == 1 + Self.seedByteCount else {
            throw .badKEMKeyLength(type: type, byteCount: serializedSecretKey.count)
        }
        let seed = serializedSecretKey.slice(1..<serializedSecretKey.count)
        guard let privateKey = Self.privateKey(seed: seed) else { throw .invalidKEMKey }
        self.publicKey = publicKey
        self.seed = seed
        self.privateKey = privateKey
    }

    /// The type byte, then the secret key as it is kept.
    var serializedSecretKey: SecretBytes { SecretBytes([KEMPublicKey.typeByte] + seed.exposed) }

    /// The secret that was encapsulated, 32 bytes.
    ///
    /// A ciphertext that was made for another key is no error: its secret is random, and the first MAC fails.
    func decapsulate(_ ciphertext: KEMCiphertext) throws(SignalError) -> SecretBytes {
        do {
            let secret = try privateKey.decapsulate(ciphertext.raw)
            return ciphertext.kyberSecret(secret.withUnsafeBytes { SecretBytes($0) })
        } catch {
            throw .invalidKEMKey
        }
    }

    private static func privateKey(seed: SecretBytes) -> MLKEM1024.PrivateKey? {
        seed.withUnsafeBytes { try? MLKEM1024.PrivateKey(seedRepresentation: $0, publicKey: nil) }
    }
}

extension KEMKeyPair: CustomStringConvertible, CustomReflectable {
    public var description: String { "KEMKeyPair" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
