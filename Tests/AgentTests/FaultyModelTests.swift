import Foundation
import HTTPClient
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// Servers that do what none should: each ends in a clear reply within the limit.
@Suite(.timeLimit(.minutes(15))) struct FaultyModelTests {
    private func model(_ baseURL: String, timeout: Duration = .seconds(600)) -> OpenAIModel {
        OpenAIModel(
            model: "faulty", baseURL: baseURL, key: nil, limits: .init(total: timeout), client: .shared)
    }

    /// Asks a server; the waits between tries take no time.
    private func ask(_ server: ModelServer, tries: Int = AnswerJob.maxTries) async throws -> ChatReply {
        let world = try World()
        return try await server.run { await world.answerPatiently(model($0), tries: tries).reply }
    }

    private static let half = #"{"choices":[{"delta":{"content":"half an"}}]}"#

    @Test func connectionThatIsCutInTheMiddleIsTriedAgainThenTold() async throws {
        let server = ModelServer([.cut([Self.half])])
        let reply = try await ask(server)
        #expect(reply.replaced?.code == .modelFailed)
        #expect(reply.replaced?.reason == "the model server broke off its answer")
        #expect(server.requests.count == AnswerJob.maxTries)
    }

    @Test func answerAfterACutConnectionCounts() async throws {
        let server = ModelServer([.cut([Self.half]), .text("fine")])
        let reply = try await ask(server, tries: 2)
        #expect(reply.text == "fine")
    }

    /// It says that it is finished, and then neither ends the stream nor the connection.
    @Test func answerThatIsFinishedCountsWhereTheStreamDoesNotEnd() async throws {
        let finished = #"{"choices":[{"delta":{"content":"All is well."},"finish_reason":"stop"}]}"#
        for step in [ModelServer.Step.hang([finished]), .cut([finished])] {
            let reply = try await ModelServer([step]).run { baseURL in
                var limits = HTTPClient.TimeLimits(total: .seconds(600))
                limits.nextPiece = .seconds(1)
                let model = OpenAIModel(
                    model: "faulty", baseURL: baseURL, key: nil, limits: limits, client: .shared)
                return try await model.reply(to: [.user("status")], tools: [], mayCall: false) { _ in }
            }
            #expect(reply.text == "All is well.")
        }
    }

    /// As some proxies do, asked or not.
    @Test func compressedAnswerIsToldAsSuch() async throws {
        let server = ModelServer([
            .reply(status: 200, headers: ["Content-Encoding": "gzip"], body: "\u{1F}\u{8B}\u{8}")
        ])
        let world = try World()
        let reply = try await server.run { await world.answerer(model($0)).answer("status").reply }
        #expect(reply.replaced?.code == .modelFailed)
        #expect(reply.replaced?.reason.contains("is compressed") == true)
        #expect(server.requests.count == 1)
    }

    @Test func streamThatFallsSilentEndsAtTheDeadline() async throws {
        let world = try World()
        let clock = ManualClock()
        let shown = Recorder<String>()
        let words = String(repeating: "word ", count: 100)
        let server = ModelServer([.hang([#"{"choices":[{"delta":{"content":"\#(words)"}}]}"#])])
        let reply = try await server.run { baseURL in
            async let answer = world.answerer(model(baseURL), clock: clock).answer(
                "Hello", .ofAlice()
            ) { progress in await shown.add(progress.text ?? "") }
            await clock.waitForSleepers()
            // The deadline comes in the middle of the stream.
            while await shown.values.isEmpty { await Task.yield() }
            clock.advance(by: .seconds(60))
            return await answer.reply
        }
        #expect(reply.replaced?.reason.contains("longer than 60 s") == true)
    }

    @Test(arguments: [
        // More than a line, a stream and a body may have.
        [String(repeating: "x", count: EventStream.maxLineByteCount + 1)],
        [String](
            repeating:
                #"{"choices":[{"delta":{"content":"\#(String(repeating: "y", count: 100_000))"}}]}"#,
            count: 25),
    ])
    func giantStreamIsNotTakenIn(events: [String]) async throws {
        let server = ModelServer([.stream(events)])
        let reply = try await ask(server, tries: 1)
        #expect(reply.replaced?.reason == "the model server's answer is too large")
        #expect(server.requests.count == 1)
    }

    @Test func giantBodyIsNotTakenIn() async throws {
        let text = String(repeating: "z", count: OpenAIModel.maxResponseByteCount)
        let reply = try await ask(ModelServer([.text(text)]), tries: 1)
        #expect(reply.replaced?.reason == "the model server's answer is too large")
    }

    @Test func retryAfterAnHourIsNotWaitedFor() async throws {
        let server = ModelServer([.error(429, retryAfter: "3600"), .text("fine")])
        let world = try World()
        let clock = ManualClock()
        let reply = try await server.run { baseURL in
            async let answer = world.answerer(model(baseURL), clock: clock).answer("Hello")
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(10))
            return await answer.reply
        }
        #expect(reply.text == "fine")
    }

    @Test func callThatWasCutOffIsNotMade() async throws {
        let server = ModelServer([
            .stream([
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"get_usage","arguments":"{\"mi"}}]}}]}"#,
                #"{"choices":[{"delta":{},"finish_reason":"length"}]}"#, "[DONE]",
            ])
        ])
        let reply = try await ask(server, tries: 1)
        #expect(reply.replaced?.reason.contains("cut off before it began") == true)
        #expect(reply.evidence.isEmpty)
    }

    @Test func serverThatIsSlowerThanItMayIsTold() async throws {
        let world = try World()
        let reply = try await ModelServer([.stall]).run { baseURL in
            await world.answerPatiently(model(baseURL, timeout: .milliseconds(1500)), tries: 1).reply
        }
        #expect(
            reply.replaced?.reason.hasPrefix(
                "the model server did not answer within 1 s; if it only is slow,") == true
        )
    }
}
