import Foundation
import HTTP
import HTTPEdge
import MaintenanceAPI
import Networking
import Values

/// Direct messages between Alice and Bob.
struct DirectMessageRoutes: Sendable {
    let people: People
    let conversations: Conversations

    func add(to router: inout Router) {
        router.post("/api/e2ee/send", send)
        router.get("/api/e2ee/pull", pull)
    }

    private func send(_ request: RoutedRequest) async throws -> WebMessage? {
        let letter = try await request.labelledJSON(Letter.self)
        let sender = try people.person(named: letter.from)
        guard try people.person(named: letter.to) != sender else {
            throw InvalidValue("to", "must not be the sender")
        }
        return try await conversations.tell(
            UserChat(text: letter.text), from: sender, id: letter.id ?? UUID())
    }

    /// With `after`, the messages since then; with `last`, the newest.
    private func pull(_ request: RoutedRequest) async throws -> MessagePage {
        let query = request.query
        guard let name = query["user"] else { throw InvalidValue("user", "is missing") }
        let person = try people.person(named: name)
        let after = try query.integer("after", in: 0...Int64.max) ?? 0
        if let count = try query.integer("last", in: 1...500) {
            return try await people.newestDirectMessages(of: person, count: count)
        }
        return try await people.directMessages(of: person, after: after)
    }
}

/// The body of `POST /api/e2ee/send`; with an id, it is safe to send it again.
private struct Letter: Decodable {
    let from: String
    let to: String
    let text: String
    let id: UUID?

    private enum CodingKeys: String, CodingKey { case from, to, text, id }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        from = try fields.decode(String.self, forKey: .from)
        to = try fields.decode(String.self, forKey: .to)
        text = try fields.decode(String.self, forKey: .text)
        id = try fields.decodeIfPresent(UUID.self, forKey: .id)
        try checkText(text, field: "text", maxByteCount: UserChat.maxTextByteCount)
    }
}
