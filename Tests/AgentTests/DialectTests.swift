import Cryptography
import Foundation
import HTTP
import HTTPClient
import MaintenanceAPI
import Networking
import TestSupport
import Testing

@testable import Agent

/// Servers that are compatible in name: each gets its question in its own way, and its answer is read.
@Suite(.timeLimit(.minutes(15))) struct DialectTests {
    @Test(arguments: DialectServer.all)
    func everyServerIsUnderstood(_ server: DialectServer) async throws {
        let world = try World()
        try await world.fill(minutes: 5)
        let answer = try await server.serve { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: "sk-test", limits: .init(total: .seconds(600)),
                client: .shared)
            let answerer = world.answerer(model, clock: HastyClock())
            let first = await answerer.answer("How is the system?")
            // What was learned of it is remembered: the second question meets no refusal of the form.
            let second = await answerer.answer("How is the system?", .ofAlice()) { _ in }
            #expect(second.reply.outcome == .answered, "\(second.reply.text)")
            return first
        }
        #expect(server.complaint(about: answer.reply) == nil)
        #expect(answer.reply.usage.map { $0.costUSD > 0 } == true)
    }

    @Test func thereAreManyAndEachHasItsName() {
        #expect(DialectServer.all.count >= 30)
        #expect(Set(DialectServer.all.map(\.name)).count == DialectServer.all.count)
    }

    // MARK: What stands in the way is told

    private func ask(_ step: ModelServer.Step, key: SecretText? = "sk-test") async throws -> (
        text: String, tries: Int
    ) {
        let server = ModelServer([step])
        let world = try World()
        let reply = try await server.run { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: key, limits: .init(total: .seconds(600)),
                client: .shared)
            return await world.answerer(model, clock: HastyClock()).answer("status").reply
        }
        let reason = try #require(reply.replaced?.reason)
        return (reason, server.requests.count)
    }

    @Test(arguments: [
        (
            429,
            #"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            "no quota or money"
        ),
        (
            402, #"{"error":{"message":"Insufficient Balance","type":"unknown_error"}}"#,
            "Insufficient Balance"
        ),
        (
            400,
            #"{"error":{"message":"This model's maximum context length is 4096 tokens. However, you requested 5000.","code":"context_length_exceeded"}}"#,
            "too long for the model"
        ),
        (
            413, "<html><head><title>413 Request Entity Too Large</title></head></html>",
            "413 Request Entity Too Large"
        ),
        (413, "<html><title>413</title></html>", "a proxy before the model server"),
        (413, #"{"error":{"message":"Request too large"}}"#, "too long for the model"),
        (
            400,
            #"{"type":"exceed_context_size_error","error":"the request exceeds the available context size"}"#,
            "too long"
        ),
        (
            404, #"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#,
            "The model `x` does not exist"
        ),
        (400, #"{"object":"error","message":"Invalid model: x","type":"invalid_model"}"#, "OPENAI_MODEL"),
        (401, #"{"error":{"message":"Incorrect API key provided: sk-abcd1234."}}"#, "OPENAI_API_KEY"),
        (
            400, #"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}]"#,
            "OPENAI_API_KEY"
        ),
        (403, #"{"error":{"message":"Country not supported"}}"#, "Country not supported"),
        (
            400, #"{"error":{"message":"The response was filtered","code":"content_filter"}}"#,
            "content filter"
        ),
        (301, "", "OPENAI_BASE_URL"), (302, "", "OPENAI_BASE_URL"),
        (200, #"{"error":{"code":402,"message":"This request requires more credits"}}"#, "more credits"),
        (200, "<!doctype html><title>Sign in</title>", "web page"),
    ])
    func whatAskingAgainWouldNotChangeIsToldAtOnce(status: Int, body: String, words: String) async throws {
        let (text, tries) = try await ask(
            .reply(status: status, headers: ["Location": "/elsewhere"], body: body))
        #expect(text.contains(words), "\(text)")
        #expect(!text.contains("sk-"))
        #expect(tries == 1)
    }

    @Test(arguments: [
        (500, #"{"error":{"message":"CUDA out of memory"}}"#, "CUDA out of memory"),
        (529, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, "Overloaded"),
        (502, "<html><head><title>502 Bad Gateway</title></head>", "502 Bad Gateway"),
        (200, #"{"error":"upstream failed"}"#, "upstream failed"),
    ])
    func whatMayPassIsTriedAgainAndTold(status: Int, body: String, words: String) async throws {
        let (text, tries) = try await ask(.reply(status: status, headers: [:], body: body))
        #expect(text.contains(words), "\(text)")
        #expect(tries == AnswerJob.maxTries)
    }

    @Test(arguments: ["stop\nhere\u{202E}\u{7}", String(repeating: "long ", count: 500)])
    func reasonsAreCutAndPrintable(message: String) async throws {
        let (text, _) = try await ask(
            .reply(
                status: 400, headers: [:], body: JSON.object(["error": ["message": .string(message)]]).text))
        #expect(text.count < 400)
        #expect(
            text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\u{202E}" })
    }

    @Test func keyInAReasonIsNotShown() async throws {
        let (text, _) = try await ask(
            .reply(status: 400, headers: [:], body: #"{"error":"secret-1234 and AIzaSyD-123456 are wrong"}"#),
            key: "secret-1234")
        #expect(!text.contains("1234"))
    }

    /// To another host, port or scheme: the question does not go there, nor does the key.
    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsElsewhereAreNotFollowed(status: Int) async throws {
        let other = ModelServer([.text("stolen")])
        let text = try await other.run { otherURL in
            var texts: [String] = []
            let port = otherURL.split(separator: ":").last.map { $0.prefix { $0.isNumber } } ?? ""
            for target in [
                "\(otherURL)/chat/completions", "http://localhost:\(port)/v1/chat/completions",
                "//127.0.0.1:\(port)/v1/chat/completions", "https://127.0.0.1:\(port)/v1/chat/completions",
            ] {
                let (text, tries) = try await ask(
                    .reply(status: status, headers: ["Location": target], body: ""))
                #expect(tries == 1)
                texts.append(text)
            }
            return texts.joined(separator: "\n")
        }
        #expect(other.requests.isEmpty)
        #expect(!text.contains("stolen"))
        #expect(text.components(separatedBy: "redirects").count == 5)
    }

    @Test func peculiaritiesAreKnownAfterwards() async throws {
        let server = try #require(DialectServer.all.first { $0.name.hasPrefix("reasoning model") })
        let finding = try await server.serve { baseURL in
            var configuration = AgentConfiguration()
            configuration.model = .init(baseURL: baseURL, key: nil, name: "scripted")
            return await EndpointCheck(configuration)?.tryTools(nil)
        }
        #expect(finding?.detail.contains("does not call a tool") == true)
        #expect(finding?.detail.contains("takes no temperature, wants max_completion_tokens") == true)
    }

    @Test(arguments: [
        ("https://h/v1", "https://h/v1/chat/completions"), ("https://h/v1/", "https://h/v1/chat/completions"),
        ("https://h/v1/chat/completions", "https://h/v1/chat/completions"),
        (
            "https://h/openai/deployments/d?api-version=1",
            "https://h/openai/deployments/d/chat/completions?api-version=1"
        ),
    ])
    func addressIsMadeOfTheBase(base: String, url: String) {
        #expect(OpenAIModel.url(base, "chat/completions") == url)
    }
}

extension DialectServer: CustomTestStringConvertible {
    /// Its name.
    public var testDescription: String { name }
}

/// A clock on which short waits take no time.
private struct HastyClock: Clock {
    private let base = ContinuousClock()

    var now: ContinuousClock.Instant { base.now }
    var minimumResolution: Duration { base.minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        guard base.now.duration(to: deadline) > .seconds(20) else { return await Task.yield() }
        try await base.sleep(until: deadline, tolerance: tolerance)
    }
}
