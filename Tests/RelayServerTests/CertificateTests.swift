import HTTP
import Foundation
import Networking
import Testing
import TestSupport

@testable import RelayServer

struct CertificateTests {
    private static func write(_ pair: TestCertificate, _ folder: ScratchDirectory) throws -> CertificateFiles
    {
        let files = CertificateFiles(
            certificatePath: folder.file("relay.pem"), keyPath: folder.file("relay.key"))
        try pair.certificate.write(toFile: files.certificatePath, atomically: true, encoding: .utf8)
        try pair.key.write(toFile: files.keyPath, atomically: true, encoding: .utf8)
        return files
    }

    /// The status of `/health` for a client that trusts this certificate alone.
    private static func health(
        _ relay: TestRelay, trusting pair: TestCertificate, _ folder: ScratchDirectory
    ) async throws -> Int {
        let path = folder.file("\(UUID()).pem")
        try pair.certificate.write(toFile: path, atomically: true, encoding: .utf8)
        let client = Client(
            try #require(Endpoint(url: "https://localhost:\(relay.port)")),
            tls: try .client(authorities: path))
        return try await client.send(.get, "/health", within: .seconds(300)).status
    }

    @Test func aRenewedCertificateIsServedWithoutARestart() async throws {
        let folder = try ScratchDirectory()
        let files = try Self.write(.first, folder)
        func configure(_ configuration: inout RelayConfiguration) {
            configuration.certificate = files
            configuration.certificateInterval = .milliseconds(50)
        }
        try await TestRelay.run(in: folder, configure: configure) { relay in
            #expect(try await Self.health(relay, trusting: .first, folder) == 200)
            await #expect(throws: (any Error).self) {
                try await Self.health(relay, trusting: .second, folder)
            }
            _ = try Self.write(.second, folder)
            try await waitUntil { (try? await Self.health(relay, trusting: .second, folder)) == 200 }
        }
    }

    @Test func aBrokenRenewalLeavesTheOldCertificate() throws {
        let folder = try ScratchDirectory()
        let files = try Self.write(.first, folder)
        let certificate = try Certificate(files)
        #expect(try certificate.reloadIfChanged() == false)
        try "rubbish".write(toFile: files.certificatePath, atomically: true, encoding: .utf8)
        let before = certificate.context
        #expect(throws: RelayError.self) { try certificate.reloadIfChanged() }
        #expect(certificate.context === before)
        #expect(try certificate.reloadIfChanged() == false)
        _ = try Self.write(.second, folder)
        #expect(try certificate.reloadIfChanged() == true)
        #expect(certificate.context !== before)
    }

    @Test func aMissingCertificateIsNamed() throws {
        let folder = try ScratchDirectory()
        let files = CertificateFiles(
            certificatePath: folder.file("none.pem"), keyPath: folder.file("none.key"))
        let error = #expect(throws: RelayError.self) { try Certificate(files) }
        #expect(error?.description.contains("none.pem") == true)
    }
}
