import Cryptography
import Lattice

/// A Kyber-1024 public key: the type byte `0x08`, then 1,568 bytes.
///
/// Kyber-1024 is the only KEM in use; every other type byte is rejected.
public struct KEMPublicKey: Hashable, Sendable {
    static let typeByte: UInt8 = 0x08
    static let rawByteCount = 1568
    static let wireByteCount = 1 + rawByteCount

    /// The type byte and the key, 1,569 bytes.
    public let wire: [UInt8]

    /// Reads a key from untrusted bytes.
    ///
    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMKeyLength`.
    public init(wire bytes: some Collection<UInt8>) throws(SignalError) {
        guard let type = bytes.first else { throw .noKeyTypeIdentifier }
        guard type == Self.typeByte else { throw .badKEMKeyType(type) }
        guard bytes.count == Self.wireByteCount else {
            throw .badKEMKeyLength(type: type, byteCount: bytes.count)
        }
        wire = Array(bytes)
    }

    init(raw: some Collection<UInt8>) { wire = [Self.typeByte] + raw }

    /// A fresh secret, 32 bytes, and the ciphertext that conveys it to the owner of this key: the type byte, then 1,568
    /// bytes.
    ///
    /// - Throws: `.invalidKEMKey` if the bytes are not a valid ML-KEM key; honest keys always are.
    public func encapsulate() throws(SignalError) -> (secret: [UInt8], ciphertext: [UInt8]) {
        let (secret, ciphertext) = try freshSecret()
        return (secret.exposed, ciphertext.wire)
    }

    /// A fresh secret and its ciphertext.
    func freshSecret() throws(SignalError) -> (secret: SecretBytes, ciphertext: KEMCiphertext) {
        guard let key = MLKEMEncapsulationKey(Array(wire.dropFirst()), parameters: .mlkem1024) else {
            throw .invalidKEMKey
        }
        let (secret, raw) = key.encapsulate()
        let ciphertext = KEMCiphertext(raw: raw)
        return (ciphertext.kyberSecret(secret), ciphertext)
    }
}
