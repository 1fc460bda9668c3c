import Cryptography
import Lattice
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// ML-KEM-768 and -1024 as another implementation has them.
    static let mlKEM = VectorKind("ML-KEM", [.kind("mlkem") { vector, _ in try checkMLKEM(vector) }])

    static func checkMLKEM(_ vector: VectorCase) throws {
        let sizes = ["ML-KEM-768": MLKEMParameters.mlkem768, "ML-KEM-1024": .mlkem1024]
        let parameters = try #require(sizes[try vector.string("algorithm")])
        let seed = SecretBytes(try vector.bytes("seed"))
        let key = try #require(MLKEMDecapsulationKey(seed: seed, parameters: parameters))
        #expect(try SHA256.hash(key.encapsulationKey.bytes) == vector.bytes("public_sha256"), "\(vector)")
        #expect(try SHA256.hash(key.expanded.exposed) == vector.bytes("secret_sha256"), "\(vector)")

        let message = SecretBytes(try vector.bytes("message"))
        var (secret, ciphertext) = key.encapsulationKey.encapsulate(message: message)
        #expect(try secret.exposed == vector.bytes("shared_secret"), "\(vector)")
        #expect(try SHA256.hash(ciphertext) == vector.bytes("ciphertext_sha256"), "\(vector)")

        // From its seed and from its long form.
        let expanded = try #require(MLKEMDecapsulationKey(expanded: key.expanded, parameters: parameters))
        #expect(
            key.decapsulate(ciphertext) == secret && expanded.decapsulate(ciphertext) == secret, "\(vector)")
        let bit: Int = try vector.int("altered_bit")
        ciphertext[bit / 8] ^= 1 << UInt8(bit % 8)
        let rejected = SecretBytes(try vector.bytes("rejected_secret"))
        #expect(
            key.decapsulate(ciphertext) == rejected && expanded.decapsulate(ciphertext) == rejected,
            "\(vector)")
    }
}
