import Cryptography
import Foundation
import HTTPClient
import MaintenanceAPI
import RelayAPI
import TestSupport
import Testing

@testable import Agent

/// The loop against a server that speaks the published wire format, over real HTTP.
@Suite(.timeLimit(.minutes(15))) struct ModelTests {
    private let status = [(name: "get_current_status", arguments: "{}")]

    private func ask(
        _ server: ModelServer, _ question: String = "Hello", key: SecretText? = "sk-test",
        _ configure: @escaping @Sendable (inout AgentConfiguration) -> Void = { _ in }
    ) async throws -> (answer: Answer, world: World) {
        let world = try World()
        try await world.fill(minutes: 5)
        let answer = try await server.run { baseURL in
            var configuration = AgentConfiguration()
            configuration.modelLimits = .init(total: .seconds(600))
            configure(&configuration)
            let model = scripted(baseURL, key: key, timeout: configuration.modelLimits.total)
            return await world.answerer(model, configuration).answer(question)
        }
        return (answer, world)
    }

    private func scripted(_ baseURL: String, key: SecretText? = nil, timeout: Duration = .seconds(600))
        -> OpenAIModel
    {
        OpenAIModel(
            model: "scripted", baseURL: baseURL, key: key, limits: .init(total: timeout), client: .shared)
    }

    /// Some say what is wrong in an answer that begins well.
    @Test func keyThatAServerQuotesInsideAnAnswerIsNotShown() async throws {
        let complaint = #"{"error":{"message":"quota of our-own-key and other-key is used up","code":400}}"#
        for step in [ModelServer.Step.body(complaint), .stream([complaint])] {
            let world = try World()
            let answer = try await ModelServer([step]).run { baseURL in
                await world.answerer(
                    scripted(baseURL + "?key=other%2Dkey", key: "our-own-key"), AgentConfiguration()
                ).answer("Hello")
            }
            let reason = answer.reply.replaced?.reason ?? answer.reply.text
            #expect(reason.contains("quota of … and … is used up"))
        }
    }

    /// Asks as `ask` does; the waits between tries take no time.
    private func askPatiently(_ server: ModelServer) async throws -> (answer: Answer, world: World) {
        let world = try World()
        let answer = try await server.run { await world.answerPatiently(scripted($0), tries: 2) }
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
        let functions = (first.body["tools"]?.array ?? []).compactMap { $0["function"] }
        let history = functions.first { $0["name"]?.string == "get_recent_status_history" }
        #expect(history?["parameters"]?["additionalProperties"] == .bool(false))
        // A tool that takes nothing says nothing of what it takes.
        let usage = functions.first { $0["name"]?.string == "get_usage" }
        #expect(usage != nil && usage?["parameters"] == nil)
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
        #expect(answer.reply.replaced != nil)
        #expect(answer.reply.replaced?.reason.hasPrefix("the model server") == true)
        #expect(server.requests.count == AnswerJob.maxTries)
    }

    @Test(arguments: [(401, "OPENAI_API_KEY"), (404, "OPENAI_MODEL"), (422, "HTTP 422")])
    func refusalIsNotTriedAgainAndSaysWhatToCheck(status: Int, hint: String) async throws {
        let server = ModelServer([.error(status)])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.replaced?.reason.contains(hint) == true)
        #expect(answer.reply.replaced?.reason.contains("sk-") == false)
        // Once more without a stream, where the form of the request may have been at fault.
        #expect(server.requests.count == (status == 422 ? 2 : 1))
    }

    @Test(arguments: ["", "not json", "[]", "{}", #"{"choices":[]}"#, #"{"choices":[{"message":7}]}"#])
    func garbageEndsInAClearReply(body: String) async throws {
        let server = ModelServer([.body(body)])
        let world = try World()
        let answer = try await server.run { await world.answerPatiently(scripted($0)) }
        #expect(answer.reply.replaced != nil)
        #expect(answer.reply.replaced?.reason.contains("not a chat completion") == true)
    }

    @Test func stallingServerEndsAtTheDeadline() async throws {
        let server = ModelServer([.stall])
        let world = try World()
        let clock = ManualClock()
        let answer = try await server.run { baseURL in
            let model = scripted(baseURL)
            async let answer = world.answerer(model, clock: clock).answer("status")
            await clock.waitForSleepers()
            clock.advance(by: .seconds(60))
            return await answer
        }
        #expect(answer.reply.replaced?.reason.contains("longer than 60 s") == true)
    }

    @Test func unreachableServerIsTold() async throws {
        let world = try World()
        let answer = await world.answerPatiently(scripted("http://127.0.0.1:1/v1", timeout: .seconds(5)))
        #expect(answer.reply.replaced?.reason.contains("cannot be reached") == true)
    }

    @Test func modelThatCallsForeverIsStopped() async throws {
        let steps = (1...9).map { step in
            ModelServer.Step.calls([("get_recent_status_history", #"{"minutes":\#(step)}"#)])
        }
        let server = ModelServer(steps)
        let (answer, _) = try await ask(server)
        #expect(answer.reply.replaced != nil)
        #expect(answer.calls.count == ChatLoop.maxToolSteps)
        #expect(server.requests.last?.toolNames == [])
    }

    @Test func badToolCallsAreAnsweredToTheModel() async throws {
        let server = ModelServer([
            .calls([
                ("run_shell", "{}"), ("get_recent_status_history", #"{"minutes":-5}"#),
                ("get_recent_status_history", "{{{"),
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

    @Test func unbackedFigureIsNotTold() async throws {
        let server = ModelServer([
            .calls(status), .text("CPU is 10 % busy, disk temperature is 77.7 degrees."),
        ])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.replaced?.reason == "no tool result holds the model's 77.7")
        #expect(!answer.reply.text.contains("77.7"))
        #expect(answer.reply.unbackedFigures == [])
    }

    @Test(arguments: [
        ("length", "cut off at its length limit"), ("content_filter", "content filter"),
    ])
    func cutAnswerIsTold(finish: String, expected: String) async throws {
        let server = ModelServer([.text("The system", finish: finish)])
        let (answer, _) = try await ask(server)
        let told = answer.reply.replaced?.reason ?? answer.reply.text
        #expect(told.contains(expected))
    }

    @Test func refusalIsTold() async throws {
        let server = ModelServer([
            .body(
                #"{"choices":[{"message":{"role":"assistant","content":null,"refusal":"No."},"finish_reason":"stop"}]}"#
            )
        ])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.replaced?.reason == "the model refused to answer: No.")
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
            let model = scripted(baseURL)
            return await world.answerer(model).answer("status", .ofAlice()) {
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

    /// Ways in which servers put a call of `get_current_status` and one of `get_usage`, all of them seen in the wild.
    @Test(arguments: [
        // Numbered and in pieces, between a role, null contents, empty choices and text that is no answer.
        [
            #"{"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}"#,
            #"{"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}],"usage":null}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_current_status"}}]}}]}"#,
            #"{"choices":[]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"get_usage","arguments":""}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}},{"index":0,"function":{"arguments":"}"}}]}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]",
        ],
        // Whole, without a number, one in each piece, and "stop" at the end.
        [
            #"{"choices":[{"delta":{"content":"","tool_calls":[{"id":"a","function":{"name":"get_current_status","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"get_usage","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, "[DONE]",
        ],
        // All numbered alike, arguments as an object, no reason for the end.
        [
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_current_status","arguments":{}}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"get_usage","arguments":{}}}]}}]}"#,
            "[DONE]",
        ],
        // The name and the id in every piece; the end of the stream without a mark.
        [
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_current_status","arguments":"{"}},{"index":1,"id":"b","function":{"name":"get_usage","arguments":"{"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_current_status","arguments":"}"}},{"index":1,"id":"b","function":{"name":"get_usage","arguments":"}"}}]}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
        ],
        // No ids at all, two in one piece.
        [
            #"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"get_current_status","arguments":"{}"}},{"function":{"name":"get_usage","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#,
            "[DONE]",
        ],
    ])
    func callsAreUnderstoodInEveryShape(events: [String]) async throws {
        let server = ModelServer([.stream(events), .text("fine")])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text == "fine")
        #expect(answer.calls.map(\.tool) == ["get_current_status", "get_usage"])
        #expect(answer.reply.evidence.map(\.tool) == ["get_current_status", "get_usage"])
        // Each result goes back under the id of its call.
        let second = try #require(server.requests.last).messages
        let asked = second.compactMap { $0["tool_calls"]?.array }.joined().compactMap { $0["id"]?.string }
        #expect(asked.count == 2 && Set(asked).count == 2)
        #expect(second.compactMap { $0["tool_call_id"]?.string } == asked)
    }

    /// A comment, other fields, `\r\n`, no space after the colon, parts of content, letters of several bytes.
    @Test func streamIsReadInEveryForm() async throws {
        let body = """
            : keep-alive\r\n\r\nevent: message\r\nid: 1\r\ndata:{"choices":[{"delta":{"content":"füllt "}}]}\r\n\r\n\
            data: {"choices":[{"delta":{"content":[{"type":"text","text":"sich – "},{"type":"text","text":"日本"}]}}]}\n\n\
            retry: 10\ndata: {"choices":\ndata: [{"delta":{},"finish_reason":"stop"}]}\n\ndata:[DONE]\n\n
            """
        let server = ModelServer([
            .reply(status: 200, headers: ["Content-Type": "Text/Event-Stream"], body: body)
        ])
        let (answer, _) = try await ask(server)
        #expect(answer.reply.text == "füllt sich – 日本")
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
        let answer = try await server.run { await world.answerPatiently(scripted($0)) }
        #expect(answer.reply.replaced != nil)
        #expect(answer.reply.replaced?.reason.contains(expected) == true)
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
        #expect(answer.reply.replaced != nil)
        #expect(
            answer.reply.replaced?.reason.contains("does not call its tools as they are described") == true)
        #expect(server.requests.count == 2)
    }

    @Test func callsAtTheSameTimeCannotBreakTheBudgetTogether() async throws {
        let world = try World()
        var configuration = AgentConfiguration()
        configuration.dailyBudgetUSD = 1
        let budget = Budget(configuration, database: world.database, now: { World.moment })
        let alice = try IdentityID("alice")
        let part = Money(Decimal(3) / 10)
        let granted = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...20 { group.addTask { (try? await budget.reserve(part, for: alice)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 3)
        await budget.settle(part, paid: .zero, by: alice)
        try await budget.reserve(part, for: alice)
        await #expect(throws: BudgetExceeded.self) { try await budget.reserve(part, for: alice) }
    }

    @Test func answerThatBrokeOffIsPaidForARefusalIsNot() async throws {
        let words = String(repeating: "word ", count: 100)
        let begun = ModelServer([.stream([#"{"choices":[{"delta":{"content":"\#(words)"}}]}"#]), .error(401)])
        let (answer, _) = try await askPatiently(begun)
        #expect(answer.reply.replaced != nil)
        let usage = try #require(answer.reply.usage)
        #expect(usage.isEstimated)
        #expect(answer.spending.modelRequests == 1)
        #expect(usage.completionTokens == words.utf8.count / 4)
        #expect(usage.promptTokens > 100)
        #expect(usage.costUSD > 0)

        let (refused, _) = try await ask(ModelServer([.error(401)]))
        #expect(refused.reply.usage == nil)
        #expect(refused.spending.cost == .zero)
    }

    /// What a stalled call reserved of the budget is spent, so that stalling again and again comes to an end.
    @Test func answerThatWasGivenUpIsPaidFor() async throws {
        let world = try World()
        let clock = ManualClock()
        let server = ModelServer([.stall])
        let answer = try await server.run { baseURL in
            var configuration = AgentConfiguration()
            configuration.dailyBudgetUSD = 1
            let model = scripted(baseURL)
            let answerer = world.answerer(model, configuration, clock: clock)
            async let pending = answerer.answer("status")
            while server.requests.isEmpty { await Task.yield() }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(60))
            return await pending
        }
        #expect(answer.spending.modelRequests == 1)
        #expect(answer.spending.cost > .zero)
        #expect(answer.reply.usage?.isEstimated == true)
    }

    @Test(arguments: [
        // (prompt, completion, USD per million in, out, cost): exact, however small or large.
        (1, 0, "0.15", "0.60", "0.00000015"), (0, 1, "0.15", "0.60", "0.0000006"),
        (1, 1, "0.000001", "0.000001", "0.000000000002"), (3, 7, "0.1", "0.7", "0.0000052"),
        (1_000_000, 1_000_000, "15", "75", "90"), (0, 0, "15", "75", "0"),
        (Int(Int32.max), Int(Int32.max), "0.01", "0.03", "85.89934588"),
    ])
    func costIsExact(prompt: Int, completion: Int, input: String, output: String, cost: String) throws {
        let prices = Prices(
            inputUSDPerMillion: try #require(Decimal(string: input)),
            outputUSDPerMillion: try #require(Decimal(string: output)))
        let money = prices.cost(promptTokens: prompt, completionTokens: completion)
        #expect(money.dollars == Decimal(string: cost))
    }

    @Test func manySmallAmountsAddUpExactly() async throws {
        let world = try World()
        let cost = Prices(inputUSDPerMillion: Decimal(1) / 10, outputUSDPerMillion: 0)
            .cost(promptTokens: 1, completionTokens: 0)
        for second in 0..<1000 {
            try await world.database.note(
                Spending(modelRequests: 1, promptTokens: 1, cost: cost), of: "test", model: "m",
                at: World.moment.addingTimeInterval(Double(-second)))
        }
        let usage = try await world.database.usage(dailyBudgetUSD: nil)
        #expect(usage.costUSD == Decimal(string: "0.0001"))
        #expect(usage.requests == 1000)
        // A reset counts from its own moment on, and leaves what the budget of the day knows.
        try await world.database.resetUsage(at: World.moment.addingTimeInterval(-99))
        let since = try await world.database.usage(dailyBudgetUSD: 1)
        #expect(since.costUSD == Decimal(string: "0.00001"))
        #expect(since.todayUSD == Decimal(string: "0.0001"))
        #expect(since.since == World.moment.addingTimeInterval(-99).milliseconds)
    }

    @Test func budgetRefusalSaysWhatItIsWhatIsSpentAndWhatToDo() {
        let day = BudgetExceeded.ofDay(
            limit: Money(Decimal(5) / 10), spent: Money(Decimal(string: "0.4321") ?? 0), reserved: .zero)
        #expect(
            day.reason == """
                The daily budget of 0.5 USD does not allow another call of the model (0.4321 USD spent today). It \
                resets at midnight UTC; raise the budget or use the offline analyst.
                """)
        let busy = BudgetExceeded.ofDay(limit: Money(1), spent: .zero, reserved: Money(Decimal(9) / 10))
        #expect(busy.reason.contains("(0 USD spent today, and 0.9 USD set aside for answers under way)"))
        let question = BudgetExceeded.ofQuestion(limit: Money(1), spent: Money(Decimal(2) / 10))
        #expect(
            question.reason == """
                The budget of 1 USD for one question does not allow another call of the model (0.2 USD spent on this one). \
                Ask for less at a time, or raise the budget.
                """)
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
            let model = scripted(baseURL)
            let answerer = world.answerer(model)
            for (asker, question) in [("alice", "Who leads?"), ("alice", "And now?"), ("bob", "And now?")] {
                let id = try PromptID.of(asker)
                try await world.database.noteQuestion(question, id, at: world.now)
                let answer = await answerer.answer(question, id) { _ in }
                try await world.database.noteAnswer(answer, to: id, at: world.now)
            }
        }
        let ofAlice = server.requests[2].messages.compactMap { $0["content"]?.string }
        #expect(ofAlice.suffix(3) == ["Who leads?", "some process leads.", "And now?"])
        #expect(server.requests[3].messages.count == 2)
    }
}
