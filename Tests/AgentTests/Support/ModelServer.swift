import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

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
        let router = Router()
        router.post("/v1/chat/completions") { request, _ in
            let data = try await request.body.collect(upTo: 1 << 20)
            return try await self.respond(request, String(buffer: data))
        }
        router.get("/v1/models") { _, _ in try await self.response(to: self.models ?? .error(404)) }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            }, logger: Logger(label: "model", factory: { _ in SwiftLogNoOpLogHandler() }))
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: application)], logger: application.logger))
        return try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            defer { tasks.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            guard let number = await iterator.next() else { throw CancellationError() }
            return try await body("http://127.0.0.1:\(number)/v1")
        }
    }

    private func respond(_ request: Hummingbird.Request, _ body: String) async throws -> Response {
        let step = state.withLock { state in
            state.requests.append(
                Request(
                    path: request.uri.path, authorization: request.headers[.authorization],
                    body: JSON(text: body) ?? .null))
            return state.script.count > 1 ? state.script.removeFirst() : state.script.first
        }
        return try await response(to: step ?? .stall)
    }

    private struct Cut: Error {}

    private func response(to step: Step) async throws -> Response {
        func stream(_ events: [String], _ end: @escaping @Sendable () async throws -> Void) -> Response {
            Response(
                status: .ok, headers: [.contentType: "text/event-stream"],
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: Step.lines(events)))
                    try await end()
                    try await writer.finish(nil)
                })
        }
        switch step {
        case .cut(let events): return stream(events) { throw Cut() }
        case .hang(let events):
            // As below.
            return stream(events) { try await Task.sleep(for: .seconds(600)) }
        case .reply(let status, let headers, let body):
            var response = Response(
                status: .init(code: status), body: .init(byteBuffer: ByteBuffer(string: body)))
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { response.headers[name] = value }
            }
            return response
        case .stall:
            // Longer than any client waits; cancelled with the server when the test is over.
            try await Task.sleep(for: .seconds(600))
            return Response(status: .gatewayTimeout)
        }
    }
}
