import Cryptography
import Foundation
import KeyStore
import RelayAPI
import SystemSupport
import TestSupport
import Testing

/// Whatever the program is asked, it shows no secret of its settings: every command, at the lowest log level, with input
/// that fails and input that does not.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct SecretSweepTests {
    /// Where the secrets come from.
    enum Place: CaseIterable { case environment, file }

    /// What is looked for of each secret: no encoding for URLs changes it. Around it stand characters that one would.
    private static let cores = [
        "MEGA_PASSPHRASE": "4passphraseQ", "OPENAI_API_KEY": "4modelkeyQ", "WEB_TOKEN": "4webtokenQ",
        "RELAY_REGISTRATION_SECRET": "4registerQ", "RELAY_DIAGNOSTICS_TOKEN": "4workerQ",
    ]

    /// Some model servers take their key there.
    private static let queryKey = "4querykeyQ"

    private static func secrets(isLong: Bool) -> [String: String] {
        cores.mapValues { isLong ? "?\($0)+/%=\($0)&" : "?\($0)" }
    }

    private static func installation(
        _ place: Place, isLong: Bool, _ others: [String: String] = [:]
    ) throws -> Installation {
        let settings = secrets(isLong: isLong).merging(others) { $1 }.merging(["LOG_LEVEL": "trace"]) { $1 }
        switch place {
        case .environment: return try Installation(settings)
        case .file:
            let installation = try Installation(["MEGA_PASSPHRASE": ""])
            let home = installation.file("")
            try FileManager.default.createDirectory(
                atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let lines = settings.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
            try Data(lines.utf8).write(to: URL(fileURLWithPath: home + "/.env"))
            return installation
        }
    }

    /// What was written, by whom.
    private typealias Shown = (by: String, bytes: Data)

    private static let services: Set = ["up", "relay", "agent", "probe", "web", "diagnostics"]

    /// Everything that the commands write, each called in several ways that must end.
    private static func outputs(of installation: Installation, services: [[String]], others: [[String]])
        async throws -> [Shown]
    {
        var shown: [Shown] = []
        for (words, command) in try await CommandTree.read().leaves() {
            for rest in Self.services.contains(words[0]) ? services : others {
                // It would make that identity.
                guard !rest.contains("--id") || command.takes("--id") && words != ["init"] else { continue }
                // It waits for messages, unless there is no such identity.
                guard words != ["listen"] || rest.contains("--id") else { continue }
                let arguments = words + rest
                let output = try await Program(
                    arguments, in: installation.scratch, environment: installation.environment, input: ""
                ).end(within: .seconds(120))
                shown.append(
                    (arguments.joined(separator: " "), Data((output.text + output.log).utf8)))
            }
        }
        return shown
    }

    /// Everything in its folder, but for the file in which the secrets were put.
    private static func files(of installation: Installation) throws -> [Shown] {
        let folder = installation.scratch.url
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path).compactMap { name in
            let path = folder.appendingPathComponent(name)
            guard !name.hasSuffix(".env"), !name.hasSuffix(".sock"),
                try path.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
            else { return nil }
            return (name, try Data(contentsOf: path))
        }
    }

    private static func expectNone(of secrets: [String], in all: [Shown]) {
        for shown in all {
            let trace = Trace(shown.bytes)
            for secret in secrets {
                let hex = secret.utf8.map { String($0, radix: 16) }.joined()
                #expect(!trace.holds(secret) && !trace.holds(hex), "\(secret) was shown by \(shown.by)")
            }
        }
    }

    @Test(arguments: Place.allCases) func secretThatIsNotValidIsNotQuoted(_ place: Place) async throws {
        let installation = try Self.installation(place, isLong: false)
        let all = try await Self.outputs(
            of: installation,
            services: [["--log-format", "nonsense"], ["--format", "json", "--log-format", "nonsense"]],
            others: [[], ["--format", "json"], ["nonsense"]])
        Self.expectNone(of: Array(Self.cores.values), in: all + (try Self.files(of: installation)))
        // It is named all the same.
        let text = all.reduce(Data()) { $0 + $1.bytes }
        let named = Data("WEB_TOKEN is not valid: it must have at least 16 characters".utf8)
        #expect(text.range(of: named) != nil)
    }

    @Test(arguments: Place.allCases) func runningSystemTellsNobodyItsSecrets(_ place: Place) async throws {
        let nowhere = "http://127.0.0.1:\(try freePort())/v1?key=\(Self.queryKey)"
        let installation = try Self.installation(place, isLong: true, ["OPENAI_BASE_URL": nowhere])
        let system = try await RunningSystem(installation)
        let right = Self.secrets(isLong: true)["WEB_TOKEN"] ?? ""
        let status = "\(system.web)/api/status/current"
        for (token, expected) in [(right, 200), (right + "x", 401)] {
            let answer = try await Web.get(status, headers: ["Authorization": "Bearer \(token)"])
            #expect(answer.status == expected)
            let body = try JSONEncoder().encode(["token": token])
            let login = try await Web.post(
                "\(system.web)/api/login", json: String(decoding: body, as: UTF8.self))
            #expect(login.status == (expected == 200 ? 204 : 401))
        }
        let question = try await Web.post(
            "\(system.web)/api/chat", json: #"{"prompt":"status"}"#,
            headers: ["Authorization": "Bearer \(right)"])
        #expect(question.status == 200)

        let port = String(system.web.split(separator: ":").last ?? "")
        let visitor = try Self.installation(
            place, isLong: true,
            ["RELAY_URL": system.relay, "WEB_PORT": port, "OPENAI_BASE_URL": nowhere])
        try await visitor.run("init", "--id", "carol")
        try await visitor.run("register")
        var all = try await Self.outputs(
            of: visitor, services: [["--log-format", "nonsense"]],
            others: [[], ["--format", "json"], ["nonsense"], ["--id", "nobody"]])
        let end = try await system.stop()
        #expect(end.status == 0)
        all.append(("up", Data((end.text + end.log).utf8)))
        all.append(("the chat's answer", question.body))
        all += try Self.files(of: installation) + Self.files(of: visitor)

        // The tokens that the relay gave.
        let passphrase = SecretText(Self.secrets(isLong: true)["MEGA_PASSPHRASE"] ?? "")
        let origin = try #require(RelayOrigin(url: system.relay))
        var tokens: [String] = []
        for name in ["alice", "bob", "sysmaint", "diagprobe"] {
            let store = try KeyStore.open(at: installation.file("\(name).signal.db"), passphrase: passphrase)
            defer { store.close() }
            tokens.append(
                try #require(try await store.read { try $0.settings.relayToken(at: origin) }).exposed)
        }
        Self.expectNone(of: Array(Self.cores.values) + [Self.queryKey] + tokens, in: all)
        // The log was written at the lowest level.
        #expect(end.log.contains("debug") || end.log.contains("trace"))
    }
}
