import Foundation
import MaintenanceAPI
import Synchronization
import SystemSupport
import TestSupport
import Testing

/// A language model behind the published wire format, over real HTTP.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ModelTests {
    private static let key = "sk-only-for-this-test"

    private func environment(_ url: String) -> [String: String] {
        [
            "OPENAI_BASE_URL": url, "OPENAI_API_KEY": Self.key, "OPENAI_MODEL": "some-model",
            "OPENAI_INPUT_USD_PER_1M": "2", "OPENAI_OUTPUT_USD_PER_1M": "10",
        ]
    }

    @Test func answersWithWhatItsToolsFoundAndCountsTheMoney() async throws {
        try await ScriptedModel.serve(key: Self.key) { turn in
            guard let result = turn.toolResults.last else {
                #expect(turn.model == "some-model")
                #expect(turn.temperature == 0.1)
                #expect(turn.tools?.contains { $0.function.name == "get_current_status" } == true)
                return .call(tool: "get_current_status", arguments: "{}")
            }
            let total = result.firstMatch(of: #/"swap_total_bytes":[^}]*"total_bytes":([0-9]+)/#)?.1 ?? "?"
            return .text("This host has \(total) bytes of memory.")
        } _: { url in
            let system = try await RunningSystem(Installation(), environment: environment(url))
            #expect(system.announcement.answeredBy == "some-model")
            _ = try await system.reading()
            let answer = try await system.ask("How much memory?")
            #expect(answer.outcome == .answered)
            #expect(answer.reply.contains("\(try HostFigures().memoryTotalBytes)"))
            #expect(answer.evidence.map(\.tool) == ["get_current_status"])
            #expect(answer.unbackedFigures.isEmpty)
            let cost =
                Decimal(2 * (2 * ScriptedModel.promptTokens + 10 * ScriptedModel.completionTokens))
                / 1_000_000
            #expect(answer.usage?.costUSD == cost)

            let current = "\(system.web)/api/status/current"
            let usage = try #require(await Web.get(current).decoded(as: CurrentStatus.self).usage)
            #expect(usage.requests == 2)
            #expect(usage.promptTokens == 2 * ScriptedModel.promptTokens)
            #expect(usage.costUSD == cost)
            #expect(try await Web.post("\(system.web)/api/status/usage/reset", json: "{}").status == 200)
            #expect(try await Web.get(current).decoded(as: CurrentStatus.self).usage?.requests == 0)

            let end = try await system.stop()
            #expect(!end.log.contains(Self.key))
        }
    }

    @Test func refusingModelGivesAClearReply() async throws {
        try await ScriptedModel.serve(key: "another key") { _ in
            .text("never said")
        } _: { url in
            let system = try await RunningSystem(Installation(), environment: environment(url))
            _ = try await system.reading()
            let answer = try await system.ask("How much memory?")
            #expect(answer.outcome == .answered)
            #expect(answer.answeredBy == "offline analyst")
            #expect(answer.replaced?.code == .modelFailed)
            #expect(answer.replaced?.reason.contains("OPENAI_API_KEY") == true)
            let end = try await system.stop()
            #expect(end.log.contains("in place of the model"))
            #expect(!"\(answer) \(end.log)".contains(Self.key))
        }
    }
}
