import Foundation

/// A TLS server of OpenSSL, limited to certain versions or cipher suites, with an RSA certificate for `localhost`.
package final class OpenSSLServer: Sendable {
    package let port: Int
    /// The certificate, for clients to trust.
    package let authority: String
    private let process: ChildProcess
    private let folder: ScratchDirectory

    package static var isInstalled: Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/openssl") }
    }

    /// What a client that insists on forward secrecy and TLS 1.2 may agree to, and what it may not.
    package static let offers: [(options: [String], isGood: Bool)] = [
        (["-tls1_3"], true), (["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], true),
        (["-tls1_2", "-cipher", "AES128-GCM-SHA256:AES256-GCM-SHA384"], false),
        (["-tls1_2", "-cipher", "AES128-SHA:AES256-SHA256@SECLEVEL=0"], false),
        (["-tls1_2", "-cipher", "aNULL@SECLEVEL=0"], false),
        (["-tls1_1", "-cipher", "ALL@SECLEVEL=0"], false), (["-tls1", "-cipher", "ALL@SECLEVEL=0"], false),
    ]

    package init(_ options: [String]) async throws {
        folder = try ScratchDirectory()
        authority = folder.file("certificate.pem")
        let made = try await ChildProcess(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj",
                "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", folder.file("key.pem"), "-out",
                authority,
            ]
        ).end()
        guard made.status == 0 else { throw SystemError("openssl req: \(made.log)", 0) }
        process = try ChildProcess(
            "/usr/bin/env",
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", authority, "-key",
                folder.file("key.pem"),
            ] + options)
        try await process.wait(for: "the port") { $0.text.contains(/ACCEPT .*:\d+\n/) || $0.isComplete }
        guard let found = process.output.text.firstMatch(of: /ACCEPT .*:(\d+)\n/), let port = Int(found.1)
        else {
            throw SystemError("openssl s_server: \(process.output.log)", 0)
        }
        self.port = port
    }
}
