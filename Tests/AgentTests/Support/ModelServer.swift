import Foundation
import HTTP
import Networking
import Synchronization
import TestSupport

@testable import Agent

/// A server of Chat Completions that plays a script, over real HTTP on a port of its own, and keeps what it was asked.
final class ModelServer: Sendable {
    /// One step of the script.
    enum Step: Sendable {
        case reply(status: Int, headers: [String: String], body: String)
        /// Never answers.
        case stall
        /// Streams these events, then closes the connection, or stays silent.
        case cut([String])
        case hang([String])

        static func text(_ text: String, prompt: Int = 100, completion: Int = 20, finish: String = "stop")
            -> Step
        {
            completion_(["role": "assistant", "content": .string(text)], finish, prompt, completion)
        }

        static func calls(
            _ calls: [(name: String, arguments: String)], prompt: Int = 100, completion: Int = 20
        ) -> Step {
            let list = calls.enumerated().map { index, call in
                JSON.object([
                    "id": .string("call_\(index)_\(call.name)"), "type": "function",
                    "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                ])
            }
            return completion_(
                ["role": "assistant", "content": .null, "tool_calls": .array(list)], "tool_calls", prompt,
                completion)
        }

        static func error(_ status: Int, retryAfter: String? = nil) -> Step {
            .reply(
                status: status, headers: retryAfter.map { ["Retry-After": $0] } ?? [:],
                body: #"{"error":{"message":"the key sk-secret is wrong","type":"error","code":null}}"#)
        }

        /// A stream of these events.
        static func stream(_ events: [String]) -> Step {
            .reply(
                status: 200, headers: ["Content-Type": "text/event-stream; charset=utf-8"],
                body: lines(events))
        }

        static func lines(_ events: [String]) -> String { events.map { "data: \($0)\n\n" }.joined() }

        static func body(_ body: String) -> Step { .reply(status: 200, headers: [:], body: body) }

        private static func completion_(_ message: JSON, _ finish: String, _ prompt: Int, _ completion: Int)
            -> Step
        {
            let body: JSON = [
                "id": "chatcmpl-1", "object": "chat.completion", "created": .number(1_700_000_000),
                "model": "scripted",
                "choices": .array([
                    ["index": .number(0), "message": message, "finish_reason": .string(finish)]
                ]),
                "usage": [
                    "prompt_tokens": .number(Double(prompt)),
                    "completion_tokens": .number(Double(completion)),
                    "total_tokens": .number(Double(prompt + completion)),
                ],
            ]
            return .body(body.text)
        }
    }

    struct Request: Sendable {
        let path: String
        let authorization: String?
        let body: JSON

        var messages: [JSON] { body["messages"]?.array ?? [] }
        var toolNames: [String] {
            (body["tools"]?.array ?? []).compactMap { $0["function"]?["name"]?.string }
        }
    }

    private struct State {
        var script: [Step]
        var requests: [Request] = []
    }

    private let state: Mutex<State>

    /// What `GET /v1/models` answers; 404 where it is absent.
    private let models: Step?

    init(_ script: [Step], models: Step? = nil) {
        state = Mutex(State(script: script))
        self.models = models
    }

    var requests: [Request] { state.withLock { $0.requests } }

    /// Starts it, hands its base URL to `body`, stops it. After its script it repeats the last step.
    func run<Value: Sendable>(_ body: @escaping @Sendable (_ baseURL: String) async throws -> Value)
        async throws -> Value
    {
        try await HTTPServer.serving(respond) { try await body("\($0)/v1") }
    }

    private func respond(_ request: ServerRequest) async -> ServerResponse {
        switch (request.method, request.path) {
        case (.get, "/v1/models"): return await response(to: models ?? .error(404))
        case (.post, "/v1/chat/completions"):
            guard let body = try? await request.body.collect(upTo: 1 << 20) else {
                return ServerResponse(status: 400)
            }
            let step = state.withLock { state in
                state.requests.append(
                    Request(
                        path: request.path, authorization: request.fields["Authorization"],
                        body: JSON(text: String(decoding: body, as: UTF8.self)) ?? .null))
                return state.script.count > 1 ? state.script.removeFirst() : state.script.first
            }
            return await response(to: step ?? .stall)
        default: return ServerResponse(status: 404)
        }
    }

    private struct Cut: Error {}

    private func response(to step: Step) async -> ServerResponse {
        func stream(
            _ events: [String], _ comments: String = "", _ end: @escaping @Sendable () async throws -> Void
        ) -> ServerResponse {
            ServerResponse(
                fields: ["Content-Type": "text/event-stream"],
                body: .stream { writer in
                    try await writer.write(Array((Step.lines(events) + comments).utf8))
                    try await end()
                })
        }
        switch step {
        case .cut(let events):
            // Comments, more than the server holds back: the events before them have been sent when it cuts.
            return stream(events, String(repeating: ": \n", count: 300_000)) { throw Cut() }
        case .hang(let events):
            // As below.
            return stream(events) { try await Task.sleep(for: .seconds(600)) }
        case .reply(let status, let headers, let body):
            var fields = HTTPFields()
            for (name, value) in headers { fields.add(name, value) }
            return ServerResponse(status: status, fields: fields, body: .bytes(Array(body.utf8)))
        case .stall:
            // Longer than any client waits; cancelled with the server when the test is over.
            try? await Task.sleep(for: .seconds(600))
            return ServerResponse(status: 504)
        }
    }
}
