import Cryptography
import Lattice

/// The secret half of an epoch's KEM key pair.
enum DecapsulationKey: Sendable {
    static let seedByteCount = 64

    /// A pair of our own: FIPS 203's d and z.
    case seed(SecretBytes)
    /// A pair from a stored state of the official library.
    case expanded(ExpandedDecapsulationKey)

    /// A fresh pair, from one request of 64 random bytes.
    static func generate(
        using random: inout some RandomNumberGenerator
    ) throws(SPQRError) -> (key: DecapsulationKey, header: [UInt8], vector: [UInt8]) {
        let seed = SecretBytes(byteCount: seedByteCount, using: &random)
        let publicKey = try privateKey(seed).encapsulationKey.bytes
        let (header, vector) = SplitMLKEM.split(encapsulationKey: publicKey)
        return (.seed(seed), header, vector)
    }

    /// The shared secret of a 1088-byte ciphertext; of a wrong one, a secret nobody else has.
    func decapsulate(_ ciphertext: [UInt8]) throws(SPQRError) -> SecretBytes {
        switch self {
        case .seed(let seed):
            return try Self.privateKey(seed).decapsulate(ciphertext)
        case .expanded(let key):
            return key.decapsulate(ciphertext)
        }
    }

    private static func privateKey(_ seed: SecretBytes) throws(SPQRError) -> MLKEMDecapsulationKey {
        guard let key = MLKEMDecapsulationKey(seed: seed, parameters: .mlkem768) else {
            throw .stateDecode
        }
        return key
    }
}
