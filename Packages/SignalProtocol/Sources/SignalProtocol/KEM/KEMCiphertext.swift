import Cryptography
import Lattice

/// A secret encapsulated to a Kyber-1024 key: the type byte `0x08`, then 1,568 bytes.
struct KEMCiphertext {
    static let rawByteCount = 1568
    static let wireByteCount = 1 + rawByteCount

    /// The type byte and the ciphertext, 1,569 bytes.
    let wire: [UInt8]

    /// Reads a ciphertext from untrusted bytes.
    ///
    /// - Throws: `.noKeyTypeIdentifier`, `.badKEMKeyType`, `.badKEMCiphertextLength`.
    init(wire: [UInt8]) throws(SignalError) {
        guard let type = wire.first else { throw .noKeyTypeIdentifier }
        guard type == KEMPublicKey.typeByte else { throw .badKEMKeyType(type) }
        guard wire.count == Self.wireByteCount else {
            throw .badKEMCiphertextLength(type: type, byteCount: wire.count)
        }
        self.wire = wire
    }

    init(raw: some Collection<UInt8>) { wire = [KEMPublicKey.typeByte] + raw }

    /// The ciphertext without its type byte.
    var raw: ArraySlice<UInt8> { wire.dropFirst() }

    /// Converts the ML-KEM secret of this ciphertext into Kyber's secret.
    func kyberSecret(_ mlKEMSecret: SecretBytes) -> SecretBytes {
        Kyber.secret(from: mlKEMSecret, ciphertext: raw)
    }
}
