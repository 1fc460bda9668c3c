import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Certificates of sealed sender, which is not part of this library: here as signatures by real keys.
    static let certificates = VectorKind("certificates") { file in
        file.root.has("known_server_certificates")
            && (try? file.root.cases("vectors"))?.allSatisfy { $0.has("certificate", "signature") } == true
    } check: { file in
        let known = try file.root.cases("known_server_certificates")
        var serverKeys: [UInt32: PublicKey] = [:]
        for vector in known {
            let certificate = try ServerCertificate(vector.bytes("certificate"))
            let root = try PublicKey(wire: vector.bytes("trust_root"))
            #expect(root.isValidSignature(certificate.signature, for: certificate.inner), "\(vector)")
            #expect(try certificate.id == vector.int("id"), "\(vector)")
            serverKeys[certificate.id] = certificate.key
        }
        let vectors = try file.root.cases("vectors")
        for vector in vectors {
            let certificate = try vector.bytes("certificate")
            let root = try PrivateKey(rawRepresentation: vector.bytes("trust_root_private")).publicKey
            let server: PublicKey
            if let embedded = try field(5, in: certificate)?.bytes {
                let serverCertificate = try ServerCertificate(Array(embedded))
                #expect(
                    root.isValidSignature(serverCertificate.signature, for: serverCertificate.inner),
                    "\(vector)")
                server = serverCertificate.key
            } else {
                let id = try #require(try field(8, in: certificate)).uint32
                server = try #require(serverKeys[id], "\(vector)")
            }
            #expect(try server.isValidSignature(vector.bytes("signature"), for: certificate), "\(vector)")
            #expect(try field(2, in: certificate)?.uint32 == vector.int("sender_device"), "\(vector)")
            #expect(try field(3, in: certificate)?.fixed64 == vector.int("expires_ms"), "\(vector)")
        }
        return known.count + vectors.count
    }

    private struct ServerCertificate {
        let inner: [UInt8]
        let signature: [UInt8]
        let id: UInt32
        let key: PublicKey

        init(_ bytes: [UInt8]) throws {
            inner = Array(try #require(try field(1, in: bytes)).bytes)
            signature = Array(try #require(try field(2, in: bytes)).bytes)
            id = try #require(try field(1, in: inner)).uint32
            key = try PublicKey(wire: #require(try field(2, in: inner)).bytes)
        }
    }

    private static func field(_ number: UInt32, in bytes: [UInt8]) throws -> ProtobufReader.Field? {
        var reader = ProtobufReader(bytes)
        var found: ProtobufReader.Field?
        while let field = try reader.next() {
            if field.number == number { found = field }
        }
        return found
    }
}
