import Foundation
import SystemSupport
import TestSupport
import Testing

/// What `doctor` says of a model's endpoint, over real HTTP.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct DoctorTests {
    private static let key = "sk-only-for-this-test"

    /// The finding about the model; the key must not be in anything that is said.
    private func examine(_ url: String, _ settings: [String: String] = [:], in installation: Installation)
        async throws -> Finding
    {
        let environment = [
            "OPENAI_BASE_URL": url, "OPENAI_API_KEY": Self.key, "OPENAI_MODEL": "some-model",
            "RELAY_URL": "http://127.0.0.1:1",
        ].merging(settings) { $1 }
        let (output, findings) = try await installation.findings(environment)
        // There is no relay.
        #expect(output.status == 1)
        #expect(!(output.text + output.log).contains(Self.key))
        #expect(findings.first { $0.check == "relay" }?.outcome == "failed")
        return try #require(findings.first { $0.check == "model" })
    }

    @Test func goodEndpointIsToldWithItsContextAndItsTools() async throws {
        try await ScriptedModel.serve(key: Self.key, contextTokens: 32_768) { turn in
            let tool = try #require(turn.tools?.first)
            return .call(tool: tool.function.name, arguments: "{}")
        } _: { url in
            let found = try await examine(url, in: Installation())
            #expect(found.outcome == "ok")
            #expect(found.detail == "some-model at \(url), with a context of 32768 tokens; calls tools")
            #expect(found.help == nil)
        }
    }

    @Test func endpointWithoutToolsIsAWarning() async throws {
        try await ScriptedModel.serve(key: Self.key) { _ in
            .text("I cannot call tools.")
        } _: { url in
            let found = try await examine(url, in: Installation())
            #expect(found.outcome == "warning")
            #expect(found.detail.contains("does not call a tool"))
            #expect(found.help?.contains("tool") == true)
        }
    }

    @Test func smallContextIsAWarning() async throws {
        try await ScriptedModel.serve(key: Self.key, contextTokens: 4096) { _ in
            .call(tool: "ping", arguments: "{}")
        } _: { url in
            let found = try await examine(url, in: Installation())
            #expect(found.outcome == "warning")
            #expect(found.detail.contains("4096 tokens"))
        }
    }

    @Test func modelThatIsNotListedIsToldWithThoseThatAre() async throws {
        try await ScriptedModel.serve(key: Self.key, model: "another-model") { _ in
            .error(status: 404, message: "The model does not exist.")
        } _: { url in
            let found = try await examine(url, in: Installation())
            #expect(found.outcome == "failed")
            #expect(found.detail.contains("OPENAI_MODEL"))
        }
    }

    @Test func wrongKeyFails() async throws {
        try await ScriptedModel.serve(key: "another key") { _ in
            .text("never said")
        } _: { url in
            let found = try await examine(url, in: Installation())
            #expect(found.outcome == "failed")
            #expect(found.detail.contains("OPENAI_API_KEY"))
        }
    }

    @Test func absentServerFails() async throws {
        let found = try await examine("http://127.0.0.1:1/v1", in: Installation())
        #expect(found.outcome == "failed")
        #expect(found.detail == "nothing listens at http://127.0.0.1:1/v1")
        #expect(found.help?.contains("OPENAI_BASE_URL") == true)
    }

    /// The first call costs 0.003 USD, and each might take 0.01124.
    @Test func triesToolsWithinTheBudgetOfTheAgent() async throws {
        try await ScriptedModel.serve(key: Self.key) { _ in
            .call(tool: "ping", arguments: "{}")
        } _: { url in
            let installation = try Installation()
            _ = try await RunningSystem(installation).stop()
            let prices = [
                "OPENAI_INPUT_USD_PER_1M": "2", "OPENAI_OUTPUT_USD_PER_1M": "10",
                "OPENAI_DAILY_BUDGET_USD": "0.012",
            ]
            #expect(try await examine(url, prices, in: installation).outcome == "ok")
            let second = try await examine(url, prices, in: installation)
            #expect(second.outcome == "warning")
            #expect(second.detail.contains("daily budget"))
        }
    }
}
