import AsyncHTTPClient
import Foundation
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// The loop against a server that speaks the published wire format, over real HTTP.
@Suite(.timeLimit(.minutes(15))) struct ModelTests {
    private let status = [(name: "get_current_status", arguments: "{}")]

    private func ask(
        _ server: ModelServer, _ question: String = "How is the system?", key: String? = "sk-test",
        _ configure: @escaping @Sendable (inout AgentConfiguration) -> Void = { _ in }
    ) async throws -> (answer: Answerer.Answer, world: World) {
        let world = try World()
        try await world.fill(minutes: 5)
        let answer = try await server.run { baseURL in
            var configuration = AgentConfiguration()
            configuration.modelTimeout = .seconds(20)
            configure(&configuration)
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: key, timeout: configuration.modelTimeout,
                client: .shared)
            return await world.answerer(model, configuration).answer(question)
        }
        return (answer, world)
    }

    @Test func toolsAreCalledAndTheirFiguresAnswered() async throws {
        let server = ModelServer([.calls(status), .text("CPU is 10 % busy.", prompt: 300, completion: 8)])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text == "CPU is 10 % busy.")
        #expect(answer.reply.outcome == .answered)
        #expect(answer.reply.answeredBy == "scripted")
        #expect(answer.reply.evidence.map(\.tool) == ["get_current_status"])
        #expect(answer.reply.evidence.first?.to == World.moment.milliseconds)
        #expect(answer.reply.usage?.promptTokens == 400)
        #expect(answer.reply.usage?.completionTokens == 28)
        // 400 × 0.15 + 28 × 0.60 USD for a million.
        #expect(answer.reply.usage?.costUSD == Decimal(string: "0.0000768"))
        #expect(answer.spending.modelRequests == 2)
    }

    @Test func requestsFollowTheWireFormat() async throws {
        let server = ModelServer([.calls(status), .text("fine")])
        _ = try await ask(server)
        let requests = server.requests
        #expect(requests.map(\.path) == ["/v1/chat/completions", "/v1/chat/completions"])
        #expect(requests.map(\.authorization) == ["Bearer sk-test", "Bearer sk-test"])
        let first = try #require(requests.first)
        #expect(first.body["model"]?.string == "scripted")
        #expect(first.body["temperature"]?.number == 0.1)
        #expect(first.messages.compactMap { $0["role"]?.string } == ["system", "user"])
        #expect(first.toolNames == Toolbox().definitions.map(\.name))
        #expect(
            first.body["tools"]?.array?.first?["function"]?["parameters"]?["additionalProperties"]
                == .bool(false))
        let second = try #require(requests.last)
        #expect(second.messages.compactMap { $0["role"]?.string } == ["system", "user", "assistant", "tool"])
        #expect(second.messages[2]["tool_calls"]?.array?.first?["id"]?.string == "call_0_get_current_status")
        #expect(second.messages[3]["tool_call_id"]?.string == "call_0_get_current_status")
        #expect(second.messages[3]["content"]?.string?.contains(#""busy_percent":10"#) == true)
    }

    @Test func serverWithoutAKeyIsAskedWithoutOne() async throws {
        let server = ModelServer([.text("fine")])
        _ = try await ask(server, key: nil)
        #expect(server.requests.map(\.authorization) == [nil])
    }

    @Test(arguments: [429, 500, 503])
    func temporaryFailureIsTriedAgain(status: Int) async throws {
        let server = ModelServer([
            .error(status, retryAfter: "0"), .error(status, retryAfter: "0"), .text("fine"),
        ])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text == "fine")
        #expect(server.requests.count == 3)
    }

    @Test(arguments: [429, 500])
    func stormOfFailuresEndsInAClearReply(status: Int) async throws {
        let server = ModelServer([.error(status, retryAfter: "0")])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.outcome == .failed)
        #expect(answer.reply.text.hasPrefix("No answer: the model server"))
        #expect(server.requests.count == Answerer.maxTries)
    }

    @Test(arguments: [(401, "OPENAI_API_KEY"), (404, "OPENAI_MODEL"), (422, "HTTP 422")])
    func refusalIsNotTriedAgainAndSaysWhatToCheck(status: Int, hint: String) async throws {
        let server = ModelServer([.error(status)])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text.contains(hint))
        #expect(!answer.reply.text.contains("sk-"))
        // Once more without a stream, where the form of the request may have been at fault.
        #expect(server.requests.count == (status == 422 ? 2 : 1))
    }

    @Test(arguments: ["", "not json", "[]", "{}", #"{"choices":[]}"#, #"{"choices":[{"message":7}]}"#])
    func garbageEndsInAClearReply(body: String) async throws {
        let server = ModelServer([.body(body)])
        let world = try World()
        let clock = ManualClock()
        let answer = try await server.run { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: nil, timeout: .seconds(20), client: .shared)
            async let answer = world.answerer(model, clock: clock).answer("status")
            // One sleeper is the deadline, the other the wait before the next try.
            for _ in 1..<Answerer.maxTries {
                await clock.waitForSleepers(2)
                clock.advance(by: .seconds(2))
            }
            return await answer
        }
        #expect(answer.reply.outcome == .failed)
        #expect(answer.reply.text.contains("not a chat completion"))
    }

    @Test func stallingServerEndsAtTheDeadline() async throws {
        let server = ModelServer([.stall])
        let world = try World()
        let clock = ManualClock()
        let answer = try await server.run { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: nil, timeout: .seconds(600), client: .shared)
            async let answer = world.answerer(model, clock: clock).answer("status")
            await clock.waitForSleepers()
            clock.advance(by: .seconds(60))
            return await answer
        }
        #expect(answer.reply.text.contains("longer than 60 s"))
    }

    @Test func unreachableServerIsTold() async throws {
        let world = try World()
        let clock = ManualClock()
        let model = OpenAIModel(
            model: "m", baseURL: "http://127.0.0.1:1/v1", key: nil, timeout: .seconds(5), client: .shared)
        async let pending = world.answerer(model, clock: clock).answer("status")
        for _ in 1..<Answerer.maxTries {
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(2))
        }
        let answer = await pending
        #expect(answer.reply.text.contains("cannot be reached"))
    }

    @Test func modelThatCallsForeverIsStopped() async throws {
        let steps = (1...9).map { step in
            ModelServer.Step.calls([("get_recent_status_history", #"{"minutes":\#(step)}"#)])
        }
        let server = ModelServer(steps)
        let (answer, _) = try await ask(server)
        #expect(answer.reply.outcome == .failed)
        #expect(answer.calls.count == ChatLoop.maxToolSteps)
        #expect(server.requests.last?.toolNames == [])
    }

    @Test func badToolCallsAreAnsweredToTheModel() async throws {
        let server = ModelServer([
            .calls([
                ("run_shell", "{}"), ("get_recent_status_history", #"{"minutes":-5}"#), ("get_usage", "{{{"),
            ]),
            .text("I could not look."),
        ])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text == "I could not look.")
        #expect(answer.reply.evidence == [])
        let contents = try #require(server.requests.last).messages.suffix(3).compactMap {
            $0["content"]?.string
        }
        #expect(contents[0].contains("no such tool"))
        #expect(contents[1].contains("from 1 to 43200"))
        #expect(contents[2].contains("not a JSON object"))
    }

    @Test func unbackedFigureIsMarked() async throws {
        let server = ModelServer([
            .calls(status), .text("CPU is 10 % busy, disk temperature is 77.7 degrees."),
        ])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.unbackedFigures == ["77.7"])
        #expect(answer.reply.text.hasSuffix("(Not backed by any tool result: 77.7.)"))
    }

    @Test(arguments: [
        ("length", "cut off at its length limit"), ("content_filter", "content filter"),
    ])
    func cutAnswerIsTold(finish: String, expected: String) async throws {
        let server = ModelServer([.text("The system", finish: finish)])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text.contains(expected))
    }

    @Test func refusalIsTold() async throws {
        let server = ModelServer([
            .body(
                #"{"choices":[{"message":{"role":"assistant","content":null,"refusal":"No."},"finish_reason":"stop"}]}"#
            )
        ])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text == "The model refused to answer: No.")
    }

    @Test func streamIsPutTogetherAndShownAsItGrows() async throws {
        let words = (1...60).map { "word\($0) " }
        let events = words.map {
            #"{"choices":[{"index":0,"delta":{"content":"\#($0)"},"finish_reason":null}]}"#
        }
        let server = ModelServer([
            .stream([
                #"{"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"get_current_status","arguments":""}}]}}]}"#,
                #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}"#,
                #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}]}"#,
                #"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#,
                #"{"choices":[],"usage":{"prompt_tokens":50,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":40}}}"#,
                "[DONE]",
            ]),
            .stream(events + [#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, "[DONE]"]),
        ])
        let world = try World()
        try await world.fill(minutes: 5)
        let shown = Recorder<String>()
        let answer = try await server.run { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: nil, timeout: .seconds(20), client: .shared)
            return await world.answerer(model).answer("status", requestID: UUID(), asker: "alice") {
                progress in
                if let text = progress.text { await shown.add(text) }
            }
        }
        let whole = words.joined().trimmed
        #expect(answer.reply.text == whole)
        #expect(answer.reply.evidence.map(\.tool) == ["get_current_status"])
        #expect(answer.reply.usage?.cachedPromptTokens == 40)
        let partial = await shown.values
        #expect(!partial.isEmpty)
        #expect(partial.allSatisfy { whole.hasPrefix($0) && $0.hasPrefix("word1 word2 ") })
        #expect(server.requests.first?.body["stream"] == .bool(true))
        #expect(server.requests.first?.body["stream_options"]?["include_usage"] == .bool(true))
    }

    @Test func serverThatCannotStreamIsAskedForTheWhole() async throws {
        let server = ModelServer([.error(400), .text("fine")])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text == "fine")
        #expect(server.requests.map { $0.body["stream"] } == [.bool(true), .bool(false)])
        #expect(server.requests.last?.body["stream_options"] == nil)
    }

    @Test(arguments: [
        ([#"{"choices":[{"delta":{"content":"half"}}]}"#], "broke off"),
        (
            [#"{"choices":[{"delta":{"content":"half"}}]}"#, #"{"error":{"message":"overloaded"}}"#],
            "in the middle"
        ),
        (["[DONE]"], "not a chat completion"), (["garbage"], "not a chat completion"),
    ])
    func brokenStreamEndsInAClearReply(events: [String], expected: String) async throws {
        let server = ModelServer([.stream(events)])
        let world = try World()
        let clock = ManualClock()
        let answer = try await server.run { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: nil, timeout: .seconds(20), client: .shared)
            async let answer = world.answerer(model, clock: clock).answer("status")
            for _ in 1..<Answerer.maxTries {
                await clock.waitForSleepers(2)
                clock.advance(by: .seconds(2))
            }
            return await answer
        }
        #expect(answer.reply.outcome == .failed)
        #expect(answer.reply.text.contains(expected))
    }

    @Test func tokensAreEstimatedWhereTheServerDoesNotCount() async throws {
        let server = ModelServer([
            .body(#"{"choices":[{"message":{"content":"fine"},"finish_reason":"stop"}]}"#)
        ])
        let (answer, _) = try await ask(server)
        let usage = try #require(answer.reply.usage)
        #expect(usage.isEstimated)
        #expect(usage.promptTokens > 100)
        #expect(usage.costUSD > 0)
    }

    @Test func toolsCalledWronglyTwiceEndIt() async throws {
        let server = ModelServer([.calls([("run_shell", "{}")]), .calls([("rm", "{}")]), .text("never")])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.outcome == .failed)
        #expect(answer.reply.text.contains("does not call its tools as they are described"))
        #expect(server.requests.count == 2)
    }

    @Test func callsAtTheSameTimeCannotBreakTheBudgetTogether() async throws {
        let world = try World()
        let budget = Budget(limitUSD: 1, database: world.database, now: { World.moment })
        let part = Money(Decimal(3) / 10)
        let granted = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...20 { group.addTask { (try? await budget.reserve(part)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 3)
        await budget.settle(part, paid: .zero)
        try await budget.reserve(part)
        await #expect(throws: BudgetExceeded.self) { try await budget.reserve(part) }
    }

    @Test func budgetIsCheckedBeforeTheCall() async throws {
        let server = ModelServer([.text("fine")])
        let (answer, world) = try await ask(server) { $0.dailyBudgetUSD = Decimal(string: "0.0005") }
        #expect(answer.reply.outcome == .overBudget)
        #expect(answer.reply.text.contains("daily budget of 0.0005 USD"))
        #expect(server.requests.isEmpty)
        let usage = try await world.database.usage(dailyBudgetUSD: nil)
        #expect(usage.requests == 0)
    }

    /// The first call fits; after it, what it cost and what the next may cost no longer do.
    @Test func budgetOfAQuestionIsCheckedBeforeEachCall() async throws {
        let server = ModelServer([.calls([("get_current_status", "{}")]), .text("fine")])
        let (answer, _) = try await ask(server) {
            $0.prices = Prices(inputUSDPerMillion: 0, outputUSDPerMillion: 1_000_000)
            $0.requestBudgetUSD = Decimal(OpenAIModel.maxCompletionTokens)
        }
        #expect(answer.reply.outcome == .overBudget)
        #expect(answer.reply.text.contains("USD for one question"))
        #expect(server.requests.count == 1)
    }

    @Test func budgetThatHoldsLetsTheCallThrough() async throws {
        let server = ModelServer([.text("fine")])
        let (answer, _) = try await ask(server) {
            $0.dailyBudgetUSD = 1
            $0.requestBudgetUSD = 1
        }
        #expect(answer.reply.text == "fine")
    }

    @Test func hostTextNeverReachesTheModel() async throws {
        let server = ModelServer([
            .calls([("get_top_processes", "{}"), ("get_current_status", "{}")]),
            .text("process-1 leads, filesystem-1 is full."),
        ])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text == "“postgres” leads, “/srv/data” is full.")
        let sent = server.requests.map(\.body.text).joined()
        for name in ["postgres", "nginx", "/srv/data", "web-01", "onerror"] {
            #expect(!sent.contains(name), "\(name)")
        }
    }

    @Test func conversationIsRememberedWithoutHostText() async throws {
        let server = ModelServer([
            .calls([("get_top_processes", "{}")]), .text("process-1 leads."), .text("fine"),
        ])
        let world = try World()
        try await world.fill(minutes: 5)
        try await server.run { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: nil, timeout: .seconds(20), client: .shared)
            let answerer = world.answerer(model)
            for (asker, question) in [("alice", "Who leads?"), ("alice", "And now?"), ("bob", "And now?")] {
                let id = UUID()
                try await world.database.noteQuestion(question, requestID: id, asker: asker, at: world.now)
                let answer = await answerer.answer(question, requestID: id, asker: asker) { _ in }
                try await world.database.noteAnswer(answer, requestID: id, asker: asker, at: world.now)
            }
        }
        let ofAlice = server.requests[2].messages.compactMap { $0["content"]?.string }
        #expect(ofAlice.suffix(3) == ["Who leads?", "some process leads.", "And now?"])
        #expect(server.requests[3].messages.count == 2)
    }
}
