import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Stored keys.
    static let records = VectorKind(
        "records",
        [
            .kind("PreKeyRecord", key: "record") { vector, _ in
                try check(vector) {
                    try PreKeyRecord(serialized: $0)
                } against: { record in
                    Contents(id: record.id, serialized: record.serialized) { try record.keyPair() }
                }
            },
            .kind("SignedPreKeyRecord", key: "record") { vector, _ in
                try check(vector) {
                    try SignedPreKeyRecord(serialized: $0)
                } against: { record in
                    if vector.has("signature") {
                        #expect(try record.signature == vector.bytes("signature"), "\(vector)")
                        #expect(
                            try record.createdAt.millisecondsSince1970 == vector.int("timestamp_ms"),
                            "\(vector)")
                        let signer = try PublicKey(rawRepresentation: vector.bytes("signer_public"))
                        #expect(
                            try signer.isValidSignature(record.signature, for: record.publicKey().wire),
                            "\(vector)")
                    }
                    return Contents(id: record.id, serialized: record.serialized) { try record.keyPair() }
                }
            },
            .kind("KyberPreKeyRecord", key: "record") { vector, _ in
                try check(vector) {
                    try KyberPreKeyRecord(serialized: $0)
                } against: { record in
                    Contents(id: record.id, serialized: record.serialized) {
                        _ = try record.keyPair()
                        return nil
                    }
                }
            },
            .kind("IdentityKeyPair", key: "record") { vector, _ in
                let pair = try IdentityKeyPair(serialized: vector.bytes("input"))
                #expect(try pair.publicKey.wire == vector.bytes("public"), "\(vector)")
                #expect(try pair.privateKey.rawRepresentation == vector.bytes("private"), "\(vector)")
                #expect(try pair.serialized == vector.bytes("input"), "\(vector)")
            },
        ])

    private struct Contents {
        let id: UInt32
        let serialized: [UInt8]
        let keyPair: () throws -> KeyPair?
    }

    private static func check<Record>(
        _ vector: VectorCase, _ parse: ([UInt8]) throws -> Record,
        against contents: (Record) throws -> Contents
    ) throws {
        let input = try vector.bytes("input")
        if vector.has("parse_error") {
            let fails = try vector.expectsError("parse_error") { _ = try parse(input) }
            #expect(fails, "\(vector)")
            return
        }
        let parsed = try contents(try parse(input))
        #expect(try parsed.id == vector.int("id"), "\(vector)")
        if vector.has("key_error") {
            let fails = try vector.expectsError("key_error") { _ = try parsed.keyPair() }
            #expect(fails, "\(vector)")
        } else {
            let pair = try parsed.keyPair()
            #expect(try pair?.publicKey.wire == vector.bytes("public"), "\(vector)")
            #expect(try pair?.privateKey.rawRepresentation == vector.bytes("private"), "\(vector)")
            #expect(parsed.serialized == input, "\(vector)")
        }
    }
}
