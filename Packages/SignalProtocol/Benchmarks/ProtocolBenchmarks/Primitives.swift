import BenchmarkSupport
import COpenSSL
import CSodium
import Cryptography
import Lattice

/// What the operations of the protocol cannot do without: microseconds of each, in the quickest way at hand.
struct Primitives {
    let agreement, keyGeneration, basePoint, verify: Double
    let kemPublicKey, kemPrivateKey, encapsulate, decapsulate, kemHash: Double
    let smallKEMKeyGeneration, smallKEMEncapsulate, smallKEMDecapsulate: Double
    let hmac: Double
    /// By the number of bytes.
    private let cbcEncrypt, cbcDecrypt, longHMAC: [Int: Double]

    static let byteCounts = [16, 1024, 65_536]

    init(_ report: inout Report) throws {
        report.section("Primitives")
        (agreement, keyGeneration) = Self.agreements(&report)
        (basePoint, verify) = Self.signatures(&report)

        let seed = SecretBytes([UInt8](1...64))
        let large = try KEM(seed, .mlkem1024)
        kemPublicKey = report.least(
            "ML-KEM-1024 public key",
            [.of(batch: 10) { MLKEMEncapsulationKey(large.bytes, parameters: .mlkem1024) }])
        kemPrivateKey = report.least(
            "ML-KEM-1024 key from seed",
            [.of(batch: 10) { MLKEMDecapsulationKey(seed: seed, parameters: .mlkem1024) }])
        encapsulate = report.least(
            "ML-KEM-1024 encapsulate", [.of(batch: 10) { large.key.encapsulationKey.encapsulate() }])
        decapsulate = report.least(
            "ML-KEM-1024 decapsulate", [.of(batch: 10) { large.key.decapsulate(large.ciphertext) }])
        kemHash = report.least(
            "SHA3-256 of 1,568 bytes",
            [
                .of(batch: 50) { Sponge.sha3_256(large.ciphertext) },
                .of(batch: 50) { Self.openSSLHash(large.ciphertext) },
            ])

        let small = try KEM(seed, .mlkem768)
        smallKEMKeyGeneration = report.least(
            "ML-KEM-768 key generation",
            [.of(batch: 10) { MLKEMDecapsulationKey(seed: seed, parameters: .mlkem768) }])
        smallKEMEncapsulate = report.least(
            "ML-KEM-768 public key, encapsulate",
            [.of(batch: 10) { MLKEMEncapsulationKey(small.bytes, parameters: .mlkem768)?.encapsulate() }])
        smallKEMDecapsulate = report.least(
            "ML-KEM-768 decapsulate", [.of(batch: 10) { small.key.decapsulate(small.ciphertext) }])

        hmac = report.least("HMAC-SHA-256, 32 bytes", Self.hmacs(byteCount: 32))
        var (encrypt, decrypt, code): ([Int: Double], [Int: Double], [Int: Double]) = ([:], [:], [:])
        for byteCount in Self.byteCounts {
            let plaintext = [UInt8](repeating: 1, count: byteCount)
            let batch = byteCount > 2000 ? 5 : 100
            let ciphertext = Self.encrypt(plaintext)
            encrypt[byteCount] = report.least(
                "AES-256-CBC encrypt, \(byteCount) bytes", [.of(batch: batch) { Self.encrypt(plaintext) }])
            decrypt[byteCount] = report.least(
                "AES-256-CBC decrypt, \(byteCount) bytes", [.of(batch: batch) { Self.decrypt(ciphertext) }])
            code[byteCount] = report.least(
                "HMAC-SHA-256, \(byteCount) bytes", Self.hmacs(byteCount: byteCount))
        }
        (cbcEncrypt, cbcDecrypt, longHMAC) = (encrypt, decrypt, code)
    }

    /// A pair of keys, and a ciphertext for it.
    private struct KEM {
        struct NoKey: Error {}

        let key: MLKEMDecapsulationKey
        let ciphertext: [UInt8]
        var bytes: [UInt8] { key.encapsulationKey.bytes }

        init(_ seed: SecretBytes, _ parameters: MLKEMParameters) throws {
            guard let key = MLKEMDecapsulationKey(seed: seed, parameters: parameters) else { throw NoKey() }
            self.key = key
            ciphertext = key.encapsulationKey.encapsulate().ciphertext
        }
    }

    private static let key = [UInt8](repeating: 2, count: 32)

    private static func encrypt(_ bytes: [UInt8]) -> [UInt8] {
        key.withUnsafeBytes { key in
            AESCBC.encrypt(bytes, key: key, iv: UnsafeRawBufferPointer(rebasing: key[..<16]))
        }
    }

    private static func decrypt(_ bytes: [UInt8]) -> [UInt8]? {
        key.withUnsafeBytes { key in
            AESCBC.decrypt(bytes, key: key, iv: UnsafeRawBufferPointer(rebasing: key[..<16]))
        }
    }

    private static func openSSLHash(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 32)
        EVP_Digest(bytes, bytes.count, &output, nil, EVP_sha3_256(), nil)
        return output
    }

    private static func agreements(_ report: inout Report) -> (agreement: Double, generation: Double) {
        let scalar = SecretBytes(randomByteCount: 32)
        let theirs = X25519.publicKey(of: SecretBytes(randomByteCount: 32))
        let exposed = scalar.exposed
        var output = [UInt8](repeating: 0, count: 32)
        let agreement = report.least(
            "X25519 agreement", [.of(batch: 20) { crypto_scalarmult_curve25519(&output, exposed, theirs) }])
        let generation = report.least(
            "X25519 key generation",
            [
                .of(batch: 20) { X25519.publicKey(of: SecretBytes(randomByteCount: 32)) },
                .of(batch: 20) { crypto_scalarmult_curve25519_base(&output, exposed) },
            ])
        return (agreement, generation)
    }

    private static func signatures(_ report: inout Report) -> (basePoint: Double, verify: Double) {
        let message = [UInt8](repeating: 7, count: 33)
        var (publicKey, secretKey) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 64))
        crypto_sign_keypair(&publicKey, &secretKey)
        var signature = [UInt8](repeating: 0, count: 64)
        crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
        var output = [UInt8](repeating: 0, count: 32)
        let (scalar, key, signed) = (Array(secretKey.prefix(32)), publicKey, signature)
        let basePoint = report.least(
            "Edwards base point times scalar",
            [.of(batch: 20) { crypto_scalarmult_ed25519_base_noclamp(&output, scalar) }])
        let verify = report.least(
            "Ed25519 verify",
            [
                .of(batch: 20) {
                    crypto_sign_ed25519_verify_detached(signed, message, UInt64(message.count), key)
                }
            ])
        return (basePoint, verify)
    }

    /// The code of so many bytes in two implementations: libsodium's and the one that the protocol uses.
    private static func hmacs(byteCount: Int) -> [Timing] {
        let bytes = [UInt8](repeating: 1, count: byteCount)
        let key = SecretBytes([UInt8](repeating: 2, count: 32))
        let exposed = key.exposed
        var output = [UInt8](repeating: 0, count: 32)
        let batch = byteCount > 2000 ? 5 : 100
        return [
            .of(batch: batch) { crypto_auth_hmacsha256(&output, bytes, UInt64(bytes.count), exposed) },
            .of(batch: batch) {
                var hmac = HMACSHA256(key: key)
                hmac.update(bytes)
                return hmac.finish { $0[0] }
            },
        ]
    }
}

extension Primitives {
    /// A signature: the points of the key and of the nonce.
    var sign: Double { 2 * basePoint }

    /// One step of the post-quantum chain: a derivation of 64 bytes.
    var postQuantumStep: Double { 3 * hmac }

    /// Keys of one message: two HMACs of the chain, the step of the post-quantum chain, and four that derive 80 bytes.
    var messageKeys: Double { 6 * hmac + postQuantumStep }

    func encrypt(_ byteCount: Int) -> Double {
        messageKeys + (cbcEncrypt[byteCount] ?? 0) + (longHMAC[byteCount] ?? 0)
    }

    func decrypt(_ byteCount: Int) -> Double {
        messageKeys + (cbcDecrypt[byteCount] ?? 0) + (longHMAC[byteCount] ?? 0)
    }

    /// A turn: two agreements, a fresh key, and two derivations of 64 bytes.
    var ratchetTurn: Double { 2 * agreement + keyGeneration + 6 * hmac }

    /// Two signatures to verify, two keys to make, the encapsulation, four agreements and the first root step, eleven
    /// HMACs to derive from them.
    var initiate: Double {
        2 * verify + 2 * keyGeneration + kemPublicKey + encapsulate + kemHash + 5 * agreement + 11 * hmac
    }

    /// The KEM key to expand, the decapsulation, four agreements, a turn, and the first message.
    var accept: Double {
        kemPrivateKey + decapsulate + kemHash + 4 * agreement + 5 * hmac + ratchetTurn + decrypt(16)
    }
}

extension Report {
    /// Shows the quickest of several ways to do the same, and gives its median.
    fileprivate mutating func least(_ name: String, _ ways: [Timing]) -> Double {
        guard let least = ways.min(by: { $0.median < $1.median }) else { return 0 }
        add(name, least)
        return least.median
    }
}
