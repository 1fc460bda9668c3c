import Foundation
import HTTP
import HTTPClient

/// A model behind an OpenAI-compatible Chat Completions endpoint.
struct OpenAIModel: ChatModel {
    static let maxResponseByteCount = 2 * 1024 * 1024
    static let temperature = 0.1
    static let maxCompletionTokens = 1024

    let model: String
    let baseURL: String
    /// Absent for local servers that ask for none.
    let key: String?
    let timeout: Duration
    let client: HTTPClient

    var name: String { model }
    var isMetered: Bool { true }

    func reply(
        to messages: [ModelMessage], tools: [ToolDefinition],
        partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply {
        do {
            return try await reply(to: messages, tools: tools, isStreaming: true, partialText: partialText)
        } catch ModelError.refused {
            // A server that cannot stream refuses the request as a whole.
            return try await reply(to: messages, tools: tools, isStreaming: false, partialText: partialText)
        }
    }

    private func reply(
        to messages: [ModelMessage], tools: [ToolDefinition], isStreaming: Bool,
        partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply {
        let body = ChatRequest(model: model, messages: messages, tools: tools, isStreaming: isStreaming)
        var assembly = CompletionAssembly()
        do {
            let response = try await client.send(request(body))
            guard response.status == 200 else {
                throw Self.failure(response.status, retryAfter: response.fields["Retry-After"])
            }
            let type = response.fields["Content-Type"] ?? ""
            if type.lowercased().hasPrefix("text/event-stream") {
                try await Self.read(response.body, into: &assembly, partialText: partialText)
            } else {
                let data = try await response.body.collect(upTo: Self.maxResponseByteCount)
                try assembly.add(Self.decode(Data(data)))
            }
        } catch let failure as HTTPClient.Failure {
            if failure == .cancelled { throw CancellationError() }
            throw error(failure, hasBegun: assembly.hasBegun)
        } catch is EventStream.LineTooLong {
            throw ModelError.permanent("the model server's answer is too large")
        }
        guard let reply = assembly.reply else {
            throw ModelError.temporary(
                "the model server's answer is not a chat completion", retryAfterSeconds: nil)
        }
        guard assembly.isFinished else {
            throw ModelError.temporary("the model server broke off its answer", retryAfterSeconds: nil)
        }
        return reply
    }

    private static func read(
        _ body: HTTPClient.Body, into assembly: inout CompletionAssembly,
        partialText: @Sendable (String) async -> Void
    ) async throws {
        var events = EventStream()
        var byteCount = 0
        for try await piece in body {
            byteCount += piece.count
            guard byteCount <= maxResponseByteCount else {
                throw HTTPClient.Failure.tooLarge(maxResponseByteCount)
            }
            for event in try events.add(piece) {
                if event == Data("[DONE]".utf8) { return assembly.end() }
                try assembly.add(decode(event))
                await partialText(assembly.text)
            }
        }
    }

    static func decode(_ data: Data) throws -> ChatCompletion {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let completion = try? decoder.decode(ChatCompletion.self, from: data) else {
            throw ModelError.temporary(
                "the model server's answer is not a chat completion", retryAfterSeconds: nil)
        }
        return completion
    }

    private func request(_ body: ChatRequest) throws -> HTTPClient.Request {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        var request = HTTPClient.Request(
            Self.url(baseURL, "chat/completions"), method: .post,
            fields: [
                "Content-Type": "application/json", "Accept": "text/event-stream, application/json",
            ], body: Array(try encoder.encode(body)))
        if let key { request.fields["Authorization"] = "Bearer \(key)" }
        request.limits = .init(total: timeout)
        return request
    }

    static func url(_ baseURL: String, _ path: String) -> String {
        var base = Substring(baseURL)
        while base.hasSuffix("/") { base.removeLast() }
        return "\(base)/\(path)"
    }

    /// Why there was no answer, in words for the asker, who is not told of hosts and addresses.
    private func error(_ failure: HTTPClient.Failure, hasBegun: Bool) -> ModelError {
        switch failure {
        case .timedOut(.firstByte), .timedOut(.nextPiece), .timedOut(.end):
            .temporary(
                "the model server did not answer within \(timeout.components.seconds) s",
                retryAfterSeconds: nil)
        case .tooLarge: .permanent("the model server's answer is too large")
        case .libraryMissing, .invalidURL, .invalidField, .certificateNotTrusted, .certificateForOthers,
            .noTLS, .redirected:
            .permanent("the model server cannot be reached: \(failure.summary)")
        default:
            .temporary(
                hasBegun ? "the model server broke off its answer" : "the model server cannot be reached",
                retryAfterSeconds: nil)
        }
    }

    static func failure(_ status: Int, retryAfter: String?) -> ModelError {
        switch status {
        case 401, 403:
            .permanent("the model server refused the key (HTTP \(status)); check OPENAI_API_KEY")
        case 404:
            .permanent(
                "the model server does not know the model or the path; check OPENAI_MODEL and OPENAI_BASE_URL"
            )
        case 408, 409, 429, 500...599:
            .temporary(
                status == 429
                    ? "the model server is asked too often" : "the model server failed (HTTP \(status))",
                retryAfterSeconds: retryAfter.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil })
        default: .refused("the model server refused the request (HTTP \(status))")
        }
    }
}
