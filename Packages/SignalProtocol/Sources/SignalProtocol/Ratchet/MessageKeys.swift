import Cryptography

/// The keys of one message.
///
/// - Shape: 80 bytes: cipher key (32), MAC key (32), IV (16).
struct MessageKeys: Equatable, Sendable {
    static let byteCount = 80
    private static let info = Array("WhisperMessageKeys".utf8)

    private let material: SecretBytes

    /// Keys derived from a seed, salted with the post-quantum ratchet's key for this message if there is one.
    init(seed: SecretBytes, postQuantumKey: SecretBytes?) {
        material = HKDFSHA256.derive(
            salt: postQuantumKey, secret: seed, info: Self.info, byteCount: Self.byteCount)
    }

    /// Keys that were stored in expanded form.
    init?(material: SecretBytes) {
        guard material.count == Self.byteCount else { return nil }
        self.material = material
    }

    var cipherKey: SecretBytes { material.slice(0..<32) }
    var macKey: SecretBytes { material.slice(32..<64) }
    var iv: SecretBytes { material.slice(64..<80) }

    func seal(_ plaintext: [UInt8]) -> [UInt8] {
        material.withUnsafeBytes { bytes in
            AESCBC.encrypt(
                plaintext, key: UnsafeRawBufferPointer(rebasing: bytes[..<32]),
                iv: UnsafeRawBufferPointer(rebasing: bytes[64...]))
        }
    }

    /// The plaintext; nil if the length or the padding is wrong.
    func open(_ ciphertext: ArraySlice<UInt8>) -> [UInt8]? {
        material.withUnsafeBytes { bytes in
            AESCBC.decrypt(
                ciphertext, key: UnsafeRawBufferPointer(rebasing: bytes[..<32]),
                iv: UnsafeRawBufferPointer(rebasing: bytes[64...]))
        }
    }

    /// Calls `body` with the MAC key.
    func withMACKey<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try material.withUnsafeBytes { bytes throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[32..<64]))
        }
    }
}
