import Cryptography
import Foundation
import Lattice
import VectorSupport
import Testing

@testable import SignalProtocol

struct ExpandedDecapsulationKeyTests {
    /// An altered ciphertext gives the other implementation's secret too: rejection is part of the algorithm.
    @Test func smallKeysAgreeWithAnotherImplementation() throws {
        #expect(try checkRecordedAnswers(of: "ML-KEM-768") == 20)
    }

    @Test func largeKeysAgreeWithAnotherImplementation() throws {
        #expect(try checkRecordedAnswers(of: "ML-KEM-1024") == 20)
    }

    private func checkRecordedAnswers(of algorithm: String) throws -> Int {
        let vectors = try VectorDocument.own("ml-kem.json").root.cases("vectors")
            .filter { try $0.string("algorithm") == algorithm }
        for vector in vectors { try VectorKind.checkMLKEM(vector) }
        return vectors.count
    }

    @Test func storedKyberKeyOpensItsCiphertexts() throws {
        let vectors = try StoredKyberKeys(vectorFile: "kem").vectors
        let pair = try #require(vectors.first { $0.kind == "keypair" && $0.algorithm == "Kyber1024" })
        let secret = Array(try #require(pair.secret_base64.flatMap { Data(base64Encoded: $0) }))
        let key = try #require(MLKEMDecapsulationKey(expanded: SecretBytes(secret), parameters: .mlkem1024))
        #expect(
            key.encapsulationKey.bytes
                == pair.public_base64.flatMap { Data(base64Encoded: $0) }.map(Array.init))

        let sealed = vectors.filter { $0.keypair != nil }
        #expect(sealed.count == 4)
        for vector in sealed {
            let ciphertext = Array(
                try #require(vector.ciphertext_base64.flatMap { Data(base64Encoded: $0) }))
            #expect(key.decapsulate(ciphertext)?.exposed == vector.mlkem_shared_secret?.bytes)
        }
    }

    @Test func wrongLengthIsRefused() throws {
        for parameters in [MLKEMParameters.mlkem768, .mlkem1024] {
            let seed = SecretBytes([UInt8](0..<64))
            let key = try #require(MLKEMDecapsulationKey(seed: seed, parameters: parameters))
            let bytes = key.expanded.exposed
            #expect(MLKEMDecapsulationKey(expanded: SecretBytes(bytes), parameters: parameters) != nil)
            #expect(
                MLKEMDecapsulationKey(expanded: SecretBytes(bytes.dropLast()), parameters: parameters) == nil)
            #expect(MLKEMDecapsulationKey(expanded: SecretBytes(bytes + [0]), parameters: parameters) == nil)
            #expect(MLKEMDecapsulationKey(seed: seed.slice(0..<63), parameters: parameters) == nil)
            #expect(MLKEMDecapsulationKey(stored: SecretBytes(bytes), parameters: parameters) != nil)
            #expect(MLKEMDecapsulationKey(stored: seed, parameters: parameters) != nil)
            let ciphertext = [UInt8](repeating: 0, count: parameters.ciphertextByteCount)
            #expect(key.decapsulate(ciphertext) != nil)
            #expect(key.decapsulate(ciphertext.dropLast()) == nil)
            #expect(key.decapsulate(ciphertext + [0]) == nil)
        }
    }

    /// Coefficients beyond the modulus, in key and ciphertext, are reduced, not trusted.
    @Test func anyBytesDecapsulate() throws {
        var random = SeededRandom(seed: 4095)
        for var bytes in [random.bytes(2400), [UInt8](repeating: 0xFF, count: 2400)] {
            #expect(MLKEMDecapsulationKey(expanded: SecretBytes(bytes), parameters: .mlkem768) == nil)
            // With the hash that belongs to the rest, it is a key like any other.
            bytes.replaceSubrange(2336..<2368, with: Sponge.sha3_256(Array(bytes[1152..<2336])))
            let key = try #require(MLKEMDecapsulationKey(expanded: SecretBytes(bytes), parameters: .mlkem768))
            #expect(key.decapsulate([UInt8](repeating: 0xFF, count: 1088))?.count == 32)
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
