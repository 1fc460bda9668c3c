import CSodium

extension PrivateKey {
    /// The XEdDSA signature of `message`: 64 bytes.
    ///
    /// One deviation from the published scheme, shared by everybody who speaks this protocol: the Edwards key keeps
    /// its own sign, which travels in the top bit of the last byte.
    public func signature(
        for message: some Collection<UInt8>, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let message = Array(message)
        while true {
            let nonce = SecretBytes(byteCount: 64, using: &random)
            if let signature = signature(for: message, nonce: nonce) { return signature }
        }
    }

    /// The XEdDSA signature of `message`, with randomness from the system.
    public func signature(for message: some Collection<UInt8>) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return signature(for: message, using: &random)
    }

    /// The signature made with the given 64 random bytes; nothing if they lead to r = 0.
    func signature(for message: [UInt8], nonce: SecretBytes) -> [UInt8]? {
        scalar.withUnsafePointer { scalar in
            var publicPoint = [UInt8](repeating: 0, count: 32)
            crypto_scalarmult_ed25519_base_noclamp(&publicPoint, scalar)

            // r = SHA-512(0xFE || 0xFF × 31 || k || M || Z) mod L; R = r·B.
            var secretNonce = ScalarHash()
            secretNonce.update([0xFE] + [UInt8](repeating: 0xFF, count: 31))
            secretNonce.update(self.scalar)
            secretNonce.update(message)
            secretNonce.update(nonce)
            let r = secretNonce.reduced()
            var signature = [UInt8](repeating: 0, count: 64)
            let hasPoint = r.withUnsafePointer { crypto_scalarmult_ed25519_base_noclamp(&signature, $0) == 0 }
            guard hasPoint else { return nil }

            // h = SHA-512(R || A || M) mod L; s = h·a + r.
            var challenge = ScalarHash()
            challenge.update(Array(signature.prefix(32)))
            challenge.update(publicPoint)
            challenge.update(message)
            let h = challenge.reduced()
            let product = SecretBytes(
                byteCount: 32,
                writtenBy: { product in
                    h.withUnsafePointer { crypto_core_ed25519_scalar_mul(product, $0, scalar) }
                })
            var s = [UInt8](repeating: 0, count: 32)
            product.withUnsafePointer { product in
                r.withUnsafePointer { crypto_core_ed25519_scalar_add(&s, product, $0) }
            }
            signature.replaceSubrange(32..., with: s)
            signature[63] = signature[63] & 0x7F | publicPoint[31] & 0x80
            return signature
        }
    }
}

/// SHA-512, read as an integer modulo the group order.
private struct ScalarHash: ~Copyable {
    private var state = crypto_hash_sha512_state()

    init() { crypto_hash_sha512_init(&state) }

    mutating func update(_ bytes: [UInt8]) {
        crypto_hash_sha512_update(&state, bytes, UInt64(bytes.count))
    }

    mutating func update(_ secret: SecretBytes) {
        secret.withUnsafePointer { _ = crypto_hash_sha512_update(&state, $0, UInt64(secret.count)) }
    }

    consuming func reduced() -> SecretBytes {
        var hash = [UInt8](repeating: 0, count: 64)
        crypto_hash_sha512_final(&state, &hash)
        sodium_memzero(&state, MemoryLayout.size(ofValue: state))
        defer { sodium_memzero(&hash, hash.count) }
        return SecretBytes(byteCount: 32, writtenBy: { crypto_core_ed25519_scalar_reduce($0, hash) })
    }
}
