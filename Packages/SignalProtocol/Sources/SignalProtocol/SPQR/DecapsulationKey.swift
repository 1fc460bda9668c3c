import Cryptography
import Lattice

/// The secret half of an epoch's KEM key pair, as it is stored: decoded when the ciphertext is complete, and not whenever
/// a message comes.
struct DecapsulationKey: Sendable {
    /// FIPS 203's d and z, 64 bytes; or the expanded key, 2400 bytes, in a state of the official library.
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

    /// A fresh pair, from one request of 64 random bytes.
    static func generate(
        using random: inout some RandomNumberGenerator
    ) throws(SPQRError) -> (key: DecapsulationKey, header: [UInt8], vector: [UInt8]) {
        let key = DecapsulationKey(
            seed: SecretBytes(byteCount: MLKEMParameters.seedByteCount, using: &random))
        let (header, vector) = SplitMLKEM.split(try key.decoded().encapsulationKey)
        return (key, header, vector)
    }

    /// The shared secret of a 1088-byte ciphertext; of a wrong one, a secret nobody else has.
    ///
    /// - Throws: `.stateDecode` if what was stored is no key.
    func decapsulate(_ ciphertext: [UInt8]) throws(SPQRError) -> SecretBytes {
        guard let secret = try decoded().decapsulate(ciphertext) else { throw .stateDecode }
        return secret
    }

    /// - Throws: `.stateDecode` if what was stored is no key.
    func decoded() throws(SPQRError) -> MLKEMDecapsulationKey {
        guard let key = MLKEMDecapsulationKey(stored: stored, parameters: SplitMLKEM.parameters) else {
            throw .stateDecode
        }
        return key
    }
}
