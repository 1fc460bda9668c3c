import Foundation
import TestSupport
import Testing

/// What the README says can be done, can be done so.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ReadmeTests {
    /// The commands of the README's shell blocks, in order.
    private func blocks() throws -> [String] {
        let readme = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../README.md")
            .standardizedFileURL
        let text = try String(contentsOf: readme, encoding: .utf8)
        return text.matches(of: #/```sh\n((?:.|\n)*?)```/#).map { String($0.1) }
    }

    private func block(with command: String) throws -> String {
        try #require(blocks().first { $0.contains(command) })
    }

    @Test func commandsOfTheReadmeDoWhatItSays() async throws {
        let installation = try Installation(["MEGA_PASSPHRASE": ""])
        let system = try await RunningSystem(installation)
        _ = try await system.reading()

        let question = try block(with: "/api/chat").replacing("http://localhost:3000", with: system.web)
        let answer = try await shell(question, in: installation)
        #expect(answer.contains("load"))

        // A home of its own, as the data folders stand in the person's.
        let people = try block(with: "sysmaint init --id carol")
        let path = "PATH=\(Program.products.path):$PATH RELAY_URL=\(system.relay)"
        let said = try await shell("set -e\nexport \(path)\n\(people)", in: Installation())
        #expect(said.contains("carol → dave: hello"))
        #expect(said.contains("safety number with carol"))
    }

    private func shell(_ script: String, in installation: Installation) async throws -> String {
        let program = try Program(
            ["-c", script], executable: URL(fileURLWithPath: "/bin/bash"), in: installation.scratch.url)
        let output = try await program.end()
        guard output.status == 0 else { throw Unexpected("failed", program) }
        return output.text
    }

    @Test func completionsAreMadeForEachShell() async throws {
        for shell in ["bash", "zsh", "fish"] {
            let script = try await Installation().run("--generate-completion-script", shell)
            #expect(script.contains("selftest"))
        }
    }
}
