public import Cryptography

/// The step by which the round-three Kyber, which the Signal protocol names, differs from ML-KEM.
public enum Kyber {
    /// Kyber's secret of a ciphertext, 32 bytes: SHAKE256(K ‖ SHA3-256(c), 32), where K is the ML-KEM secret.
    ///
    /// This also holds for a rejected ciphertext, so there is no branch here.
    public static func secret(from mlKEMSecret: SecretBytes, ciphertext: some Collection<UInt8>)
        -> SecretBytes
    {
        wipingStack {
            var hash = Sponge(.sha3_256)
            hash.absorb(ciphertext)
            var secret = Sponge(.shake256)
            secret.absorb(mlKEMSecret)
            secret.absorb(hash.bytes(32))
            return secret.secret(32)
        }
    }
}
