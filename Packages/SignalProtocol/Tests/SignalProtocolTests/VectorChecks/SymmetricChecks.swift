import Cryptography
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// AES, HKDF, HMAC.
    static let symmetric = VectorKind(
        "symmetric",
        [
            .kind("aes256_cbc_pkcs7") { vector, _ in
                let (key, iv) = (try vector.bytes("key"), try vector.bytes("iv"))
                let (plaintext, ciphertext) = (try vector.bytes("plaintext"), try vector.bytes("ciphertext"))
                #expect(encrypt(plaintext, key: key, iv: iv) == ciphertext, "\(vector)")
                #expect(decrypt(ciphertext, key: key, iv: iv) == plaintext, "\(vector)")
            },
            .kind("aes256_cbc_pkcs7_reject") { vector, _ in
                let (key, iv) = (try vector.bytes("key"), try vector.bytes("iv"))
                #expect(try decrypt(vector.bytes("ciphertext"), key: key, iv: iv) == nil, "\(vector)")
            },
            .kind("aes256_ctr") { vector, _ in
                // Only sealed sender uses counter mode, which is not part of this library. Its key stream is made of
                // blocks that CBC mode encrypts as well: each counter block under a zero IV.
                let key = try vector.bytes("key")
                let plaintext = try vector.bytes("plaintext")
                var counter = try vector.bytes("initial_block")
                var stream: [UInt8] = []
                while stream.count < plaintext.count {
                    stream += encrypt(counter, key: key, iv: Array(repeating: 0, count: 16)).prefix(16)
                    for index in counter.indices.reversed().prefix(4) {
                        counter[index] &+= 1
                        if counter[index] != 0 { break }
                    }
                }
                #expect(try zip(plaintext, stream).map { $0 ^ $1 } == vector.bytes("ciphertext"), "\(vector)")
            },
            .kind("hkdf_sha256") { vector, _ in
                let salt = try vector.bytes("salt")
                let derived = HKDFSHA256.derive(
                    salt: salt.isEmpty ? nil : SecretBytes(salt),
                    secret: try SecretBytes(vector.bytes("ikm")),
                    info: try vector.bytes("info"), byteCount: try vector.int("length"))
                #expect(try derived.exposed == vector.bytes("okm"), "\(vector)")
            },
            .kind("hmac_sha256") { vector, _ in
                let code = HMACSHA256.code(
                    of: Array(try vector.string("input_utf8").utf8), key: SecretBytes(try vector.bytes("key"))
                )
                #expect(try code == vector.bytes("mac"), "\(vector)")
            },
        ])

    private static func encrypt(_ plaintext: [UInt8], key: [UInt8], iv: [UInt8]) -> [UInt8] {
        key.withUnsafeBytes { key in
            iv.withUnsafeBytes { iv in AESCBC.encrypt(plaintext, key: key, iv: iv) }
        }
    }

    private static func decrypt(_ ciphertext: [UInt8], key: [UInt8], iv: [UInt8]) -> [UInt8]? {
        key.withUnsafeBytes { key in iv.withUnsafeBytes { iv in AESCBC.decrypt(ciphertext, key: key, iv: iv) }
        }
    }
}
