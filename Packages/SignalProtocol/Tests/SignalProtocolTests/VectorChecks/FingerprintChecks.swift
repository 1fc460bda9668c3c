import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Safety numbers of both parties.
    static let fingerprints = VectorKind("safety numbers") { file in
        (try? file.root.cases("vectors"))?.allSatisfy { $0.has("alice_scannable", "bob_scannable") } ?? false
    } check: { file in
        let vectors = try file.root.cases("vectors")
        for vector in vectors {
            let alice = try party("alice", vector)
            let bob = try party("bob", vector)
            let alices = try fingerprint(vector, local: alice, remote: bob)
            let bobs = try fingerprint(vector, local: bob, remote: alice)
            #expect(try alices.displayable == vector.string("displayable"), "\(vector)")
            #expect(try bobs.displayable == vector.string("displayable"), "\(vector)")
            #expect(try alices.scannable.serialized == vector.bytes("alice_scannable"), "\(vector)")
            #expect(try bobs.scannable.serialized == vector.bytes("bob_scannable"), "\(vector)")
            #expect(try alices.scannable.matches(vector.bytes("bob_scannable")), "\(vector)")
            #expect(try !alices.scannable.matches(vector.bytes("alice_scannable")), "\(vector)")
        }
        guard file.root.has("encoding_only") else { return vectors.count }
        let encoding = try file.root.object("encoding_only")
        let bytes = try encoding.bytes("bytes")
        let scannable = try ScannableFingerprint(serialized: bytes)
        #expect(scannable.serialized == bytes, "\(encoding)")
        #expect(scannable.version == 2 && scannable.local == Array(repeating: 0x12, count: 32), "\(encoding)")
        return vectors.count + 1
    }

    private static func party(_ name: String, _ vector: VectorCase) throws -> Fingerprint.Party {
        Fingerprint.Party(
            identifier: Array(try vector.string(name + "_stable_id_utf8").utf8),
            identityKey: try PublicKey(wire: vector.bytes(name + "_identity_key")))
    }

    private static func fingerprint(
        _ vector: VectorCase, local: Fingerprint.Party, remote: Fingerprint.Party
    ) throws -> Fingerprint {
        try Fingerprint(
            version: vector.int("version"), iterationCount: vector.int("iterations"), local: local,
            remote: remote)
    }
}
