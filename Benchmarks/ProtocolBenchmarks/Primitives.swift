import BenchmarkSupport
import CSodium
import Crypto
import CryptoExtras
import Foundation

@testable import SignalProtocol

/// What the operations of the protocol cannot do without: microseconds of each, in the quickest of the libraries at
/// hand.
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
        (agreement, keyGeneration) = try Self.agreements(&report)
        (basePoint, verify) = try Self.signatures(&report)

        let kem = try MLKEM1024.PrivateKey()
        let (raw, seed) = (kem.publicKey.rawRepresentation, kem.seedRepresentation)
        let sealed = try kem.publicKey.encapsulate().encapsulated
        let publicKey = kem.publicKey
        kemPublicKey = report.least(
            "ML-KEM-1024 public key", [try .of(batch: 10) { try MLKEM1024.PublicKey(rawRepresentation: raw) }]
        )
        kemPrivateKey = report.least(
            "ML-KEM-1024 key from seed",
            [try .of(batch: 10) { try MLKEM1024.PrivateKey(seedRepresentation: seed, publicKey: nil) }])
        encapsulate = report.least(
            "ML-KEM-1024 encapsulate", [try .of(batch: 10) { try publicKey.encapsulate() }])
        decapsulate = report.least(
            "ML-KEM-1024 decapsulate", [try .of(batch: 10) { try kem.decapsulate(sealed) }])
        kemHash = report.least(
            "SHA3-256, 1,568 and 64 bytes",
            [.of(batch: 50) { (SHA3_256.hash(data: sealed), SHA3_256.hash(data: seed)) }])

        let small = try MLKEM768.PrivateKey()
        let smallRaw = small.publicKey.rawRepresentation
        let smallSealed = try small.publicKey.encapsulate().encapsulated
        smallKEMKeyGeneration = report.least(
            "ML-KEM-768 key generation", [try .of(batch: 10) { try MLKEM768.PrivateKey() }])
        smallKEMEncapsulate = report.least(
            "ML-KEM-768 public key, encapsulate",
            [try .of(batch: 10) { try MLKEM768.PublicKey(rawRepresentation: smallRaw).encapsulate() }])
        smallKEMDecapsulate = report.least(
            "ML-KEM-768 decapsulate", [try .of(batch: 10) { try small.decapsulate(smallSealed) }])

        hmac = report.least("HMAC-SHA-256, 32 bytes", Self.hmacs(byteCount: 32))
        var (encrypt, decrypt, code): ([Int: Double], [Int: Double], [Int: Double]) = ([:], [:], [:])
        for byteCount in Self.byteCounts {
            let key = SymmetricKey(size: .bits256)
            let iv = AES._CBC.IV()
            let plaintext = Data(repeating: 1, count: byteCount)
            let ciphertext = try AES._CBC.encrypt(plaintext, using: key, iv: iv)
            let batch = byteCount > 2000 ? 5 : 100
            encrypt[byteCount] = report.least(
                "AES-256-CBC encrypt, \(byteCount) bytes",
                [try .of(batch: batch) { try AES._CBC.encrypt(plaintext, using: key, iv: iv) }])
            decrypt[byteCount] = report.least(
                "AES-256-CBC decrypt, \(byteCount) bytes",
                [try .of(batch: batch) { try AES._CBC.decrypt(ciphertext, using: key, iv: iv) }])
            code[byteCount] = report.least(
                "HMAC-SHA-256, \(byteCount) bytes", Self.hmacs(byteCount: byteCount))
        }
        (cbcEncrypt, cbcDecrypt, longHMAC) = (encrypt, decrypt, code)
    }

    private static func agreements(_ report: inout Report) throws -> (agreement: Double, generation: Double) {
        let ours = Curve25519.KeyAgreement.PrivateKey()
        let theirs = Curve25519.KeyAgreement.PrivateKey().publicKey
        let (scalar, point) = (Array(ours.rawRepresentation), Array(theirs.rawRepresentation))
        var output = [UInt8](repeating: 0, count: 32)
        let agreement = report.least(
            "X25519 agreement",
            [
                try .of(batch: 20) { try ours.sharedSecretFromKeyAgreement(with: theirs) },
                .of(batch: 20) { crypto_scalarmult_curve25519(&output, scalar, point) },
            ])
        let generation = report.least(
            "X25519 key generation",
            [
                .of(batch: 20) { Curve25519.KeyAgreement.PrivateKey().publicKey },
                .of(batch: 20) { crypto_scalarmult_curve25519_base(&output, scalar) },
            ])
        return (agreement, generation)
    }

    private static func signatures(_ report: inout Report) throws -> (basePoint: Double, verify: Double) {
        let signing = Curve25519.Signing.PrivateKey()
        let message = Data(repeating: 7, count: 33)
        let signature = try signing.signature(for: message)
        let key = Array(signing.publicKey.rawRepresentation)
        let (messageBytes, signatureBytes) = (Array(message), Array(signature))
        var output = [UInt8](repeating: 0, count: 32)
        let basePoint = report.least(
            "Edwards base point times scalar",
            [.of(batch: 20) { crypto_scalarmult_ed25519_base_noclamp(&output, key) }])
        let verify = report.least(
            "Ed25519 verify",
            [
                .of(batch: 20) { signing.publicKey.isValidSignature(signature, for: message) },
                .of(batch: 20) {
                    crypto_sign_ed25519_verify_detached(
                        signatureBytes, messageBytes, UInt64(messageBytes.count), key)
                },
            ])
        return (basePoint, verify)
    }

    /// The code of so many bytes in three implementations: both libraries' and the one that the protocol uses.
    private static func hmacs(byteCount: Int) -> [Timing] {
        let bytes = [UInt8](repeating: 1, count: byteCount)
        let key = [UInt8](repeating: 2, count: 32)
        let symmetric = SymmetricKey(data: key)
        var output = [UInt8](repeating: 0, count: 32)
        let batch = byteCount > 2000 ? 5 : 100
        return [
            .of(batch: batch) { HMAC<SHA256>.authenticationCode(for: bytes, using: symmetric) },
            .of(batch: batch) { crypto_auth_hmacsha256(&output, bytes, UInt64(bytes.count), key) },
            .of(batch: batch) {
                var hmac = key.withUnsafeBytes { HMACSHA256(key: $0) }
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
