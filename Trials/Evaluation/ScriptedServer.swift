import Agent
import Evaluation
import Foundation
import HTTP
import Networking
import Synchronization
import TestSupport

/// Serves the scripted model in the Chat Completions format: streamed, over real HTTP, on a free port.
struct ScriptedServer: Sendable {
    private let world: @Sendable (ScriptedModel.Request) -> World?
    private let change: @Sendable (ScriptedModel.Reply, World) async -> ScriptedModel.Reply

    /// The model's name tells in which world it is.
    init(_ worlds: [World]) {
        let byName = Dictionary(worlds.map { ($0.name, $0) }) { first, _ in first }
        world = { byName[$0.model] }
        change = { reply, _ in reply }
    }

    /// One conversation in each world, in this order, then anew; `change` is made to each reply.
    init(
        inTurn worlds: [World],
        _ change: @escaping @Sendable (ScriptedModel.Reply, World) async -> ScriptedModel.Reply = {
            reply, _ in
            reply
        }
    ) {
        let turns = Turns()
        world = { request in
            let isNew = !request.messages.contains { $0.role == "tool" }
            return worlds[turns.count(addingOne: isNew) % worlds.count]
        }
        self.change = change
    }

    /// Counts conversations, from 0.
    private final class Turns: Sendable {
        private let last = Mutex(-1)

        func count(addingOne: Bool) -> Int {
            last.withLock { last in
                if addingOne { last += 1 }
                return max(0, last)
            }
        }
    }

    /// Calls `body` with the base URL of a running server.
    func serve<Value: Sendable>(_ body: @escaping @Sendable (_ baseURL: String) async throws -> Value)
        async throws -> Value
    {
        try await HTTPServer.serving(respond) { try await body("\($0)/v1") }
    }

    @Sendable private func respond(_ request: ServerRequest) async -> ServerResponse {
        guard request.method == .post, request.path == "/v1/chat/completions",
            let content = try? await request.body.collect(upTo: 4 * 1024 * 1024),
            let decoded = try? JSONDecoder().decode(ScriptedModel.Request.self, from: Data(content)),
            let world = world(decoded)
        else { return ServerResponse(status: 404) }
        let reply = await change(ScriptedModel(world: world).reply(to: decoded), world)
        return Self.stream(Self.chunks(of: reply, promptByteCount: content.count))
    }

    /// The chunks of a reply: text a few characters at a time, arguments in two halves, token counts last.
    private static func chunks(of reply: ScriptedModel.Reply, promptByteCount: Int) -> [JSON] {
        var chunks = [chunk(["role": "assistant"])]
        var byteCount = 0
        switch reply {
        case .text(let text):
            byteCount = text.utf8.count
            let characters = Array(text)
            chunks += stride(from: 0, to: characters.count, by: 60).map { start in
                let end = min(characters.count, start + 60)
                return chunk(["content": .string(String(characters[start..<end]))])
            }
            chunks.append(chunk([:], finish: "stop"))
        case .calls(let calls):
            for (index, call) in calls.enumerated() {
                byteCount += call.tool.utf8.count + call.arguments.utf8.count
                let middle = call.arguments.index(
                    call.arguments.startIndex, offsetBy: call.arguments.count / 2)
                let number = JSON.number(Double(index))
                chunks.append(
                    callChunk([
                        "index": number, "id": .string("call_\(index)"), "type": "function",
                        "function": ["name": .string(call.tool), "arguments": ""],
                    ]))
                for part in [call.arguments[..<middle], call.arguments[middle...]] {
                    chunks.append(
                        callChunk(["index": number, "function": ["arguments": .string(String(part))]]))
                }
            }
            chunks.append(chunk([:], finish: "tool_calls"))
        }
        // English and JSON have about four bytes per token.
        let (prompt, completion) = (Double(promptByteCount / 4), Double(byteCount / 4))
        return chunks + [
            [
                "choices": [],
                "usage": [
                    "prompt_tokens": .number(prompt), "completion_tokens": .number(completion),
                    "total_tokens": .number(prompt + completion),
                ],
            ]
        ]
    }

    private static func chunk(_ delta: JSON, finish: String? = nil) -> JSON {
        [
            "object": "chat.completion.chunk",
            "choices": [
                [
                    "index": .number(0), "delta": delta,
                    "finish_reason": finish.map(JSON.string) ?? .null,
                ]
            ],
        ]
    }

    private static func callChunk(_ call: JSON) -> JSON { chunk(["tool_calls": [call]]) }

    /// Server-sent events in pieces that end in the middle of lines.
    private static func stream(_ chunks: [JSON]) -> ServerResponse {
        let text = chunks.map { "data: \($0.text)\n\n" }.joined() + "data: [DONE]\n\n"
        let bytes = Array(text.utf8)
        return ServerResponse(
            fields: ["Content-Type": "text/event-stream"],
            body: .stream { writer in
                for start in stride(from: 0, to: bytes.count, by: 1000) {
                    try await writer.write(Array(bytes[start..<min(bytes.count, start + 1000)]))
                }
            })
    }
}
