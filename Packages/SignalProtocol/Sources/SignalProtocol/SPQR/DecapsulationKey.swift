import Cryptography
import Lattice

/// The secret half of an epoch's KEM key pair in its stored forms. It is decoded once the ciphertext is complete, not for
/// every message.
struct DecapsulationKey: Sendable {
    /// FIPS 203's d and z, 64 bytes; nil in a state that was stored in the official form.
    private let seed: SecretBytes?
    /// The expanded key, 2400 bytes; nil in a state that was stored in the compact form.
    private let expanded: SecretBytes?

    /// Nil if the length is wrong.
    init?(stored: SecretBytes) {
        switch stored.count {
        case MLKEMParameters.seedByteCount: (seed, expanded) = (stored, nil)
        case SplitMLKEM.parameters.decapsulationKeyByteCount: (seed, expanded) = (nil, stored)
        default: return nil
        }
    }

    private init(seed: SecretBytes, expanded: SecretBytes) {
        (self.seed, self.expanded) = (seed, expanded)
    }

    /// A fresh pair, from a single request for 64 random bytes.
    static func generate(
        using random: inout some RandomNumberGenerator
    ) throws(SPQRError) -> (key: DecapsulationKey, header: [UInt8], vector: [UInt8]) {
        let seed = SecretBytes(byteCount: MLKEMParameters.seedByteCount, using: &random)
        guard let key = MLKEMDecapsulationKey(seed: seed, parameters: SplitMLKEM.parameters) else {
            throw .stateDecode
        }
        let (header, vector) = SplitMLKEM.split(key.encapsulationKey)
        return (DecapsulationKey(seed: seed, expanded: key.expanded), header, vector)
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
        guard let stored = expanded ?? seed,
            let key = MLKEMDecapsulationKey(stored: stored, parameters: SplitMLKEM.parameters)
        else { throw .stateDecode }
        return key
    }

    /// The stored form; a key that was read in the official form has no other.
    func stored(in form: StoredForm) -> SecretBytes {
        let choices =
            switch form {
            case .official: [expanded ?? (try? decoded())?.expanded, seed]
            case .compact: [seed, expanded]
            }
        return choices.compactMap(\.self).first ?? SecretBytes([])
    }
}
