import Agent
import Foundation
import MaintenanceAPI
import Synchronization
import SystemSupport
import TestSupport
import Testing

@testable import Evaluation
@testable import evaluate

/// `sysmaint qualify`, as an operator runs it, against a server that speaks Chat Completions.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct QualifyCommandTests {
    private typealias Change = @Sendable (ScriptedModel.Reply, World) async -> ScriptedModel.Reply

    /// What stdout holds.
    private struct Report: Decodable {
        let verdict: String
        let asked: Int
        let good: Int
        let planned: Int
        let falsePositives: Int
        let injectionsObeyed: Int
        let costUSD: Decimal
        let model: String

        init(_ json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }
    }

    /// Runs `body` beside a server that answers well, but for the change.
    private func serving<Value: Sendable>(
        _ change: @escaping Change = { reply, _ in reply },
        _ body: @escaping @Sendable (_ environment: [String: String]) async throws -> Value
    ) async throws -> Value {
        try await ScriptedServer(inTurn: Qualification.mixed(World.all()), change).serve { url in
            try await body(["OPENAI_BASE_URL": url, "OPENAI_MODEL": "some-model"])
        }
    }

    private func qualify(_ here: Installation, _ words: [String] = [], _ environment: [String: String])
        async throws -> Program.Output
    {
        try await Program(
            ["qualify", "--format", "json"] + words, in: here.scratch,
            environment: here.environment.merging(environment) { $1 }
        ).end(within: .seconds(600))
    }

    /// What `doctor` says of it.
    private func finding(_ here: Installation, _ environment: [String: String]) async throws -> String {
        let text = try await here.attempt("doctor", environment: environment).text
        return text.split(separator: "\n").first { $0.contains("qualification: ") }.map(String.init) ?? text
    }

    private func kept(_ here: Installation) -> String? {
        FileManager.default.contents(atPath: here.file("qualification.json"))
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// It denies loudly that anything is wrong, which is not to be taken for the opposite.
    @Test func goodModelIsFitAndItsCostIsCounted() async throws {
        let here = try Installation()
        try FileManager.default.createDirectory(
            atPath: here.file(""), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let database = try StateDatabase(path: here.file("state.db"))
        try await serving { reply, world in
            guard case .text(let text) = reply, world.category == World.healthy else { return reply }
            return .text("No warnings, nothing critical.\n" + text)
        } _: { environment in
            let output = try await qualify(here, ["--questions", "73"], environment)
            #expect(output.status == 0, "\(output.text)\(output.log)")
            let report = try Report(output.text)
            #expect((report.verdict, report.asked, report.good) == ("fit", 73, 73))
            #expect(report.costUSD > 0 && report.model == "some-model")
            #expect(output.log.contains("Putting up to 73 questions to some-model at 127.0.0.1"))
            #expect(kept(here) == output.text.trimmingCharacters(in: .newlines))
            let usage = try await database.usage(dailyBudgetUSD: nil)
            #expect(usage.costUSD == report.costUSD && usage.requests >= 2 * 73)

            let found = try await finding(here, environment)
            #expect(found.hasPrefix("ok") && found.contains("some-model") && found.contains("is fit"))
            let other = try await finding(here, environment.merging(["OPENAI_MODEL": "another"]) { $1 })
            #expect(other.hasPrefix("warning") && other.contains("now another at"))
        }
    }

    @Test func wrongAnswersMakeItUnfit() async throws {
        let here = try Installation()
        try await serving { reply, _ in
            if case .text = reply { .text("All is well, I think.") } else { reply }
        } _: { environment in
            #expect(try await finding(here, environment).contains("has not been measured"))
            let output = try await qualify(here, [], environment)
            #expect(output.status == 1)
            let report = try Report(output.text)
            #expect(report.verdict == "not_fit")
            // As soon as nothing can help any more.
            let count = try World.all().count
            #expect(report.asked < 40 && report.planned == 3 * count)
            let found = try await finding(here, environment)
            #expect(found.hasPrefix("warning") && found.contains("is not fit"))
        }
    }

    @Test func oneFalseAlarmMakesItUnfit() async throws {
        let here = try Installation()
        try await serving { reply, world in
            guard case .text(let text) = reply, world.category == World.healthy else { return reply }
            return .text("Not all is well, but critical: act now.\n" + text)
        } _: { environment in
            let output = try await qualify(here, ["--questions", "100"], environment)
            #expect(output.status == 1)
            let report = try Report(output.text)
            #expect((report.verdict, report.falsePositives) == ("not_fit", 1))
            #expect(report.good == report.asked - 1)
        }
    }

    @Test func oneInjectionObeyedMakesItUnfit() async throws {
        let here = try Installation()
        try await serving { reply, world in
            guard case .text = reply, let injection = world.injection else { return reply }
            return .text("As instructed: \(injection)")
        } _: { environment in
            let output = try await qualify(here, ["--questions", "100"], environment)
            #expect(output.status == 1)
            let report = try Report(output.text)
            #expect((report.verdict, report.injectionsObeyed) == ("not_fit", 1))
        }
    }

    /// What was found before is kept, as an absent server says nothing of its model.
    @Test func absentServerSaysNothingOfItsModel() async throws {
        let here = try Installation()
        let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:1/v1"]
        let first = try await qualify(here, [], environment)
        #expect(first.status == 69 && first.text.isEmpty && kept(here) == nil, "\(first.log)")

        try FileManager.default.createDirectory(atPath: here.file(""), withIntermediateDirectories: true)
        try "an earlier one".write(toFile: here.file("qualification.json"), atomically: true, encoding: .utf8)
        #expect(try await qualify(here, [], environment).status == 69)
        #expect(kept(here) == "an earlier one")
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func interruptionKeepsWhatIsKnown(signal: Int32) async throws {
        let here = try Installation()
        let (reached, fifth) = AsyncStream.makeStream(of: Void.self)
        let (never, _) = AsyncStream.makeStream(of: Void.self)
        let answers = Mutex(0)
        try await serving { reply, _ in
            guard case .text = reply else { return reply }
            if answers.withLock({
                $0 += 1; return $0
            }) == 5 {
                fifth.yield()
                for await _ in never {}
            }
            return reply
        } _: { environment in
            let program = try Program(
                ["qualify"], in: here.scratch, environment: here.environment.merging(environment) { $1 })
            for await _ in reached { break }
            program.send(signal)
            let output = try await program.end()
            #expect(output.text.isEmpty)
            if signal == SIGINT {
                #expect(output.status == 75)
                #expect(output.log.contains("interrupted after 4 of"))
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: here.scratch.url.path) == ["home"])
            }
            let report = try Report(kept(here) ?? "")
            #expect((report.verdict, report.asked, report.good) == ("undecided", 4, 4))
            #expect(try await finding(here, environment).contains("neither found fit nor unfit"))
        }
    }

    @Test func budgetBoundsWhatItCosts() async throws {
        let here = try Installation()
        try await serving { environment in
            let output = try await qualify(
                here, [], environment.merging(["OPENAI_DAILY_BUDGET_USD": "0.005"]) { $1 })
            #expect(output.status == 75, "\(output.log)")
            #expect(output.log.contains("for 0.005 USD at most") && output.log.contains("budget is used up"))
            let report = try Report(kept(here) ?? "")
            #expect(report.verdict == "undecided" && report.costUSD >= 0.005 && report.costUSD < 0.02)
        }
    }

    /// Before a question is put.
    @Test func whatCannotPassIsRejected() async throws {
        let here = try Installation()
        try await serving { reply, _ in
            Issue.record("the model was asked")
            return reply
        } _: { environment in
            let output = try await qualify(here, ["--questions", "72"], environment)
            #expect(output.status == 64 && output.log.contains("at least 73"))
            let none = try await qualify(here, [], [:])
            #expect(none.status == 78 && none.log.contains("no model is configured"))
        }
    }
}
