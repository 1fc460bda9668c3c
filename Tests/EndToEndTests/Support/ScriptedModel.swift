import Cryptography
import Foundation
import HTTP
import HTTPEdge
import Networking
import SystemSupport
import TestSupport

/// A server that speaks the Chat Completions format and answers as a test says.
struct ScriptedModel: Sendable {
    /// What a request held, as far as scripts look at it.
    struct Turn: Decodable, Sendable {
        struct Message: Decodable, Sendable {
            let role: String
            let content: String?
        }
        struct Tool: Decodable, Sendable {
            struct Function: Decodable, Sendable { let name: String }
            let function: Function
        }
        let model: String
        let messages: [Message]
        let tools: [Tool]?
        let temperature: Double?

        /// What the tools called so far have answered.
        var toolResults: [String] { messages.filter { $0.role == "tool" }.compactMap(\.content) }
    }

    enum Answer: Sendable {
        case call(tool: String, arguments: String)
        case text(String)
        /// A text in pieces as events, with something to wait for after the first.
        case stream([String], afterTheFirst: @Sendable () async -> Void)
        case error(status: Int, message: String)
    }

    static let promptTokens = 1_000
    static let completionTokens = 100

    /// Lends `body` the base address of a running server, which lists one model.
    static func serve<Value: Sendable>(
        key: String, model: String = "some-model", contextTokens: Int = 128_000, tls: TLSContext? = nil,
        _ script: @escaping @Sendable (Turn) async throws -> Answer,
        _ body: (String) async throws -> Value
    ) async throws -> Value {
        var router = Router()
        router.get("/v1/models") { request in
            guard request.bearerToken == SecretText(key) else {
                return try response(for: wrongKey, model: model)
            }
            return try response(
                status: 200,
                ["object": "list", "data": [["id": model, "max_model_len": contextTokens] as [String: Any]]])
        }
        router.post("/v1/chat/completions") { request in
            guard request.bearerToken == SecretText(key) else {
                return try response(for: wrongKey, model: model)
            }
            let turn = try await request.json(Turn.self)
            return try await response(for: script(turn), model: turn.model)
        }
        return try await OwnServer.serve(router, tls: tls) { try await body("\($0)/v1") }
    }

    private static let wrongKey = Answer.error(status: 401, message: "Incorrect API key provided.")

    private static func response(for answer: Answer, model: String) throws -> ServerResponse {
        let status: Int
        let object: [String: Any]
        switch answer {
        case .error(let code, let message):
            status = code
            object = ["error": ["message": message, "type": "invalid_request_error", "code": NSNull()]]
        case .call(let tool, let arguments):
            status = 200
            let call: [String: Any] = [
                "id": "call_\(UUID().uuidString)", "type": "function",
                "function": ["name": tool, "arguments": arguments],
            ]
            object = completion(
                ["role": "assistant", "content": NSNull(), "tool_calls": [call]], reason: "tool_calls", model)
        case .stream(let pieces, let afterTheFirst):
            return try stream(pieces, afterTheFirst, model)
        case .text(let text):
            status = 200
            object = completion(["role": "assistant", "content": text], reason: "stop", model)
        }
        return try response(status: status, object)
    }

    private static func stream(
        _ pieces: [String], _ afterTheFirst: @escaping @Sendable () async -> Void, _ model: String
    ) throws -> ServerResponse {
        func event(_ delta: [String: Any], reason: Any = NSNull()) throws -> [UInt8] {
            let object: [String: Any] = [
                "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
                "model": model, "choices": [["index": 0, "delta": delta, "finish_reason": reason]],
            ]
            let json = try JSONSerialization.data(withJSONObject: object)
            return Array("data: \(String(decoding: json, as: UTF8.self))\n\n".utf8)
        }
        let events = try pieces.map { try event(["content": $0]) }
        let end = try event([:], reason: "stop")
        return ServerResponse(
            status: 200, fields: ["Content-Type": "text/event-stream"],
            body: .stream { writer in
                for (index, event) in events.enumerated() {
                    try await writer.write(event)
                    if index == 0 { await afterTheFirst() }
                }
                try await writer.write(end + Array("data: [DONE]\n\n".utf8))
            })
    }

    private static func response(status: Int, _ object: [String: Any]) throws -> ServerResponse {
        ServerResponse(
            status: status, fields: ["Content-Type": "application/json"],
            body: .bytes(Array(try JSONSerialization.data(withJSONObject: object))))
    }

    private static func completion(_ message: [String: Any], reason: String, _ model: String) -> [String: Any]
    {
        [
            "id": "chatcmpl-\(UUID().uuidString)", "object": "chat.completion", "created": 1_700_000_000,
            "model": model,
            "choices": [["index": 0, "message": message, "finish_reason": reason]],
            "usage": [
                "prompt_tokens": promptTokens, "completion_tokens": completionTokens,
                "total_tokens": promptTokens + completionTokens,
            ],
        ]
    }
}
