import Cryptography
import Lattice
import Foundation
import TestSupport
import Testing

@testable import SignalProtocol

struct ExpandedDecapsulationKeyTests {
    /// An altered ciphertext gives the crypto library's secret too: rejection is part of the algorithm.
    @Test func smallKeysAgreeWithAnotherImplementation() throws {
        var random = SeededRandom(seed: 768)
        for round in 0..<60 {
            let seed = random.bytes(64)
            let key = try #require(MLKEMDecapsulationKey(seed: SecretBytes(seed), parameters: .mlkem768))
            let expanded = ExpandedDecapsulationKey(
                seed: seed, encapsulationKey: key.encapsulationKey.bytes, parameters: .mlkem768)
            let sealed = key.encapsulationKey.encapsulate()
            var ciphertext = sealed.ciphertext
            #expect(
                expanded.decapsulate(ciphertext).exposed == sealed.secret.exposed)
            ciphertext[Int.random(in: ciphertext.indices, using: &random)] ^= 1 << (round % 8)
            #expect(
                expanded.decapsulate(ciphertext).exposed
                    == key.decapsulate(ciphertext).exposed, "round \(round)")
        }
    }

    @Test func largeKeysAgreeWithAnotherImplementation() throws {
        var random = SeededRandom(seed: 1024)
        for round in 0..<40 {
            let seed = random.bytes(64)
            let key = try #require(MLKEMDecapsulationKey(seed: SecretBytes(seed), parameters: .mlkem1024))
            let expanded = ExpandedDecapsulationKey(
                seed: seed, encapsulationKey: key.encapsulationKey.bytes, parameters: .mlkem1024)
            let sealed = key.encapsulationKey.encapsulate()
            var ciphertext = sealed.ciphertext
            #expect(
                expanded.decapsulate(ciphertext).exposed == sealed.secret.exposed)
            ciphertext[Int.random(in: ciphertext.indices, using: &random)] ^= 1 << (round % 8)
            #expect(
                expanded.decapsulate(ciphertext).exposed
                    == key.decapsulate(ciphertext).exposed, "round \(round)")
        }
    }

    @Test func storedKyberKeyOpensItsCiphertexts() throws {
        let vectors = try StoredKyberKeys(vectorFile: "kem").vectors
        let pair = try #require(vectors.first { $0.kind == "keypair" && $0.algorithm == "Kyber1024" })
        let secret = Array(try #require(pair.secret_base64.flatMap { Data(base64Encoded: $0) }))
        let key = try #require(ExpandedDecapsulationKey(SecretBytes(secret), parameters: .mlkem1024))
        #expect(
            Array(key.bytes.exposed[1536...].prefix(1568))
                == pair.public_base64.flatMap { Data(base64Encoded: $0) }.map(Array.init))

        let sealed = vectors.filter { $0.keypair != nil }
        #expect(sealed.count == 4)
        for vector in sealed {
            let ciphertext = Array(
                try #require(vector.ciphertext_base64.flatMap { Data(base64Encoded: $0) }))
            #expect(key.decapsulate(ciphertext).exposed == vector.mlkem_shared_secret?.bytes)
        }
    }

    @Test func wrongLengthIsRefused() {
        for (parameters, count) in [(LatticeParameters.mlkem768, 2400), (.mlkem1024, 3168)] {
            let bytes = [UInt8](repeating: 0, count: count)
            #expect(ExpandedDecapsulationKey(SecretBytes(bytes), parameters: parameters) != nil)
            #expect(ExpandedDecapsulationKey(SecretBytes(bytes.dropLast()), parameters: parameters) == nil)
            #expect(ExpandedDecapsulationKey(SecretBytes(bytes + [0]), parameters: parameters) == nil)
        }
    }

    /// Coefficients beyond the modulus, in key and ciphertext, are reduced, not trusted.
    @Test func anyBytesDecapsulate() throws {
        var random = SeededRandom(seed: 4095)
        for bytes in [random.bytes(2400), [UInt8](repeating: 0xFF, count: 2400)] {
            let key = try #require(ExpandedDecapsulationKey(SecretBytes(bytes), parameters: .mlkem768))
            #expect(key.decapsulate([UInt8](repeating: 0xFF, count: 1088)).count == 32)
        }
    }
}

/// The part of `kem.json` that a stored secret key opens.
private struct StoredKyberKeys: Decodable {
    struct Vector: Decodable {
        var kind: String
        var algorithm, keypair, public_base64, secret_base64, ciphertext_base64: String?
        var mlkem_shared_secret: Hex?
    }

    var vectors: [Vector]
}
