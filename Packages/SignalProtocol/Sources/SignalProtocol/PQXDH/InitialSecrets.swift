import Cryptography

/// The result of PQXDH: the secrets that a new session starts with.
struct InitialSecrets {
    private static let info = Array("WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024".utf8)

    let rootKey: RootKey
    let chainKey: ChainKey
    /// The authentication key of the post-quantum ratchet, 32 bytes.
    let postQuantumKey: SecretBytes

    /// - Parameters:
    ///   - agreements: The three or four agreements, in the protocol's order.
    ///   - kemSecret: The encapsulated secret.
    init(agreements: [SecretBytes], kemSecret: SecretBytes) {
        let derived = HKDFSHA256.derive(
            secret: Self.input(agreements: agreements, kemSecret: kemSecret), info: Self.info, byteCount: 96)
        rootKey = RootKey(key: derived.slice(0..<32))
        chainKey = ChainKey(key: derived.slice(32..<64))
        postQuantumKey = derived.slice(64..<96)
    }

    /// Thirty-two `FF`, the agreements, the KEM's secret: 160 or 192 bytes.
    static func input(agreements: [SecretBytes], kemSecret: SecretBytes) -> SecretBytes {
        SecretBytes(joining: [SecretBytes([UInt8](repeating: 0xFF, count: 32))] + agreements + [kemSecret])
    }
}
