import Foundation
import HTTP
import MaintenanceAPI
import Networking
import Synchronization

/// A model server that speaks Chat Completions in its own way, and insists on it.
///
/// Asked anything, it calls `get_current_status`, and answers with how busy the CPU is by that tool's result. What the
/// agent sends is checked as strictly as the servers that it stands for do.
package struct DialectServer: Sendable {
    /// A request as it looks at it.
    package struct Exchange {
        let body: [String: Any]
        /// How many requests came before this one.
        let count: Int

        var messages: [[String: Any]] { body["messages"] as? [[String: Any]] ?? [] }
        var tools: [[String: Any]] { body["tools"] as? [[String: Any]] ?? [] }
        var functions: [[String: Any]] { tools.compactMap { $0["function"] as? [String: Any] } }
        var streams: Bool { body["stream"] as? Bool ?? false }
        var assistants: [[String: Any]] { messages.filter { $0["role"] as? String == "assistant" } }
        var calls: [[String: Any]] { assistants.flatMap { $0["tool_calls"] as? [[String: Any]] ?? [] } }
        var results: [String] {
            messages.filter { $0["role"] as? String == "tool" }.compactMap { $0["content"] as? String }
        }
        var text: String {
            (try? JSONSerialization.data(withJSONObject: body, options: .sortedKeys)).map {
                String(decoding: $0, as: UTF8.self)
            } ?? ""
        }
        /// What the tool said, as the answer says it.
        var answer: String {
            let figures = results.compactMap { $0.firstMatch(of: #/"busy_percent":([0-9.]+)/#)?.1 }
            return figures.first.map { "CPU is \($0) % busy." } ?? "No tool result tells that."
        }
    }

    /// An answer on the wire.
    package struct Wire: Sendable {
        var status = 200
        var fields: [String: String] = [:]
        var body: String
    }

    package let name: String
    /// Why a request is refused; nil where it is as the server wants it.
    var refuses: @Sendable (Exchange) -> Wire? = { _ in nil }
    var calls: @Sendable (Exchange) -> Wire = { _ in .call() }
    var answers: @Sendable (Exchange) -> Wire = { .text($0.answer) }

    private func wire(_ exchange: Exchange) -> Wire {
        if let refusal = refuses(exchange) { return refusal }
        return exchange.results.isEmpty ? calls(exchange) : answers(exchange)
    }

    /// Lends `body` the base URL of the running server.
    package func serve<Value: Sendable>(
        _ body: @escaping @Sendable (_ baseURL: String) async throws -> Value
    ) async throws -> Value {
        let count = Counter()
        return try await HTTPServer.serving { request in
            guard request.method == .post, request.path.hasSuffix("/chat/completions"),
                let bytes = try? await request.body.collect(upTo: 4 << 20),
                let json = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            else { return ServerResponse(status: 404) }
            let wire = wire(Exchange(body: json, count: count.next()))
            var fields = HTTPFields()
            for (name, value) in wire.fields { fields.add(name, value) }
            return ServerResponse(status: wire.status, fields: fields, body: .bytes(Array(wire.body.utf8)))
        } _: { url in
            try await body(url + "/v1")
        }
    }

    /// What is wrong with what a person was told in the end; nil where nothing is.
    package func complaint(about reply: ChatReply) -> String? {
        let isAnswer = reply.text.wholeMatch(of: #/CPU is [0-9.]+ % busy\.( [^<>\[\]]*)?/#) != nil
        if let replaced = reply.replaced { return replaced.reason }
        guard reply.outcome == .answered, isAnswer else { return "\(reply.outcome): \(reply.text)" }
        guard reply.evidence.contains(where: { $0.tool == "get_current_status" }) else {
            return "no call of the tool is told"
        }
        guard reply.unbackedFigures.isEmpty else { return "not backed: \(reply.unbackedFigures)" }
        return nil
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }
}

extension DialectServer.Wire {
    static let toolName = "get_current_status"

    static func json(_ text: String) -> String {
        let array = try? JSONSerialization.data(withJSONObject: [text])
        return array.map { String(String(decoding: $0, as: UTF8.self).dropFirst().dropLast()) } ?? "\"\""
    }

    /// A stream of events.
    static func events(
        _ events: [String], end: String = "data: [DONE]\n\n", type: String? = "text/event-stream",
        between: String = "\n\n", status: Int = 200
    ) -> Self {
        Self(
            status: status, fields: type.map { ["Content-Type": $0] } ?? [:],
            body: events.map { "data: \($0)\(between)" }.joined() + end)
    }

    static func delta(_ delta: String, finish: String? = nil, rest: String = "") -> String {
        let reason = finish.map { "\"\($0)\"" } ?? "null"
        return
            #"{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(reason)}]\#(rest)}"#
    }

    static func whole(_ message: String, finish: String, rest: String = "", status: Int = 200) -> Self {
        Self(
            status: status, fields: ["Content-Type": "application/json"],
            body:
                #"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":\#(message),"finish_reason":"\#(finish)"}]\#(rest)}"#
        )
    }

    static let usage = #","usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}"#

    /// The published form of a call, in pieces.
    static func call(
        id: String = "call_abc", name: String = toolName, arguments: String = "{}", rest: String = "",
        messageRest: String = ""
    ) -> Self {
        let begin =
            #"{"role":"assistant","content":null\#(messageRest),"tool_calls":[{"index":0,"id":"\#(id)","type":"function"\#(rest),"function":{"name":"\#(name)","arguments":""}}]}"#
        let end = #"{"tool_calls":[{"index":0,"function":{"arguments":\#(json(arguments))}}]}"#
        return events([
            delta(begin), delta(end), delta("{}", finish: "tool_calls"), #"{"choices":[]\#(usage)}"#,
        ])
    }

    /// The published form of a text, in pieces of a few characters.
    static func text(_ text: String, rest: String = "") -> Self {
        let letters = Array(text)
        let pieces = stride(from: 0, to: letters.count, by: 7).map {
            String(letters[$0..<min(letters.count, $0 + 7)])
        }
        return events(
            [delta(#"{"role":"assistant","content":""}"#)]
                + pieces.map { delta(#"{"content":\#(json($0))}"#) }
                + [delta("{}", finish: "stop"), #"{"choices":[]\#(usage)}"#])
    }

    static func refusal(_ status: Int, _ body: String, _ fields: [String: String] = [:]) -> Self {
        Self(
            status: status, fields: ["Content-Type": "application/json"].merging(fields) { $1 }, body: body)
    }

    /// As the published format tells of a bad request.
    static func badRequest(_ message: String, param: String? = nil, code: String? = nil) -> Self {
        refusal(
            400,
            #"{"error":{"message":\#(json(message)),"type":"invalid_request_error","param":\#(param.map(json) ?? "null"),"code":\#(code.map(json) ?? "null")}}"#
        )
    }
}
