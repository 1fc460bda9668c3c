import VectorSupport
import Testing

@testable import Cryptography

/// The same random inputs for PyPI's `cryptography`.
@Suite(
    .enabled(
        if: PythonPeer.interpreter != nil, "SYSMAINT_PYTHON names no interpreter that has `cryptography`"))
struct PeerTests {
    private struct Request {
        let values: [String: String]
        let expected: [UInt8]

        init(_ operation: String, _ values: [String: [UInt8]], _ expected: [UInt8]) {
            self.values = values.mapValues(\.hex).merging(["operation": operation]) { $1 }
            self.expected = expected
        }
    }

    @Test func everyPrimitiveAgreesWithAnotherImplementation() async throws {
        var random = SeededRandom(seed: .random(in: .min ... .max))
        let seed = random
        let requests = (0..<40).flatMap { _ in Self.round(&random) }
        let answers = try PythonPeer.answers(of: "cryptography_peer.py", to: requests.map(\.values))
        #expect(answers.count == requests.count)
        for (request, answer) in zip(requests, answers) {
            #expect(answer["result"] == request.expected.hex, "\(request.values), \(seed)")
        }
    }

    /// One of each.
    private static func round(_ random: inout SeededRandom) -> [Request] {
        func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
            random.bytes(Int.random(in: count, using: &random))
        }
        let (key, iv, nonce) = (random.bytes(32), random.bytes(16), random.bytes(12))
        let (message, data, salt, info) = (bytes(0...2000), bytes(0...100), bytes(0...80), bytes(0...80))
        let secret = SecretBytes(key)
        let cbc = key.withUnsafeBytes { key in
            iv.withUnsafeBytes { AESCBC.encrypt(message, key: key, iv: $0) }
        }
        let sealed = AESGCM.seal(message, key: secret, authenticating: data)
        var altered = sealed
        altered[Int.random(in: sealed.indices, using: &random)] ^=
            1 << UInt8.random(in: 0...7, using: &random)
        let theirs = X25519.publicKey(of: SecretBytes(random.bytes(32)))
        let longKey = bytes(0...200)
        let derived = HKDFSHA256.derive(
            salt: SecretBytes(salt), secret: secret, info: info,
            byteCount: Int.random(in: 1...500, using: &random))
        return [
            Request("sha256", ["message": message], SHA256.hash(message)),
            Request("sha512", ["message": message], SHA512.hash(message)),
            Request(
                "hmac", ["key": longKey, "message": message],
                HMACSHA256.code(of: message, key: SecretBytes(longKey))),
            Request(
                "hkdf", ["salt": salt, "key": key, "info": info, "output": derived.exposed], derived.exposed),
            Request("cbc", ["key": key, "iv": iv, "message": message], cbc),
            Request(
                "gcm", ["key": key, "nonce": nonce, "message": message, "data": data],
                nonce.withUnsafeBytes { AESGCM.seal(message, key: secret, nonce: $0, authenticating: data) }),
            Request("gcm-open", ["key": key, "sealed": sealed, "data": data], message),
            Request("gcm-open", ["key": key, "sealed": altered, "data": data], Array("invalid".utf8)),
            Request("x25519-public", ["key": key], X25519.publicKey(of: secret)),
            Request(
                "x25519", ["key": key, "theirs": theirs],
                X25519.agreement(of: secret, with: theirs)?.exposed ?? []),
            Request(
                "scrypt", ["salt": salt, "message": message],
                Scrypt.key(
                    passphrase: message, salt: salt, byteCount: 32, rounds: 1024, blockSize: 8, parallelism: 1
                )?
                .exposed ?? []),
        ]
    }

    /// Their signatures are valid here, and with any bit altered they are not.
    @Test func theirSignaturesAreChecked() async throws {
        var random = SeededRandom(seed: .random(in: .min ... .max))
        let seed = random
        let requests = (0..<50).map { _ in
            ["operation": "ed25519", "key": random.bytes(32).hex, "message": random.bytes(100).hex]
        }
        for (request, answer) in zip(
            requests, try PythonPeer.answers(of: "cryptography_peer.py", to: requests))
        {
            let (result, message) = (
                try #require(answer["result"].flatMap([UInt8].init(hex:))),
                try #require(request["message"].flatMap([UInt8].init(hex:)))
            )
            let key = Array(result.prefix(32))
            var signature = Array(result.dropFirst(32))
            #expect(Ed25519.isValid(signature, for: message, publicKey: key), "\(seed)")
            signature[Int.random(in: 0..<64, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            #expect(!Ed25519.isValid(signature, for: message, publicKey: key), "\(seed)")
        }
    }
}
