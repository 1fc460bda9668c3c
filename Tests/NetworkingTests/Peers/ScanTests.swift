import Foundation
import Networking
import TestSupport
import Testing

/// What a scanner that we did not write finds of TLS.
@Suite(.timeLimit(.minutes(5))) struct ScanTests {
    @Test(.enabled(if: Peer.path(of: "sslscan") != nil, "sslscan is not installed"))
    func nothingWeakIsOffered() async throws {
        let folder = try ScratchDirectory()
        let (certificate, key) = (folder.file("certificate.pem"), folder.file("key.pem"))
        try TestCertificate.first.certificate.write(toFile: certificate, atomically: true, encoding: .utf8)
        try TestCertificate.first.key.write(toFile: key, atomically: true, encoding: .utf8)
        let server = try await PeerServer(tls: TLSContext.server(certificateChain: certificate, key: key))
        let report = try await Peer.run(
            Peer.path(of: "sslscan"), ["--no-colour", "--xml=-", "localhost:\(server.port)"]
        ).text
        for (version, isEnabled) in [("2", 0), ("3", 0), ("1.0", 0), ("1.1", 0), ("1.2", 1), ("1.3", 1)] {
            #expect(report.contains("version=\"\(version)\" enabled=\"\(isEnabled)\""), "\(report)")
        }
        let ciphers = report.matches(of: /<cipher [^>]*cipher="([^"]+)"/).map { String($0.1) }
        #expect(!ciphers.isEmpty)
        for cipher in ciphers {
            let isStrong =
                cipher.hasPrefix("TLS_") || cipher.hasPrefix("ECDHE-") && cipher.contains(/GCM|CHACHA20/)
            #expect(isStrong, "\(cipher)")
        }
        #expect(!report.contains("<compression supported=\"1\""))
        #expect(!report.contains("ffdhe"))
        #expect(!report.contains("heartbleed sslversion=\"TLSv1.2\" vulnerable=\"1\""))
        #expect(report.contains("<renegotiation supported=\"0\"") || report.contains("secure=\"1\""))
        await server.stop()
    }
}
