import COpenSSL

/// One encryption or decryption with a libcrypto cipher.
struct Cipher: ~Copyable {
    /// A cipher that was fetched once; `EVP_aes_256_cbc()` looks it up by name on each use, which takes 0.2 µs.
    ///
    /// - Note: `@unchecked Sendable`: a fetched cipher is never modified, and its reference counting is atomic.
    struct Kind: @unchecked Sendable {
        static let cbc = Kind("AES-256-CBC")
        static let gcm = Kind("AES-256-GCM")

        fileprivate let cipher: OpaquePointer

        private init(_ name: String) {
            guard let cipher = EVP_CIPHER_fetch(nil, name, nil) else {
                preconditionFailure("libcrypto has no \(name)")
            }
            self.cipher = cipher
        }
    }

    enum Direction: Int32 {
        case decrypt = 0
        case encrypt = 1
    }

    private let context: OpaquePointer

    /// The key is 32 bytes, the IV 16, for GCM 12.
    init(_ kind: Kind, _ direction: Direction, key: UnsafeRawBufferPointer, iv: UnsafeRawBufferPointer) {
        let isGCM = kind.cipher == Kind.gcm.cipher
        precondition(key.count == 32 && iv.count == (isGCM ? 12 : 16), "a wrong size of key or IV")
        guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("out of memory") }
        self.context = context
        let (key, iv) = (
            key.bindMemory(to: UInt8.self).baseAddress, iv.bindMemory(to: UInt8.self).baseAddress
        )
        require(EVP_CipherInit_ex(context, kind.cipher, nil, key, iv, direction.rawValue))
    }

    /// Frees the context and wipes the key schedule.
    deinit { EVP_CIPHER_CTX_free(context) }

    /// Disables libcrypto's padding for CBC; the caller removes the padding in constant time.
    func leavePadding() { require(EVP_CIPHER_CTX_set_padding(context, 0)) }

    func authenticate(_ bytes: UnsafeRawBufferPointer) {
        var count: Int32 = 0
        require(
            EVP_CipherUpdate(
                context, nil, &count, bytes.bindMemory(to: UInt8.self).baseAddress, Int32(bytes.count)))
    }

    /// Writes the output for `input`; returns the number of bytes.
    func update(_ input: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>) -> Int {
        guard !input.isEmpty else { return 0 }
        var count: Int32 = 0
        require(
            EVP_CipherUpdate(
                context, output, &count, input.bindMemory(to: UInt8.self).baseAddress, Int32(input.count)))
        return Int(count)
    }

    /// Writes the last block; nil if the padding or the tag is wrong.
    func finish(to output: UnsafeMutablePointer<UInt8>) -> Int? {
        var count: Int32 = 0
        return mayFail { EVP_CipherFinal_ex(context, output, &count) } ? Int(count) : nil
    }

    func readTag(to tag: UnsafeMutablePointer<UInt8>) {
        require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag))
    }

    func expectTag(_ tag: UnsafePointer<UInt8>) {
        require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, UnsafeMutablePointer(mutating: tag)))
    }
}
