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

    func reply(to messages: [ModelMessage], tools: [ToolDefinition]) async throws -> ModelReply {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        let body = ChatRequest(model: model, messages: messages, tools: tools)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        request.body = .bytes(ByteBuffer(bytes: try encoder.encode(body)))

        let response: HTTPClientResponse
        let data: ByteBuffer
        do {
            response = try await client.execute(request, timeout: .init(timeout))
            data = try await response.body.collect(upTo: Self.maxResponseByteCount)
        } catch is CancellationError {
            throw CancellationError()
        } catch is NIOTooManyBytesError {
            throw ModelError.permanent("the model server's answer is too large")
        } catch {
            throw ModelError.temporary("the model server cannot be reached", retryAfterSeconds: nil)
        }
        guard response.status == .ok else {
            throw Self.failure(response.status, retryAfter: response.headers.first(name: "retry-after"))
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let completion = try? decoder.decode(ChatCompletion.self, from: Data(data.readableBytesView)),
            let reply = completion.reply
        else {
            throw ModelError.temporary(
                "the model server's answer is not a chat completion", retryAfterSeconds: nil)
        }
        return reply
    }

    private var url: String {
        var base = Substring(baseURL)
        while base.hasSuffix("/") { base.removeLast() }
        return base + "/chat/completions"
    }

    private static func failure(_ status: HTTPResponseStatus, retryAfter: String?) -> ModelError {
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
                retryAfterSeconds: retryAfter.flatMap(Double.init))
        default: .permanent("the model server refused the request (HTTP \(status.code))")
        }
    }
}
