import Cryptography
import Foundation
import SystemSupport
import TestSupport
import Testing

/// The running servers against their documents, by schemathesis.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ContractTests {
    private static let rates = [
        "registrations", "new-accounts", "key-changes", "refused-tokens", "requests", "messages", "bundles",
        "bundles-of-target",
        "bundles-of-address",
    ].map { "\($0)=1000000/1000000" }.joined(separator: ",")

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL

    @Test func relayDoesWhatItsDocumentSays() async throws {
        let installation = try Installation()
        let relay = try Part(
            installation, "relay", "--port", "0", "--format", "json", environment: ["RELAY_RATES": Self.rates]
        )
        let url = try await relay.announced("relay")
        // Who may remove a device loses its token sooner or later, and would be refused everything after that.
        for (name, choice) in [("keeper", "--exclude-operation-id"), ("remover", "--include-operation-id")] {
            let account = try await RelayAccount(name, at: url)
            try await check(
                url, by: "openapi.yaml", token: account.token.exposed, [choice, "removeDevice"],
                in: installation)
        }
        let log = await relay.log
        #expect(!log.contains("\"level\":\"error\""), "\(log.suffix(4000))")
    }

    /// The events have no end, which this checker would wait for.
    @Test func webDoesWhatItsDocumentSays() async throws {
        let installation = try Installation()
        let token = "a token for this test alone"
        let system = try await RunningSystem(installation, environment: ["WEB_TOKEN": token])
        try await check(
            system.web, by: "openapi-web.yaml", token: token, ["--exclude-operation-id", "events"],
            in: installation)
        #expect(!system.program.output.log.contains("\"level\":\"error\""))
    }

    /// `SYSMAINT_PYTHON` is the interpreter that has schemathesis; `make test` and `make contract` bring one.
    private func check(
        _ url: String, by document: String, token: String, _ choice: [String], in installation: Installation
    ) async throws {
        let python = ProcessInfo.processInfo.environment["SYSMAINT_PYTHON"] ?? "python3"
        let program = try Program(
            [
                python, "-m", "schemathesis.cli", "--config-file",
                Self.root.appendingPathComponent("Trials/Contract/schemathesis.toml").path,
                "run", Self.root.appendingPathComponent("Documentation/\(document)").path, "--url", url,
                "--header", "Authorization: Bearer \(token)", "--no-color",
            ] + choice, executable: URL(fileURLWithPath: "/usr/bin/env"), in: installation.scratch)
        let output = try await program.end(within: .seconds(600))
        #expect(output.status == 0, "\(output.text.suffix(8000))\(output.log.suffix(2000))")
        #expect(output.text.contains("✅ Coverage"))
    }
}
