import CSodium

/// Ed25519 (RFC 8032). Verification only: the project signs with X25519 keys (`Edwards25519`).
public enum Ed25519 {
    /// Whether the signature is valid; rejects s at or above the group order, and a key or nonce of small order.
    public static func isValid(_ signature: [UInt8], for message: [UInt8], publicKey: [UInt8]) -> Bool {
        Sodium.start()
        return signature.count == 64 && publicKey.count == 32
            && crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey) == 0
    }
}
