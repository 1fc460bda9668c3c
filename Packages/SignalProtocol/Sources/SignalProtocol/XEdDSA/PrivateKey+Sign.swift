import Cryptography

extension PrivateKey {
    /// The XEdDSA signature of `message`: 64 bytes.
    ///
    /// One deviation from the published scheme, common to all implementations of this protocol: the Edwards key keeps
    /// its own sign, which is sent in the top bit of the last byte.
    public func signature(
        for message: some Collection<UInt8>, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let message = Array(message)
        while true {
            let nonce = SecretBytes(byteCount: 64, using: &random)
            if let signature = signature(for: message, nonce: nonce) { return signature }
        }
    }

    /// The XEdDSA signature of `message`, with the system's random number generator.
    public func signature(for message: some Collection<UInt8>) -> [UInt8] {
        var random = SecureRandom()
        return signature(for: message, using: &random)
    }

    /// The signature made with the given 64 random bytes; nil if they lead to r = 0.
    func signature(for message: [UInt8], nonce: SecretBytes) -> [UInt8]? {
        guard let publicPoint = Edwards25519.multiple(of: scalar) else {
            preconditionFailure("a clamped scalar gives a point")
        }
        // r = SHA-512(0xFE || 0xFF × 31 || k || M || Z) mod L; R = r·B.
        let r = Self.scalar { hash in
            hash.update([0xFE] + [UInt8](repeating: 0xFF, count: 31))
            scalar.withUnsafeBytes { hash.update($0) }
            hash.update(message)
            nonce.withUnsafeBytes { hash.update($0) }
        }
        guard let noncePoint = Edwards25519.multiple(of: r) else { return nil }

        // h = SHA-512(R || A || M) mod L; s = h·a + r.
        let h = Self.scalar { hash in
            hash.update(noncePoint)
            hash.update(publicPoint)
            hash.update(message)
        }
        var signature = noncePoint + Edwards25519.product(h, scalar, plus: r).exposed
        signature[63] = signature[63] & 0x7F | publicPoint[31] & 0x80
        return signature
    }

    /// SHA-512, read as an integer modulo the group order.
    private static func scalar(_ body: (inout SHA512) -> Void) -> SecretBytes {
        var hash = SHA512()
        body(&hash)
        return Edwards25519.scalar(reducing: hash.finish { SecretBytes($0) })
    }
}
