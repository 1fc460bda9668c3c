import Foundation
import SystemSupport
import TestSupport
import Testing

/// What the troubleshooting document quotes is what people see.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct TroubleshootingTests {
    /// The pieces of code in the first column of the tables: texts, and the codes in brackets behind them.
    private static func quoted() throws -> (texts: [String], codes: [String]) {
        let document = try Documents.text(of: "Documentation/troubleshooting.md")
        let cells = document.matches(of: #/\n\| (.*?) \| /#).map { String($0.1) }
        let spans = cells.flatMap { cell in
            cell.matches(of: #/(\()?`([^`]+)`/#).map { (isCode: $0.1 != nil, text: String($0.2)) }
        }
        return (spans.filter { !$0.isCode }.map(\.text), spans.filter(\.isCode).map(\.text))
    }

    /// What others than this program say, and what names a command or a state of docker.
    private static let notOurs = [
        "database or disk is full", "disk I/O error", "unable to open database file",  // SQLite
        "No space left on device",  // the kernel
        "docker compose ps", "unhealthy", "sysmaint inbox --all",
    ]

    /// What the program puts together from pieces; it is provoked below.
    private static let assembled = ["… is '…': it must …", "(onRelay)"]

    /// All sources, with texts over several lines put together as the compiler does.
    private static func sources() throws -> [String] {
        let folder = Documents.root.appendingPathComponent("Sources").path
        return try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".swift") || $0.hasSuffix(".js") }
            .map {
                try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8).replacing(#/\\\n */#, with: "")
            }
    }

    @Test func everyQuotedTextIsOneOfTheSources() throws {
        let sources = try Self.sources()
        let (texts, codes) = try Self.quoted()
        #expect(texts.count > 50)
        #expect(codes.count > 10)
        let others = Self.notOurs + Self.assembled
        for text in texts where !others.contains(text) {
            let fragments = text.split(separator: "…").map { $0.trimmingCharacters(in: [" ", ")", "."]) }
                .filter { $0.count > 1 }
            #expect(
                sources.contains { source in fragments.allSatisfy(source.contains) },
                "nothing says: \(text)")
        }
        for code in codes {
            #expect(sources.contains { $0.contains("\"\(code)\"") }, "no code \(code)")
        }
        #expect(others.filter { !texts.contains($0) } == [])
    }

    /// Some of them, provoked.
    private func expect(_ text: String, _ output: Program.Output) throws {
        #expect(try Self.quoted().texts.contains(text), "the document does not say \(text)")
        let said = output.text + output.log
        let pattern = text.split(separator: "…", omittingEmptySubsequences: false)
            .map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(separator: ".+")
        #expect(said.range(of: pattern, options: .regularExpression) != nil, "\(text) is not in \(said)")
    }

    @Test func troubleWithFilesAndSettingsIsSeenAsDescribed() async throws {
        let here = try Installation(["RELAY_URL": "http://127.0.0.1:1"])
        try await here.run("init", "--id", "carol")
        try expect("no response from …", await here.attempt("status"))
        try expect("the relay at … cannot be reached: …", await here.attempt("register"))
        try expect(
            "the passphrase does not open the key store …",
            await here.attempt("identity", "show", environment: ["MEGA_PASSPHRASE": "guess"]))
        try expect(
            "no passphrase", await here.attempt("identity", "show", environment: ["MEGA_PASSPHRASE": ""]))
        let absent = try await here.attempt("inbox", "--id", "nobody", environment: ["MEGA_PASSPHRASE": ""])
        #expect(absent.log.contains("create one first (sysmaint init)"))
        try expect(
            "… is '…': it must …", await here.attempt("status", environment: ["WEB_PORT": "http"]))
        let refused = try await here.attempt("up", "--relay-port", "0", environment: ["WEB_PORT": "http"])
        try expect("… is '…': it must …", refused)
        #expect(!refused.log.contains("listening"))
        try expect(
            "the folder … cannot be created", await here.attempt("init", "--id", "dave", "--home", "/proc/x"))
        try expect(
            "unable to open database file",
            await here.attempt("relay", environment: ["RELAY_DB": here.scratch.url.path]))

        let file = here.scratch.file("file")
        try Data("not a setting\n".utf8).write(to: URL(fileURLWithPath: file))
        try expect("line … of … is not a setting", await here.attempt("status", "--env-file", file))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        try expect(
            "is readable by other users (mode …)",
            await here.attempt("identity", "show", "--passphrase-file", file))

        try expect(
            "disk I/O error",
            await here.limited("trap '' XFSZ; ulimit -f 8; exec \(Program.executable.path) init --id erin"))
        let store = here.file("carol.signal.db")
        try await here.pretendLaterVersion(of: store)
        try expect(
            "was written by a later version of this program",
            await here.attempt("identity", "show", "--id", "carol"))
        try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: store))
        try expect("the key store … is damaged (…)", await here.attempt("identity", "show", "--id", "carol"))
    }

    @Test func troubleWithTheRelayIsSeenAsDescribed() async throws {
        let host = try Installation()
        let relay = try Part(
            host, "relay", "--port", "0", "--format", "json",
            environment: ["RELAY_REGISTRATION_SECRET": "only for those who know"])
        let url = try await relay.announced("relay")
        let knowing = ["RELAY_URL": url, "RELAY_REGISTRATION_SECRET": "only for those who know"]
        let (carol, dave, twin) = (
            try Installation(knowing), try Installation(knowing), try Installation(knowing)
        )
        for (person, name) in [(carol, "carol"), (dave, "dave"), (twin, "dave")] {
            try await person.run("init", "--id", name)
        }
        try expect(
            "this relay requires a registration secret",
            await carol.attempt("register", environment: ["RELAY_REGISTRATION_SECRET": ""]))
        try await dave.run("register")
        try expect("this id belongs to another identity key", await twin.attempt("register"))
        try expect(
            "… has not registered on this relay; check the name", await carol.attempt("send", "erin", "hello")
        )
        try await carol.run("send", "dave", "hello")
        try expect("(onRelay)", await carol.attempt("inbox", "--all"))
        try expect(
            "the safety numbers differ: …",
            await carol.attempt("verify", "dave", "--compare", String(repeating: "0", count: 60)))

        let listener = try dave.start("listen")
        try await listener.wait(for: "its begin") { $0.log.contains("Listening as") }
        try expect("the key store … is in use by …", await dave.attempt("bundle", "export"))
        let port = String(url.split(separator: ":").last ?? "")
        try expect(
            "…:… is in use by another program",
            await Installation().attempt("relay", "--port", port))

        try await host.run("admin", "revoke", "carol")
        try expect("this account or device was revoked", await carol.attempt("register"))
        try await relay.kill()
        try expect("kept for …", await carol.attempt("send", "dave", "later"))
        try expect("(queued)", await carol.attempt("inbox", "--all", "--offline"))
        try await host.pretendLaterVersion(of: host.file("relay.db"))
        try expect(
            "a later version of this program has written it", await host.attempt("relay", "--port", "0"))
    }

    @Test func troubleWithThePagesIsSeenAsDescribed() async throws {
        let token = "a token for this test alone"
        let system = try await RunningSystem(Installation(), environment: ["WEB_TOKEN": token])
        let own = ["Authorization": "Bearer \(token)"]
        func title(_ headers: [String: String], _ path: String, _ body: String) async throws -> String {
            let answer = try await Web.post(system.web + path, json: body, headers: headers)
            return String(decoding: answer.body, as: UTF8.self)
        }
        let texts = try Self.quoted()
        for (text, code, said) in [
            (
                "this host name is not served", "host_not_allowed",
                try await title(own.merging(["Host": "evil.example"]) { $1 }, "/api/chat", "{}")
            ),
            (
                "the request comes from another site", "cross_origin",
                try await title(own.merging(["Origin": "http://evil.example"]) { $1 }, "/api/chat", "{}")
            ),
            ("a login is required", "login_required", try await title([:], "/api/chat", "{}")),
            (
                "the token is wrong", "wrong_token",
                try await title([:], "/api/login", #"{"token":"guess"}"#)
            ),
        ] {
            #expect(said.contains(text) && said.contains("\"\(code)\""), "\(said)")
            #expect(texts.texts.contains(text) && texts.codes.contains(code))
        }
    }
}

extension Installation {
    fileprivate func limited(_ script: String) async throws -> Program.Output {
        try await Program(
            ["-c", script], executable: URL(fileURLWithPath: "/bin/bash"), in: scratch,
            environment: environment
        ).end()
    }

    /// Notes in a database that a version changed its tables which this one does not know.
    fileprivate func pretendLaterVersion(of path: String) async throws {
        try await change(path, "INSERT INTO grdb_migrations VALUES ('v99 of a later version')")
    }
}
