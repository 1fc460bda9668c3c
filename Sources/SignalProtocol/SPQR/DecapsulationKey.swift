import Crypto

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
        let publicKey = try privateKey(seed).publicKey.rawRepresentation
        let (header, vector) = SplitMLKEM.split(encapsulationKey: Array(publicKey))
        return (.seed(seed), header, vector)
    }

    /// The shared secret of a 1088-byte ciphertext; of a wrong one, a secret nobody else has.
    func decapsulate(_ ciphertext: [UInt8]) throws(SPQRError) -> SecretBytes {
        switch self {
        case .seed(let seed):
            guard let secret = try? Self.privateKey(seed).decapsulate(ciphertext) else { throw .stateDecode }
            return secret.withUnsafeBytes { SecretBytes($0) }
        case .expanded(let key):
            return key.decapsulate(ciphertext)
        }
    }

    private static func privateKey(_ seed: SecretBytes) throws(SPQRError) -> MLKEM768.PrivateKey {
        let key = seed.withUnsafeBytes { try? MLKEM768.PrivateKey(seedRepresentation: $0, publicKey: nil) }
        guard let key else { throw .stateDecode }
        return key
    }
}
