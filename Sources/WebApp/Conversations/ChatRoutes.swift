import Foundation
import HTTP
import HTTPEdge
import MaintenanceAPI
import Networking
import Values

/// Conversations between Alice and the agent.
struct ChatRoutes: Sendable {
    let people: People
    let conversations: Conversations

    func add(to router: inout Router) {
        router.post("/api/chat", ask)
        router.post("/api/chat/cancel", respond: cancel)
        router.get("/api/chat/history", history)
    }

    private func ask(_ request: RoutedRequest) async throws -> Answer {
        let question = try await request.labelledJSON(Question.self)
        let reply = try await conversations.ask(question.prompt, requestID: question.requestID)
        return Answer(requestID: question.requestID, reply: reply)
    }

    /// Responds with 204 once the cancellation is sent or queued for the agent.
    private func cancel(_ request: RoutedRequest) async throws -> ServerResponse {
        try await conversations.cancel(request.labelledJSON(Cancellation.self).requestId)
        return .noContent
    }

    private func history(_ request: RoutedRequest) async throws -> MessagePage {
        let query = request.query
        return try await people.chatHistory(
            before: query.integer("before"), limit: query.integer("limit", in: 1...500) ?? 100)
    }
}

/// The body of `POST /api/chat`: a prompt, and the id under which its progress is reported.
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

/// The response of `POST /api/chat`.
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

/// - Throws: `InvalidValue` if the text is blank or too long.
func checkText(_ text: String, field: String, maxByteCount: Int) throws(InvalidValue) {
    guard text.contains(where: { !$0.isWhitespace }) else {
        throw InvalidValue(field, "must not be empty")
    }
    guard text.utf8.count <= maxByteCount else {
        throw InvalidValue(field, "must be at most \(maxByteCount) bytes of UTF-8, is \(text.utf8.count)")
    }
}
