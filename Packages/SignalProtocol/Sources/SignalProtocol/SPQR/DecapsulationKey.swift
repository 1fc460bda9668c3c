import Cryptography
import Lattice

/// The secret half of an epoch's KEM key pair in its stored form. It is decoded once the ciphertext is complete, not
/// for every message.
struct DecapsulationKey: Sendable {
    /// FIPS 203's d and z, 64 bytes; or the expanded key, 2400 bytes, in a state written by the official library.
    let stored: SecretBytes

    /// Nil if the length is wrong.
    init?(stored: SecretBytes) {
        guard
            [MLKEMParameters.seedByteCount, SplitMLKEM.parameters.decapsulationKeyByteCount].contains(
                stored.count)
        else { return nil }
        self.stored = stored
    }

    private init(seed: SecretBytes) { stored = seed }

    /// A fresh pair, from a single request for 64 random bytes.
    static func generate(
        using random: inout some RandomNumberGenerator
    ) throws(SPQRError) -> (key: DecapsulationKey, header: [UInt8], vector: [UInt8]) {
        let key = DecapsulationKey(
            seed: SecretBytes(byteCount: MLKEMParameters.seedByteCount, using: &random))
        let (header, vector) = SplitMLKEM.split(try key.decoded().encapsulationKey)
        return (key, header, vector)
    }

    /// The shared secret of a 1088-byte ciphertext; an invalid ciphertext yields a secret that matches nobody else's.
    ///
    /// - Throws: `.stateDecode` if the stored bytes are not a valid key.
    func decapsulate(_ ciphertext: [UInt8]) throws(SPQRError) -> SecretBytes {
        guard let secret = try decoded().decapsulate(ciphertext) else { throw .stateDecode }
        return secret
    }

    /// - Throws: `.stateDecode` if the stored bytes are not a valid key.
    func decoded() throws(SPQRError) -> MLKEMDecapsulationKey {
        guard let key = MLKEMDecapsulationKey(stored: stored, parameters: SplitMLKEM.parameters) else {
            throw .stateDecode
        }
        return key
    }
}
