import Cryptography
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Agreements, public keys of private ones, the tests of coordinates.
    static let curve = VectorKind(
        "Curve25519",
        [
            .kind("agreement") { vector, _ in
                let alice = try PrivateKey(rawRepresentation: vector.bytes("alice_private"))
                let bob = try PrivateKey(rawRepresentation: vector.bytes("bob_private"))
                #expect(try alice.publicKey.rawRepresentation == vector.bytes("alice_public"), "\(vector)")
                #expect(try bob.publicKey.rawRepresentation == vector.bytes("bob_public"), "\(vector)")
                let secret = try SecretBytes(vector.bytes("shared_secret"))
                #expect(try alice.agreement(with: bob.publicKey) == secret, "\(vector)")
                #expect(try bob.agreement(with: alice.publicKey) == secret, "\(vector)")
            },
            .kind("public_from_private") { vector, _ in
                let key = try PrivateKey(rawRepresentation: vector.bytes("private"))
                #expect(try key.rawRepresentation == vector.bytes("private_after_clamp"), "\(vector)")
                #expect(try key.publicKey.rawRepresentation == vector.bytes("public"), "\(vector)")
            },
            .kind("range_check") { vector, _ in
                let key = try PublicKey(rawRepresentation: vector.bytes("u"))
                #expect(try key.isInRange == vector.bool("in_range"), "\(vector)")
            },
            .kind("is_canonical") { vector, _ in
                let key = try PublicKey(rawRepresentation: vector.bytes("u"))
                #expect(try key.isCanonical == vector.bool("canonical"), "\(vector)")
            },
            .kind("agreement_rejected") { vector, _ in
                let ours = try PrivateKey(rawRepresentation: vector.bytes("private"))
                let theirs = try PublicKey(rawRepresentation: vector.bytes("public"))
                #expect(throws: SignalError.invalidKeyAgreement, "\(vector)") {
                    try ours.agreement(with: theirs)
                }
            },
            .kind("deserialize_public") { vector, _ in
                let input = try vector.bytes("input")
                if try vector.bool("ok") {
                    #expect(try PublicKey(wire: input).wire == vector.bytes("reserialized"), "\(vector)")
                } else {
                    let fails = try vector.expectsError("error") { _ = try PublicKey(wire: input) }
                    #expect(fails, "\(vector)")
                }
            },
        ])

    /// XEdDSA.
    static let signatures = VectorKind(
        "XEdDSA",
        [
            .kind("verify") { vector, _ in
                let key = try PublicKey(rawRepresentation: vector.bytes("public"))
                let isValid = try key.isValidSignature(
                    vector.bytes("signature"), for: vector.bytes("message"))
                // What is marked optional may be refused.
                let isOptional = vector.isNull("optional") ? false : try vector.bool("optional")
                #expect(try isValid == vector.bool("valid") || isOptional && !isValid, "\(vector)")
                guard try vector.bool("valid"), !isOptional else { return }
                try expectEveryAlteredByteIsRefused(vector, key)
            },
            .kind("sign") { vector, _ in
                let key = try PrivateKey(rawRepresentation: vector.bytes("private"))
                let message = try vector.bytes("message")
                #expect(try key.rawRepresentation == vector.bytes("private_clamped"), "\(vector)")
                #expect(try key.publicKey.rawRepresentation == vector.bytes("public"), "\(vector)")
                if vector.has("message_parts") {
                    let parts = try vector.strings("message_parts").compactMap([UInt8].init(hex:))
                    #expect(parts.flatMap(\.self) == message, "\(vector)")
                }
                let signature = try vector.bytes("signature")
                let random = try SecretBytes(vector.bytes("random"))
                #expect(key.signature(for: message, nonce: random) == signature, "\(vector)")
                #expect(key.publicKey.isValidSignature(signature, for: message), "\(vector)")
            },
        ])

    private static func expectEveryAlteredByteIsRefused(_ vector: VectorCase, _ key: PublicKey) throws {
        let message = try vector.bytes("message")
        let signature = try vector.bytes("signature")
        for index in signature.indices {
            var altered = signature
            altered[index] ^= 1
            #expect(!key.isValidSignature(altered, for: message), "\(vector), byte \(index)")
        }
    }
}
