import Foundation
import Glibc
import Synchronization
import SystemSupport
import TestSupport
import Testing

/// What a `.env` in the current folder may decide. The commands run in it, as somebody does who has just fetched or entered it.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct SettingsFileTests {
    private static let key = "sk-only-for-this-test"
    private static let secret = "a secret only for this test"

    /// A server that somebody hopes to be sent secrets.
    private final class Trap: Sendable {
        private let bytes: Recording
        private let server: RawServer

        private final class Recording: Sendable {
            let all = Mutex<[UInt8]>([])
        }

        init() throws {
            let bytes = Recording()
            self.bytes = bytes
            server = try RawServer { connection in
                guard let request = receive(from: connection) else { return }
                bytes.all.withLock { $0 += request }
                _ = sendAll(
                    Array("HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8),
                    to: connection)
            }
        }

        var url: String { server.url }
        var port: Int { server.port }
        var caught: String { bytes.all.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    private func put(_ text: String, in installation: Installation, mode: mode_t = 0o600) throws {
        let path = installation.scratch.file(".env")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try #require(chmod(path, mode) == 0)
    }

    /// No packet of the tests leaves the machine.
    private static let noNetwork = ["HTTPS_PROXY": "http://127.0.0.1:1", "RELAY_URL": "http://127.0.0.1:1"]

    @Test func foundFileDoesNotDecideWhereTheKeyGoes() async throws {
        let trap = try Trap()
        let installation = try Installation(Self.noNetwork)
        try put("OPENAI_BASE_URL=\(trap.url)/v1\nOPENAI_MODEL=some-model\n", in: installation)
        let output = try await installation.attempt("doctor", environment: ["OPENAI_API_KEY": Self.key])
        #expect(output.log.contains("OPENAI_BASE_URL in .env is ignored"))
        #expect(output.log.contains("OPENAI_API_KEY, which comes from elsewhere"))
        #expect(trap.caught.isEmpty)

        // The key in another file is no better.
        try FileManager.default.createDirectory(
            atPath: installation.file(""), withIntermediateDirectories: true)
        try Data("OPENAI_API_KEY=\(Self.key)\n".utf8).write(
            to: URL(fileURLWithPath: installation.file(".env")))
        let again = try await installation.attempt("doctor")
        #expect(again.log.contains("OPENAI_BASE_URL in .env is ignored"))
        #expect(trap.caught.isEmpty)

        // Whoever names the file, or keeps both in it, means it.
        let named = try await installation.attempt(
            "doctor", "--env-file", ".env", environment: ["OPENAI_API_KEY": Self.key])
        #expect(!named.log.contains("ignored"))
        #expect(trap.caught.contains(Self.key))
    }

    @Test func keyAndServerInOneFileCount() async throws {
        let trap = try Trap()
        let installation = try Installation(Self.noNetwork)
        try put("\u{FEFF}OPENAI_API_KEY=\(Self.key)\r\nOPENAI_BASE_URL=\(trap.url)/v1\r\n", in: installation)
        let output = try await installation.attempt("doctor")
        #expect(!output.log.contains("ignored"))
        #expect(trap.caught.contains(Self.key))
        #expect(!(output.log + output.text).contains(Self.key))
    }

    @Test(arguments: ["RELAY_URL=http://127.0.0.1:%", "RELAY_PORT=%", "RELAY_HOST=127.0.0.1\nRELAY_PORT=%"])
    func foundFileDoesNotDecideWhereTheRegistrationSecretGoes(_ lines: String) async throws {
        let trap = try Trap()
        // What the environment says would count before the file; and no relay of this machine is to be asked.
        let unset = lines.hasPrefix("RELAY_PORT") ? ["RELAY_PORT": "", "RELAY_HOST": "127.0.0.9"] : [:]
        let installation = try Installation(unset)
        try put(lines.replacing("%", with: "\(trap.port)"), in: installation)
        try await installation.run("init", "--id", "carol")
        let output = try await installation.attempt(
            "register", environment: ["RELAY_REGISTRATION_SECRET": Self.secret])
        #expect(output.status != 0)
        #expect(output.log.contains("is ignored: it would decide where RELAY_REGISTRATION_SECRET"))
        #expect(!trap.caught.contains(Self.secret))
        #expect(trap.caught.isEmpty)
    }

    /// Its values are such that the command fails if they count.
    private static let bad = "LOG_LEVEL=loud\n"

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func fileOfAnotherUserDoesNotCount() async throws {
        let installation = try Installation()
        try put(Self.bad, in: installation)
        #expect(try await installation.attempt("init", "--id", "carol").status == 78)
        try #require(chown(installation.scratch.file(".env"), 65_534, 65_534) == 0)
        #expect(
            try await installation.attempt("init", "--id", "carol").log
                .contains(".env is ignored: it belongs to another user"))
        try #require(chown(installation.scratch.file(".env"), 0, 0) == 0)
        try #require(chown(installation.scratch.url.path, 65_534, 65_534) == 0)
        #expect(
            try await installation.attempt("init", "--id", "dave").log
                .contains(".env is ignored: other users can write its folder"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a link away"))
    func linkOfAnotherUserDoesNotCount() async throws {
        let installation = try Installation()
        let (mine, link) = (installation.scratch.file("mine"), installation.scratch.file(".env"))
        try Data(Self.bad.utf8).write(to: URL(fileURLWithPath: mine))
        try #require(symlink(mine, link) == 0)
        #expect(try await installation.attempt("init", "--id", "carol").status == 78)
        try #require(lchown(link, 65_534, 65_534) == 0)
        #expect(
            try await installation.attempt("init", "--id", "carol").log
                .contains(".env is ignored: it belongs to another user"))
    }

    @Test func fileOrFolderThatOthersCanWriteDoesNotCount() async throws {
        let installation = try Installation()
        try put(Self.bad, in: installation, mode: 0o646)
        let output = try await installation.attempt("init", "--id", "carol")
        #expect(output.status == 0)
        #expect(output.log.contains(".env is ignored: other users can write it; run: chmod go-w .env"))
        try put(Self.bad, in: installation)
        try #require(chmod(installation.scratch.url.path, 0o777) == 0)
        let open = try await installation.attempt("init", "--id", "dave")
        #expect(open.status == 0)
        #expect(open.log.contains(".env is ignored: other users can write its folder"))
        // As in /tmp, where nobody can replace what belongs to others.
        try #require(chmod(installation.scratch.url.path, 0o1777) == 0)
        #expect(try await installation.attempt("init", "--id", "erin").status == 78)
    }

    @Test func pipeInItsPlaceStopsNothing() async throws {
        let installation = try Installation()
        try #require(mkfifo(installation.scratch.file(".env"), 0o600) == 0)
        let output = try await installation.attempt("init", "--id", "carol")
        #expect(output.status == 0)
        #expect(output.log.contains(".env is ignored: it is not a file"))
    }

    @Test func theDataFolderHasAFileToo() async throws {
        let installation = try Installation()
        try await installation.run("init", "--id", "carol")
        try Data(Self.bad.utf8).write(to: URL(fileURLWithPath: installation.file(".env")))
        #expect(try await installation.attempt("init", "--id", "dave").status == 78)
        try put("LOG_LEVEL=warning\n", in: installation)
        #expect(try await installation.attempt("init", "--id", "dave").status == 0)
    }
}
