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

    /// A limit of requests that ends soon is waited for, in whatever way the server says when.
    @Test(arguments: [
        ["Retry-After": "1"], ["Retry-After": " 0.5 "], ["retry-after-ms": "200"],
        ["x-ratelimit-reset-requests": "1s"],
        ["x-ratelimit-reset-tokens": "6ms"], ["x-ratelimit-reset": "1"],
        ["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"], ["Retry-After": "-5"], ["Retry-After": "soon"],
        ["Retry-After": "1e400"], ["Retry-After": "999999999999999999999"],
    ])
    func anyRetryAfterIsUnderstood(headers: [String: String]) async throws {
        let server = ModelServer([
            .reply(status: 429, headers: headers, body: #"{"error":{"message":"slow down"}}"#), .text("fine"),
        ])
        let world = try World()
        let reply = try await server.run { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: "sk-test", limits: .init(total: .seconds(600)),
                client: .shared)
            return await world.answerer(model, clock: HastyClock()).answer("Hello").reply
        }
        #expect(reply.text == "fine")
        #expect(server.requests.count == 2)
    }

    /// Where the head says nothing of it, the text may.
    @Test(
        arguments: [
            ("Please try again in 7.66s.", 7.66), ("Please try again in 1m2.5s. Visit …", 62.5),
            ("try again in 20ms", 0.02), ("Please retry in 2h", 7200), ("Please retry in 14m", 840),
            ("try again in a moment", nil), ("try again in 5 minutes", nil),
            ("try again in 12345678901234567890h", nil),
        ] as [(String, Double?)])
    func delayIsReadOutOfAText(text: String, seconds: Double?) {
        let body = JSON.object(["error": ["message": .string(text)]]).text
        #expect(ServerComplaint(body: Array(body.utf8), without: []).retryAfterSeconds == seconds)
    }

    @Test(arguments: [
        (#"{"a":1}{"a":1}"#, #"{"a":1}"#), (#"{}{"a":1}"#, #"{"a":1}"#),
        (#"{"a":1}{"a":2}"#, #"{"a":1}{"a":2}"#),
    ])
    func argumentsThatCameTwiceAreOne(written: String, meant: String) {
        #expect(ModelToolCall.plainArguments(.string(written)) == meant)
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
        (
            422, #"{"detail":[{"loc":["body","tools"],"msg":"tools are not permitted"}]}"#,
            "body.tools: tools are"
        ),
        (422, #"{"detail":{"error":"no tools here"}}"#, "no tools here"),
        (400, #"{"errors":[{"message":"no tools at all","code":7003}]}"#, "no tools at all"),
        (400, #"{"error_code":"BAD","message":"tool use is off"}"#, "tool use is off"),
        (400, #"{"error":{"message":{"detail":"tools: not here"},"code":1210}}"#, "tools: not here"),
        (400, #"{"error":{"error":{"message":"tools, deep inside"}}}"#, "tools, deep inside"),
        (400, #"{"msg":"tools are switched off","code":20015}"#, "tools are switched off"),
        (400, #"{"fault":{"faultstring":"tools are no thing of ours"}}"#, "tools are no thing of ours"),
        (400, #"{"title":"Bad tools","status":400,"description":"of no use"}"#, "Bad tools"),
        (400, #""tools: as a mere text""#, "tools: as a mere text"),
        (
            404,
            #"{"error":{"message":"litellm.NotFoundError: OpenAIException - {\"detail\":\"Not Found\"}","code":"404"}}"#,
            "Not Found"
        ),
        (404, "", "OPENAI_BASE_URL"), (405, #"{"detail":"Method Not Allowed"}"#, "OPENAI_BASE_URL"),
        (
            400, #"{"error":{"message":"only user and assistant roles are supported, not the role tool"}}"#,
            "role tool"
        ),
        (
            200,
            #"{"choices":[{"message":{"content":null,"role":"assistant"},"finish_reason":"content_filter"}]}"#,
            "content filter"
        ),
        (
            200,
            #"{"choices":[{"message":{"content":null,"refusal":"I will not."},"finish_reason":"stop"}]}"#,
            "refused to answer: I will not."
        ),
        (
            200,
            #"{"choices":[{"message":{"content":"","reasoning_content":"It is 99 %."},"finish_reason":"stop"}]}"#,
            "nothing but thoughts"
        ),
        (
            400, #"{"error":{"message":"The api_key client option must be set","type":"auth"}}"#,
            "OPENAI_API_KEY"
        ),
        (401, #"{"message":"No API key found in request"}"#, "OPENAI_API_KEY"),
        (407, "<html><title>Proxy Authentication Required</title>", "proxy"),
        (
            400,
            #"{"error":{"message":"Requested token count exceeds the model's maximum context length of 4096 tokens"}}"#,
            "too long for the model"
        ),
        (
            400, #"{"error":{"message":"prompt too long; exceeded max context length by 12 tokens"}}"#,
            "too long for the model"
        ),
        (
            429,
            #"{"error":{"message":"You have reached your specified API usage limits. You will regain access on 2026-12-01.","type":"rate_limit_error"}}"#,
            "regain access"
        ),
        (451, #"{"error":{"message":"Unavailable For Legal Reasons"}}"#, "Legal Reasons"),
        (
            500,
            #"{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}"#,
            "--jinja"
        ),
        (
            400, #"{"error":"registry.ollama.ai/library/gemma:2b does not support tools"}"#,
            "does not support tools"
        ),
        (
            400,
            #"{"error":{"message":"This model's maximum context length is 4096 tokens. However, you requested 5300 tokens (5300 in the messages, 0 in the completion). Please reduce the length of the messages or completion.","code":"context_length_exceeded"}}"#,
            "too long for the model"
        ),
        (
            403, #"{"error":{"message":"Key limit exceeded (total limit).","code":403}}"#,
            "no quota or money"
        ),
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
        (408, "", "HTTP 408"), (425, "", "HTTP 425"), (520, "error code: 520", "520"), (524, "", "HTTP 524"),
        (498, #"{"error":{"message":"Flex tier capacity exceeded"}}"#, "capacity exceeded"),
        (429, #"{"error":{"message":"Too many requests"}}"#, "Too many requests"),
        (
            429,
            #"{"error":{"message":"Rate limit reached on tokens per day (TPD): Limit 100000, Used 99000. Please try again in 14m24.5s.","type":"tokens","code":"rate_limit_exceeded"}}"#,
            "14m24.5s"
        ),
        (400, #"{"error":{"message":"the model is overloaded, please try again later"}}"#, "overloaded"),
        (200, "", "empty"), (200, "{}", "not a chat completion"),
        (200, #"{"choices":[]}"#, "not a chat completion"),
        (204, "", "empty"),
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
        ("https://h/v1/chat/completions/", "https://h/v1/chat/completions"),
        ("https://h/v1//", "https://h/v1/chat/completions"),
        ("https://h/v1/completions", "https://h/v1/chat/completions"),
        ("https://h/d/chat/completions?api-version=1", "https://h/d/chat/completions?api-version=1"),
        ("https://h/v1#part", "https://h/v1/chat/completions"),
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
