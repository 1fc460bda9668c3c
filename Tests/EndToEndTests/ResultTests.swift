import Foundation
import SystemSupport
import TestSupport
import Testing

/// What `--format json` writes is what the document says that programs may read.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ResultTests {
    /// The fields of a command's objects; one with a question mark may be absent.
    private static func documented() throws -> [String: Set<String>] {
        let rows = try Documents.text(of: "Documentation/operations.md")
            .matches(of: #/\n\| ((?:`[a-z ]+`(?:, )?)+) \| (?:one object|array|a line each) \| (.+) \|/#)
        return Dictionary(
            rows.flatMap { row in
                let fields = Set(row.2.matches(of: #/`([A-Za-z0-9]+\??)`/#).map { String($0.1) })
                return row.1.matches(of: #/`([a-z ]+)`/#).map { (String($0.1), fields) }
            }, uniquingKeysWith: { $1 })
    }

    @Test func everyResultHasTheDocumentedFields() async throws {
        let host = try Installation()
        let system = try await RunningSystem(host)
        _ = try await system.reading()
        let settings = [
            "RELAY_URL": system.relay, "WEB_PORT": String(system.web.split(separator: ":").last ?? ""),
        ]
        let (carol, dave) = (try Installation(settings), try Installation(settings))
        var results: [String: String] = ["up": system.program.output.text]
        func run(_ command: String, _ rest: String..., by person: Installation, input: String? = nil)
            async throws
        {
            let words = command.split(separator: " ").map(String.init)
            results[command] = try await person.run(
                arguments: words + rest + ["--format", "json"], input: input)
        }
        try await run("init", "--id", "carol", by: carol)
        try await dave.run("init", "--id", "dave")
        try await run("identity show", by: carol)
        try await run("register", by: carol)
        try await dave.run("register")
        try await run("session init", "dave", by: carol)
        try await run("send", "dave", "hello", by: carol)
        try await run("listen", "--count", "1", by: dave)
        try await carol.run("send", "dave", "and again")
        try await run("inbox", by: dave)
        try await run("identity peers", by: dave)
        try await run("verify", "carol", by: dave)
        try await run("chat", "What is the load?", by: carol)
        try await run("bundle export", by: carol)
        try await run("bundle import", "-", by: dave, input: results["bundle export"])
        try await run("encrypt", "dave", "by hand", by: carol)
        try await run("decrypt", "-", by: dave, input: results["encrypt"])
        let altered = try await carol.run("encrypt", "dave", "altered")
            .replacing(#/"body":"[^"]*"/#, with: #""body":"AAAA""#)
        #expect(try await dave.attempt("decrypt", "-", input: altered).status == 65)
        try await run("incidents", by: dave)
        try await run("history prune", "--keep", "100", by: dave)
        try await run("status", by: carol)
        try await run("doctor", by: carol)
        try await run("selftest", by: carol)
        for command in ["admin users", "admin devices", "admin diagnostics", "admin audit verify"] {
            try await run(command, by: host)
        }
        results["qualify"] = try await Self.qualification(by: carol)
        let backup = carol.scratch.file("backup")
        try await run("backup", backup, by: carol)
        try await run("restore", backup, "--home", carol.scratch.file("restored"), by: carol)
        let secret = carol.scratch.file("secret")
        #expect(
            FileManager.default.createFile(
                atPath: secret, contents: Data("another passphrase".utf8),
                attributes: [.posixPermissions: 0o600]))
        try await run("passphrase change", "--new-passphrase-file", secret, by: carol)
        struct Number: Decodable { let digits: String }
        let number = try JSONDecoder().decode(Number.self, from: Data((results["verify"] ?? "").utf8)).digits
        try await run("identity approve", "carol", number, by: dave)
        try await run("identity reject", "carol", by: dave)
        try await run("healthcheck", system.relay + "/ready", by: carol)
        try await run("admin revoke", "carol", by: host)
        try await run("admin readmit", "carol", by: host)
        for words in [
            ["relay", "--port", "0"], ["web", "--port", "0"], ["agent"], ["probe"], ["diagnostics"],
        ] {
            let service = try Part(
                Installation(["RELAY_URL": system.relay]), arguments: words + ["--format", "json"])
            results[words[0]] = try await service.line()
        }

        let documented = try Self.documented()
        let commands = try await CommandTree.read().leaves().map { $0.words.joined(separator: " ") }
        #expect(documented.keys.sorted() == commands.sorted())
        #expect(results.keys.sorted() == commands.sorted())
        for (command, result) in results {
            let fields = documented[command] ?? []
            let objects = try Self.objects(in: result)
            #expect(!objects.isEmpty, "\(command)")
            // What is there for other commands to read has no fields of its own.
            if ["bundle export", "encrypt"].contains(command) { continue }
            for object in objects {
                let missing = fields.filter { !$0.hasSuffix("?") }.subtracting(object)
                let surplus = object.filter { !fields.contains($0) && !fields.contains($0 + "?") }
                #expect(missing.isEmpty && surplus.isEmpty, "\(command): \(object.sorted())")
            }
        }
    }

    /// Of a model that calls no tool, which is soon found unfit.
    private static func qualification(by person: Installation) async throws -> String {
        let key = "sk-only-for-this-test"
        return try await ScriptedModel.serve(key: key) { _ in
            .text("All is well.")
        } _: { url in
            let output = try await person.attempt(
                "qualify", "--format", "json",
                environment: ["OPENAI_BASE_URL": url, "OPENAI_API_KEY": key, "OPENAI_MODEL": "some-model"])
            #expect(output.status == 1)
            return output.text
        }
    }

    private struct Fault: Decodable {
        let error: String
        let help: String?
        let exitCode: Int32
    }

    /// Where a command fails, stdout has nothing that a program could take for a result, and stderr says why in JSON too.
    @Test func failureIsAnObjectOnStderr() async throws {
        let installation = try Installation(["RELAY_URL": "http://127.0.0.1:1"])
        for (words, code) in [
            (["status"], 69), (["identity", "show"], 66), (["admin", "users"], 66),
            (["relay", "--port", "x"], 78),
            (["send"], 64), (["fly"], 64), (["listen", "--count", "0"], 64),
            (["chat", "--timeout", "soon"], 64),
        ] as [([String], Int32)] {
            for format in [["--format", "json"], ["--format=json"]] {
                let output = try await Program(
                    words + format, in: installation.scratch, environment: installation.environment
                ).end()
                #expect(output.status == code)
                #expect(output.text == "")
                let fault = try JSONDecoder().decode(Fault.self, from: Data(output.log.utf8))
                #expect(fault.exitCode == code)
                #expect(!fault.error.isEmpty && !fault.error.contains("sysmaint: "))
                #expect(fault.help?.isEmpty == false, "\(fault.error)")
            }
            let text = try await Program(
                words, in: installation.scratch, environment: installation.environment
            ).end()
            #expect(text.status == code)
            #expect(text.log.hasPrefix(code == 64 ? "Error: " : "sysmaint: "))
        }
    }

    /// What is said on the way is JSON as well: remarks, and logs unless their format was chosen.
    @Test func allOfStderrIsLinesOfJSON() async throws {
        func fields(_ log: String) throws -> Set<String> {
            try Self.objects(in: log).reduce(into: []) { $0.formUnion($1) }
        }
        let made = try await Installation(["MEGA_PASSPHRASE": ""])
            .attempt("init", "--id", "carol", "--format", "json")
        #expect(try fields(made.log) == ["note"])

        let words = ["relay", "--port", "0", "--format", "json"]
        let relay = try Part(Installation(), arguments: words)
        let log = try await eventually("a log") {
            let log = await relay.log
            return log.last == "\n" ? log : nil
        }
        #expect(try fields(log).isSuperset(of: ["level", "message"]))
        let other = try Part(Installation(), arguments: words + ["--log-format", "text"])
        try await eventually("a log in text") { await other.log.contains(" info relay: ") ? () : nil }
    }

    /// The fields of each object, of an array of them, or of one on each line.
    private static func objects(in text: String) throws -> [Set<String>] {
        try text.split(separator: "\n").flatMap { line -> [Set<String>] in
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let objects = (value as? [[String: Any]]) ?? (value as? [String: Any]).map { [$0] } ?? []
            return objects.map { Set($0.keys) }
        }
    }
}
