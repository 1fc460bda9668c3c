import Foundation
import VectorSupport
import Testing

@testable import Cryptography

/// Every case of project Wycheproof that asks for what is offered here; the others are counted.
@Suite(
    .enabled(
        if: WycheproofFolder.path != nil,
        "SYSMAINT_WYCHEPROOF_DIR names no folder of Wycheproof's cases"))
struct Wycheproof {
    @Test func everyFileIsRecognisedAndEveryCaseHolds() throws {
        var (fileCount, total) = (0, WycheproofFolder.Tally())
        for file in try WycheproofFolder.files() where file.algorithm != "ML-KEM" {
            guard let check = Self.checks[file.algorithm] else {
                Issue.record("\(file.name): the algorithm \(file.algorithm) is not known here")
                continue
            }
            let tally = try check(file)
            #expect(tally.run > 0 && tally.run + tally.notOffered == file.numberOfTests, "\(file.name)")
            print("\(file.name): \(tally.run) cases run, \(tally.notOffered) ask for what is not offered")
            fileCount += 1
            total.run += tally.run
            total.notOffered += tally.notOffered
        }
        #expect(fileCount > 0)
        print("Wycheproof: \(fileCount) files, \(total.run) cases run, \(total.notOffered) not offered")
    }

    private typealias Check = @Sendable (WycheproofFolder.File) throws -> WycheproofFolder.Tally

    private static let checks: [String: Check] = [
        "AES-CBC-PKCS5": cbc, "AES-GCM": gcm, "EDDSA": ed25519, "HKDF-SHA-256": hkdf, "XDH": x25519,
        "HMACSHA256": { try mac($0) { HMACSHA256.code(of: $0, key: SecretBytes($1)) } },
        "HMACSHA512": { try mac($0, hmacSHA512) },
    ]

    private struct Group<Case: Decodable>: Decodable {
        let tests: [Case]
        let keySize, ivSize, tagSize: Int?
        let publicKey: PublicKey?
        let curve: String?

        struct PublicKey: Decodable { let pk: Hex }
    }

    private static func run<Case: Decodable>(
        _ file: WycheproofFolder.File, _ type: Case.Type,
        isOffered: (Group<Case>) -> Bool = { _ in true },
        _ check: (Case, Group<Case>) throws -> Void
    ) throws -> WycheproofFolder.Tally {
        var tally = WycheproofFolder.Tally()
        for group in try file.groups(of: Group<Case>.self) {
            guard isOffered(group) else {
                tally.notOffered += group.tests.count
                continue
            }
            for test in group.tests { try check(test, group) }
            tally.run += group.tests.count
        }
        return tally
    }

    private struct CipherCase: Decodable {
        let tcId: Int
        let key, iv, msg, ct: Hex
        let aad, tag: Hex?
        let result: WycheproofFolder.Verdict
    }

    /// Only keys of 256 bits.
    private static let cbc: Check = { file in
        try run(file, CipherCase.self) {
            $0.keySize == 256
        } _: { test, _ in
            test.key.bytes.withUnsafeBytes { key in
                test.iv.bytes.withUnsafeBytes { iv in
                    let plaintext = AESCBC.decrypt(test.ct.bytes, key: key, iv: iv)
                    #expect(plaintext == (test.result == .valid ? test.msg.bytes : nil), "CBC \(test.tcId)")
                    guard test.result == .valid else { return }
                    #expect(
                        AESCBC.encrypt(test.msg.bytes, key: key, iv: iv) == test.ct.bytes, "CBC \(test.tcId)")
                }
            }
        }
    }

    /// Only keys of 256 bits, nonces of 96 and tags of 128.
    private static let gcm: Check = { file in
        try run(file, CipherCase.self) {
            $0.keySize == 256 && $0.ivSize == 96 && $0.tagSize == 128
        } _: { test, _ in
            let (key, data) = (SecretBytes(test.key.bytes), try #require(test.aad).bytes)
            let sealed = test.iv.bytes + test.ct.bytes + (try #require(test.tag).bytes)
            let opened = AESGCM.open(sealed, key: key, authenticating: data)
            #expect(opened == (test.result == .valid ? test.msg.bytes : nil), "GCM \(test.tcId)")
            guard test.result == .valid else { return }
            let own = test.iv.bytes.withUnsafeBytes {
                AESGCM.seal(test.msg.bytes, key: key, nonce: $0, authenticating: data)
            }
            #expect(own == sealed, "GCM \(test.tcId)")
        }
    }

    private struct SignatureCase: Decodable {
        let tcId: Int
        let msg, sig: Hex
        let result: WycheproofFolder.Verdict
    }

    private static let ed25519: Check = { file in
        try run(file, SignatureCase.self) { test, group in
            let key = try #require(group.publicKey).pk.bytes
            let isValid = Ed25519.isValid(test.sig.bytes, for: test.msg.bytes, publicKey: key)
            #expect(isValid == (test.result == .valid), "Ed25519 \(test.tcId)")
        }
    }

    private struct DerivationCase: Decodable {
        let tcId, size: Int
        let ikm, salt, info, okm: Hex
        let result: WycheproofFolder.Verdict
    }

    /// The invalid cases ask for more than there is, which is a mistake of the caller and ends the program.
    private static let hkdf: Check = { file in
        try run(file, DerivationCase.self) { test, _ in
            guard test.result == .valid else {
                #expect(test.size > 255 * 32, "HKDF \(test.tcId)")
                return
            }
            let derived = HKDFSHA256.derive(
                salt: test.salt.bytes.isEmpty ? nil : SecretBytes(test.salt.bytes),
                secret: SecretBytes(test.ikm.bytes),
                info: test.info.bytes, byteCount: test.size)
            #expect(derived.exposed == test.okm.bytes, "HKDF \(test.tcId)")
        }
    }

    private struct CodeCase: Decodable {
        let tcId: Int
        let key, msg, tag: Hex
        let result: WycheproofFolder.Verdict
    }

    /// Shorter tags are the first bytes of the code.
    private static func mac(
        _ file: WycheproofFolder.File, _ code: (_ message: [UInt8], _ key: [UInt8]) -> [UInt8]
    ) throws -> WycheproofFolder.Tally {
        try run(file, CodeCase.self) { test, group in
            let own = code(test.msg.bytes, test.key.bytes).prefix(try #require(group.tagSize) / 8)
            #expect(
                equalInConstantTime(own, test.tag.bytes) == (test.result == .valid),
                "\(file.algorithm) \(test.tcId)")
        }
    }

    /// HMAC with SHA-512 is not offered; its definition makes a test of the hash out of its cases.
    private static func hmacSHA512(_ message: [UInt8], _ key: [UInt8]) -> [UInt8] {
        let short = key.count > 128 ? SHA512.hash(key) : key
        let padded = short + [UInt8](repeating: 0, count: 128 - short.count)
        return SHA512.hash(padded.map { $0 ^ 0x5C } + SHA512.hash(padded.map { $0 ^ 0x36 } + message))
    }

    private struct AgreementCase: Decodable {
        let tcId: Int
        let flags: [String]
        let `public`, `private`, shared: Hex
        let result: WycheproofFolder.Verdict
    }

    /// What Wycheproof calls acceptable: keys of small order, whose secret is zero, are rejected, as RFC 7748 allows. Keys
    /// on the twist and those written with a coordinate above the prime are taken, as it demands; the public keys of honest
    /// parties are neither, and where one matters (the base key that begins a session), it is looked at by itself.
    private static let x25519: Check = { file in
        try run(file, AgreementCase.self) {
            $0.curve == "curve25519"
        } _: { test, _ in
            let secret = X25519.agreement(of: SecretBytes(test.private.bytes), with: test.public.bytes)
            let isZero = test.flags.contains("ZeroSharedSecret")
            #expect(!isZero || test.result == .acceptable && test.shared.bytes.allSatisfy { $0 == 0 })
            #expect(secret?.exposed == (isZero ? nil : test.shared.bytes), "X25519 \(test.tcId)")
        }
    }
}
