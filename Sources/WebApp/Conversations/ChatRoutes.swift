import Foundation
import Hummingbird
import MaintenanceAPI
import RelayAPI

/// Alice and the agent.
struct ChatRoutes {
    let people: People
    let conversations: Conversations

    func add(to router: Router<BasicRequestContext>) {
        router.post("/api/chat", use: ask)
        router.post("/api/chat/cancel", use: cancel)
        router.get("/api/chat/history", use: history)
    }

    @Sendable
    private func ask(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let question = try await request.json(Question.self)
        let reply = try await conversations.ask(question.prompt, requestID: question.requestID)
        return try jsonResponse(Answer(requestID: question.requestID, reply: reply))
    }

    /// Answers 204 when the agent has been told, or will be as soon as it can be reached.
    @Sendable
    private func cancel(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try await conversations.cancel(request.json(Cancellation.self).requestId)
        return Response(status: .noContent)
    }

    @Sendable
    private func history(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let query = request.uri.queryParameters
        let page = try await people.chatHistory(
            before: query.integer("before"), limit: query.integer("limit", in: 1...500) ?? 100)
        return try jsonResponse(page)
    }
}

/// The body of `POST /api/chat`: a prompt, and the id under which its progress will be reported.
private struct Question: Decodable {
    let prompt: ChatPrompt
    let requestID: UUID

    private enum CodingKeys: String, CodingKey { case prompt, requestId }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let text = try fields.decode(String.self, forKey: .prompt)
        try checkText(text, field: "prompt", maxByteCount: ChatPrompt.maxTextByteCount)
        prompt = ChatPrompt(text: text)
        requestID = try fields.decodeIfPresent(UUID.self, forKey: .requestId) ?? UUID()
    }
}

/// The body of `POST /api/chat/cancel`.
private struct Cancellation: Decodable {
    let requestId: UUID
}

/// What `POST /api/chat` answers.
private struct Answer: Encodable {
    let requestID: UUID
    let reply: ChatReply

    private enum CodingKeys: String, CodingKey { case requestId, reply }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(requestID, forKey: .requestId)
        try fields.encode(reply.text, forKey: .reply)
        try WebAnswer(reply).encode(to: encoder)
    }
}

/// - Throws: `InvalidValue` where a person wrote nothing, or more than fits.
func checkText(_ text: String, field: String, maxByteCount: Int) throws(InvalidValue) {
    guard text.contains(where: { !$0.isWhitespace }) else {
        throw InvalidValue(field, "must not be empty")
    }
    guard text.utf8.count <= maxByteCount else {
        throw InvalidValue(field, "must be at most \(maxByteCount) bytes of UTF-8, is \(text.utf8.count)")
    }
}
