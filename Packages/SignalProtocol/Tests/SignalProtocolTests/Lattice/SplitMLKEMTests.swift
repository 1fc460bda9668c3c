import Cryptography
import Lattice
import Foundation
import VectorSupport
import Testing

struct SplitMLKEMTests {
    @Test func everyVectorHolds() throws {
        #expect(try SplitMLKEMVectors(vectorFile: "spqr-mlkem-incremental").check() == 8)
    }

    /// The other implementation makes the keys and decapsulates.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func anotherImplementationFindsTheSameSecret(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for round in 0..<500 {
            let key = try #require(
                MLKEMDecapsulationKey(seed: SecretBytes(random.bytes(64)), parameters: .mlkem768))
            let (header, vector) = SplitMLKEM.split(key.encapsulationKey)
            #expect(SplitMLKEM.isValid(vector: vector, header: header), "round \(round)")
            let step = SplitMLKEM.encapsulate(header: header, message: SecretBytes(random.bytes(32)))
            let rest = step.pending.secondCiphertext(vector: vector)
            #expect(key.decapsulate(step.ciphertext + rest) == step.sharedSecret, "round \(round)")
        }
    }

    @Test func storedFormGivesTheSameCiphertextInEitherByteOrder() throws {
        var random = SeededRandom(seed: 16)
        for round in 0..<20 {
            let key = try #require(
                MLKEMDecapsulationKey(seed: SecretBytes(random.bytes(64)), parameters: .mlkem768))
            let (header, vector) = SplitMLKEM.split(key.encapsulationKey)
            let pending = SplitMLKEM.encapsulate(header: header, message: SecretBytes(random.bytes(32)))
                .pending
            var swapped = pending.serialized.exposed
            for offset in stride(from: 0, to: 2048, by: 2) { swapped.swapAt(offset, offset + 1) }
            let loaded = try #require(PendingEncapsulation(serialized: swapped))
            #expect(loaded == pending, "round \(round)")
            #expect(PendingEncapsulation(serialized: pending.serialized.exposed) == pending, "round \(round)")
            #expect(loaded.secondCiphertext(vector: vector) == pending.secondCiphertext(vector: vector))
        }
        // What makes sense in neither order stays as it is, so that reading twice is reading once.
        let noise = random.bytes(2080)
        #expect(PendingEncapsulation(serialized: noise)?.serialized.exposed == noise)
        #expect(PendingEncapsulation(serialized: [UInt8](repeating: 0, count: 2079)) == nil)
        #expect(PendingEncapsulation(serialized: [UInt8](repeating: 0, count: 2080)) != nil)
    }
}

/// Keys, ciphertexts and stored forms made by the reference implementation from given randomness.
struct SplitMLKEMVectors: VectorFile {
    struct Case: Decodable, Sendable {
        var keygen_seed_d_z, encaps_m, hdr, ek, dk, es, ct1, ct2, shared_secret: Hex
        var ct2_last_byte_flipped_secret: Hex
    }

    struct Validation: Decodable, Sendable {
        var what: String
        var hdr, ek: Hex
        var valid: Bool
    }

    var cases: [Case]
    var ek_validation: [Validation]

    func check() throws -> Int {
        for (number, vector) in cases.enumerated() {
            let seed = vector.keygen_seed_d_z.bytes
            let key = try #require(MLKEMDecapsulationKey(seed: SecretBytes(seed), parameters: .mlkem768))
            let (header, keyVector) = SplitMLKEM.split(key.encapsulationKey)
            #expect(header == vector.hdr.bytes, "case \(number)")
            #expect(keyVector == vector.ek.bytes, "case \(number)")

            #expect(key.expanded.exposed == vector.dk.bytes, "case \(number)")
            let expanded = try #require(MLKEMDecapsulationKey(expanded: key.expanded, parameters: .mlkem768))

            let step = SplitMLKEM.encapsulate(header: header, message: SecretBytes(vector.encaps_m.bytes))
            #expect(step.ciphertext == vector.ct1.bytes, "case \(number)")
            #expect(step.sharedSecret.exposed == vector.shared_secret.bytes, "case \(number)")
            #expect(step.pending.serialized.exposed == vector.es.bytes, "case \(number)")
            let rest = step.pending.secondCiphertext(vector: keyVector)
            #expect(rest == vector.ct2.bytes, "case \(number)")

            var altered = rest
            altered[altered.count - 1] ^= 1
            #expect(expanded.decapsulate(step.ciphertext + rest)?.exposed == vector.shared_secret.bytes)
            let rejected = expanded.decapsulate(step.ciphertext + altered)?.exposed
            #expect(rejected == vector.ct2_last_byte_flipped_secret.bytes, "case \(number)")
        }
        for validation in ek_validation {
            let isValid = SplitMLKEM.isValid(vector: validation.ek.bytes, header: validation.hdr.bytes)
            #expect(isValid == validation.valid, "\(validation.what)")
        }
        return cases.count + ek_validation.count
    }
}
