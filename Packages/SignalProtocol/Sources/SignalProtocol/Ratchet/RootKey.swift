import Cryptography

/// The root of the Diffie-Hellman ratchet: each turn produces a new root key and a new chain.
struct RootKey: Equatable, Sendable {
    static let byteCount = 32
    private static let info = Array("WhisperRatchet".utf8)

    let key: SecretBytes

    /// One turn: HKDF(salt: root key, DH(ours, theirs)), 32 bytes of root key, 32 of chain key.
    ///
    /// - Throws: `.invalidKeyAgreement`, and `.invalidSessionStructure` if the stored bytes are not a root key.
    func step(
        ours: PrivateKey, theirs: PublicKey
    ) throws(SignalError) -> (rootKey: RootKey, chainKey: ChainKey) {
        guard key.count == Self.byteCount else { throw .invalidSessionStructure }
        let derived = HKDFSHA256.derive(
            salt: key, secret: try ours.agreement(with: theirs), info: Self.info,
            byteCount: Self.byteCount + ChainKey.byteCount)
        return (RootKey(key: derived.slice(0..<32)), ChainKey(key: derived.slice(32..<64)))
    }
}
