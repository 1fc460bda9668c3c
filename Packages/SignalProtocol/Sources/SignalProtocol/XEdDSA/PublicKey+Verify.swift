import Cryptography

extension PublicKey {
    static let signatureByteCount = 64

    /// Whether `signature` is this key's XEdDSA signature of `message`. A malformed signature gives false.
    ///
    /// The sign of the Edwards key is in the top bit of the signature; without it, the rest is an Ed25519 signature.
    /// Stricter than the official library in cases that no honest signer produces: s at or above the group order and
    /// points of small order are rejected.
    /// and points of small order are rejected.
    public func isValidSignature(
        _ signature: some Collection<UInt8>, for message: some Collection<UInt8>
    ) -> Bool {
        guard signature.count == Self.signatureByteCount else { return false }
        var signature = Array(signature)
        let sign = signature[63] >> 7
        signature[63] &= 0x7F
        guard signature[63] & 0xE0 == 0, let key = edwards(sign: sign) else { return false }
        return Ed25519.isValid(signature, for: Array(message), publicKey: key)
    }
}
