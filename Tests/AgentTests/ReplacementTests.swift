import Foundation
import HTTPClient
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// A model may only make an answer better: whatever else it does, the offline analyst answers.
@Suite(.timeLimit(.minutes(15))) struct ReplacementTests {
    private static let question = "How busy is the CPU?"
    private static let look = [(name: "get_current_status", arguments: "{}")]

    struct Case: Sendable, CustomTestStringConvertible {
        let code: Replacement.Code
        let script: [ModelServer.Step]
        var testDescription: String { code.rawValue }
    }

    static let cases = [
        Case(code: .unbackedFigures, script: [.calls(look), .text("CPU is 77.7 % busy.")]),
        Case(code: .noToolCalled, script: [.text("All is well.")]),
        // A call that was no call of a tool is none.
        Case(code: .noToolCalled, script: [.calls([("run_shell", "{}")]), .text("All is well.")]),
        Case(code: .repeatedCalls, script: [.calls(look)]),
        Case(
            code: .tooManySteps,
            script: (1...9).map { .calls([("get_recent_status_history", #"{"minutes":\#($0)}"#)]) }),
        Case(code: .misusedTools, script: [.calls([("run_shell", "{}")]), .calls([("rm", "{}")])]),
        Case(code: .emptyAnswer, script: [.calls(look), .text(" ")]),
        Case(code: .emptyAnswer, script: [.calls(look), .text("", finish: "length")]),
        Case(code: .refused, script: [.calls(look), .text("CPU", finish: "content_filter")]),
        Case(code: .modelFailed, script: [.error(401)]),
        Case(code: .modelFailed, script: [.calls(look), .error(401)]),
    ]

    private func world() async throws -> World {
        let world = try World()
        try await world.fill(minutes: 5)
        return world
    }

    private func model(_ baseURL: String) -> OpenAIModel {
        OpenAIModel(
            model: "scripted", baseURL: baseURL, key: nil, limits: .init(total: .seconds(600)),
            client: .shared)
    }

    /// What is told is the analyst's, word for word, and what was spent is told all the same.
    private func expectAnalyst(_ answer: Answer, _ code: Replacement.Code, in world: World) async {
        let analyst = await world.answerer(OfflineAnalyst(now: { World.moment })).answer(Self.question)
        let reply = answer.reply
        #expect(reply.replaced?.code == code)
        #expect(reply.replaced?.model == "scripted")
        #expect(reply.replaced?.reason.isEmpty == false)
        #expect(reply.text == analyst.reply.text)
        #expect(reply.text.contains("10 %"))
        #expect((reply.outcome, reply.answeredBy) == (.answered, "offline analyst"))
        #expect(reply.unbackedFigures == [])
        #expect(reply.evidence.map(\.tool) == analyst.reply.evidence.map(\.tool))
        #expect(Set(reply.evidence.map(\.toolCallId)).isSubset(of: answer.calls.map(\.id)))
        #expect(Set(answer.calls.map(\.id)).count == answer.calls.count)
        #expect((reply.usage != nil) == (answer.spending.modelRequests > 0))
    }

    @Test(arguments: cases)
    func analystAnswersInPlaceOfTheModel(_ one: Case) async throws {
        let world = try await world()
        let answer = try await ModelServer(one.script).run {
            await world.answerer(model($0)).answer(Self.question)
        }
        await expectAnalyst(answer, one.code, in: world)
    }

    @Test func lateModelIsReplacedAtTheLimit() async throws {
        let world = try await world()
        let clock = ManualClock()
        let server = ModelServer([.stall])
        let answer = try await server.run { baseURL in
            async let answer = world.answerer(model(baseURL), clock: clock).answer(Self.question)
            while server.requests.isEmpty { await Task.yield() }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(60))
            return await answer
        }
        await expectAnalyst(answer, .tooLate, in: world)
    }

    @Test(arguments: [
        ([.calls(look), .text("CPU 10 % busy.")], question),
        // No figure is asked for, and none is given.
        ([ModelServer.Step.text("Hello. Ask me about this host.")], "Hello"),
    ])
    func goodAnswerStays(script: [ModelServer.Step], question: String) async throws {
        let world = try await world()
        let reply = try await ModelServer(script).run {
            await world.answerer(model($0)).answer(question).reply
        }
        #expect(reply.replaced == nil)
        #expect(reply.answeredBy == "scripted")
    }

    @Test(arguments: [(160, nil as Replacement.Code?), (161, .tooLong)])
    func courtesyIsShort(length: Int, code: Replacement.Code?) async throws {
        let world = try await world()
        let text = String(repeating: "Glad to help! ", count: 20).prefix(length - 1) + "."
        let reply = try await ModelServer([.text(String(text))]).run {
            await world.answerer(model($0)).answer("thanks!").reply
        }
        #expect(reply.replaced?.code == code)
        #expect((reply.text == "You are welcome.") == (code != nil))
    }

    @Test func figureWithoutAToolIsNotToldInSmallTalk() async throws {
        let world = try await world()
        let reply = try await ModelServer([.text("Hello! Memory is 93 % full.")]).run {
            await world.answerer(model($0)).answer("Hello").reply
        }
        #expect(reply.replaced?.code == .unbackedFigures)
        #expect(!reply.text.contains("93"))
    }

    @Test func lastAnswersAreCounted() async throws {
        let world = try await world()
        let database = world.database
        #expect(try await database.record(of: "scripted").answers == 0)
        let scripts: [[ModelServer.Step]] = [
            [.text("All is well.")], [.calls(Self.look), .text("CPU 10 % busy.")],
            [.calls(Self.look), .text("CPU 77.7 % busy.")], [.error(401)],
        ]
        for script in scripts {
            let id = PromptID.ofAlice()
            let answer = try await ModelServer(script).run {
                await world.answerer(model($0)).answer(Self.question, id) { _ in }
            }
            try await database.noteAnswer(answer, to: id, at: world.now)
        }
        let record = try await database.record(of: "scripted")
        #expect((record.answers, record.replaced) == (4, 3))
        #expect(record.last?.replacement.code == .modelFailed)
        #expect(record.last?.at == World.moment)
        #expect(try await database.record(of: "scripted", limit: 3).replaced == 2)
        #expect(try await database.record(of: "another").answers == 0)
    }
}
