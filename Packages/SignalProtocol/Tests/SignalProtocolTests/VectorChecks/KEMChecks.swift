import Cryptography
import Lattice
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Kyber-1024 and its relation to ML-KEM-1024.
    static let kem = VectorKind(
        "KEM",
        [
            .kind("keypair") { vector, _ in
                guard try vector.string("algorithm") == "Kyber1024" else {
                    // The other KEM is not in use: its type byte is refused.
                    let wire = try vector.base64("public_base64")
                    let type = try #require(wire.first)
                    #expect(throws: SignalError.badKEMKeyType(type), "\(vector)") {
                        try KEMPublicKey(wire: wire)
                    }
                    return
                }
                let pair = try officialPair(vector)
                let encapsulated = try pair.publicKey.encapsulate()
                #expect(try pair.decapsulate(encapsulated.ciphertext) == encapsulated.secret, "\(vector)")
                #expect(
                    try pair.secretKey == [0x08] + vector.base64("secret_base64"),
                    "\(vector)")
            },
            .kind("encapsulate") { vector, file in
                let pair = try officialPair(in: file)
                let ciphertext = KEMCiphertext(raw: try vector.base64("ciphertext_base64"))
                let secret = try SecretBytes(vector.bytes("kyber_shared_secret"))
                let randomness = try vector.bytes("randomness")
                #expect(try Sponge.sha3_256(randomness) == vector.bytes("mlkem_m"), "\(vector)")
                let mlKEMSecret = try SecretBytes(vector.bytes("mlkem_shared_secret"))
                #expect(ciphertext.kyberSecret(mlKEMSecret) == secret, "\(vector)")
                #expect(try pair.secret(of: ciphertext) == secret, "\(vector)")
            },
            .kind("decapsulate_tampered") { vector, file in
                let secret = try officialPair(in: file)
                    .secret(of: KEMCiphertext(raw: vector.base64("ciphertext_base64")))
                #expect(
                    try secret.exposed == vector.bytes("kyber_shared_secret_official_library"), "\(vector)")
                #expect(try secret.exposed != vector.bytes("not_equal_to"), "\(vector)")
            },
            .kind("keygen") { vector, _ in
                let seed = try vector.bytes("seed")
                var random = FixedRandom(seed)
                let pair = KEMKeyPair(using: &random)
                let publicKey = Array(pair.publicKey.wire.dropFirst())
                #expect(
                    try SHA256.hash(publicKey) == vector.bytes("mlkem1024_public_sha256"),
                    "\(vector)")
                let key = try #require(MLKEMDecapsulationKey(seed: SecretBytes(seed), parameters: .mlkem1024))
                #expect(
                    try SHA256.hash(key.expanded.exposed)
                        == vector.bytes("mlkem1024_secret_sha256"),
                    "\(vector)")
            },
            .kind("decapsulate") { vector, _ in
                var random = FixedRandom(try vector.bytes("seed"))
                let secret = try KEMKeyPair(using: &random)
                    .secret(of: KEMCiphertext(raw: vector.base64("ciphertext_base64")))
                #expect(try secret.exposed == vector.bytes("kyber_shared_secret"), "\(vector)")
            },
            .kind("keccak") { vector, _ in
                let input = try vector.bytes("input")
                var shake = Sponge(.shake256)
                shake.absorb(input)
                #expect(try shake.bytes(32) == vector.bytes("shake256_32"), "\(vector)")
                #expect(try Sponge.sha3_256(input) == vector.bytes("sha3_256"), "\(vector)")
            },
        ])

    private static func officialPair(_ vector: VectorCase) throws -> KEMKeyPair {
        try KEMKeyPair(
            publicKey: KEMPublicKey(raw: vector.base64("public_base64")),
            secretKey: [0x08] + vector.base64("secret_base64"))
    }

    /// The Kyber key pair that other cases of the file refer to.
    private static func officialPair(in file: VectorDocument) throws -> KEMKeyPair {
        let vector = try file.root.cases("vectors").first {
            try $0.string("kind") == "keypair" && $0.string("algorithm") == "Kyber1024"
        }
        return try officialPair(try #require(vector, "\(file.name) has no Kyber key pair"))
    }
}
