import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

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
            let response = try await client.execute(request(body), timeout: .init(timeout))
            guard response.status == .ok else {
                throw Self.failure(response.status, retryAfter: response.headers.first(name: "retry-after"))
            }
            let type = response.headers.first(name: "content-type") ?? ""
            if type.lowercased().hasPrefix("text/event-stream") {
                try await Self.read(response.body, into: &assembly, partialText: partialText)
            } else {
                let data = try await response.body.collect(upTo: Self.maxResponseByteCount)
                try assembly.add(Self.decode(Data(data.readableBytesView)))
            }
        } catch let error as ModelError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch is NIOTooManyBytesError {
            throw ModelError.permanent("the model server's answer is too large")
        } catch is EventStream.LineTooLong {
            throw ModelError.permanent("the model server's answer is too large")
        } catch let error as HTTPClientError where Self.timeouts.contains(error) {
            throw ModelError.temporary(
                "the model server did not answer within \(timeout.components.seconds) s",
                retryAfterSeconds: nil)
        } catch {
            throw ModelError.temporary(
                assembly.hasBegun
                    ? "the model server broke off its answer" : "the model server cannot be reached",
                retryAfterSeconds: nil)
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

    private static let timeouts: [HTTPClientError] = [.deadlineExceeded, .readTimeout]

    private static func read(
        _ body: HTTPClientResponse.Body, into assembly: inout CompletionAssembly,
        partialText: @Sendable (String) async -> Void
    ) async throws {
        var events = EventStream()
        var byteCount = 0
        for try await buffer in body {
            byteCount += buffer.readableBytes
            guard byteCount <= maxResponseByteCount else {
                throw NIOTooManyBytesError(maxBytes: maxResponseByteCount)
            }
            for event in try events.add(buffer.readableBytesView) {
                if event == Data("[DONE]".utf8) { return assembly.end() }
                try assembly.add(decode(event))
                await partialText(assembly.text)
            }
        }
    }

    private static func decode(_ data: Data) throws -> ChatCompletion {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let completion = try? decoder.decode(ChatCompletion.self, from: data) else {
            throw ModelError.temporary(
                "the model server's answer is not a chat completion", retryAfterSeconds: nil)
        }
        return completion
    }

    private func request(_ body: ChatRequest) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: Self.url(baseURL, "chat/completions"))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "text/event-stream, application/json")
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        request.body = .bytes(ByteBuffer(bytes: try encoder.encode(body)))
        return request
    }

    static func url(_ baseURL: String, _ path: String) -> String {
        var base = Substring(baseURL)
        while base.hasSuffix("/") { base.removeLast() }
        return "\(base)/\(path)"
    }

    static func failure(_ status: HTTPResponseStatus, retryAfter: String?) -> ModelError {
        switch status.code {
        case 401, 403:
            .permanent("the model server refused the key (HTTP \(status.code)); check OPENAI_API_KEY")
        case 404:
            .permanent(
                "the model server does not know the model or the path; check OPENAI_MODEL and OPENAI_BASE_URL"
            )
        case 408, 409, 429, 500...599:
            .temporary(
                status.code == 429
                    ? "the model server is asked too often" : "the model server failed (HTTP \(status.code))",
                retryAfterSeconds: retryAfter.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil })
        default: .refused("the model server refused the request (HTTP \(status.code))")
        }
    }
}
