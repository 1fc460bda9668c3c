import Foundation
import Hummingbird
import MaintenanceAPI
import RelayAPI

/// Alice and Bob.
struct DirectMessageRoutes {
    let people: People
    let conversations: Conversations

    func add(to router: Router<BasicRequestContext>) {
        router.post("/api/e2ee/send", use: send)
        router.get("/api/e2ee/pull", use: pull)
    }

    @Sendable
    private func send(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let letter = try await request.json(Letter.self)
        let sender = try people.person(named: letter.from)
        guard try people.person(named: letter.to) != sender else {
            throw InvalidValue("to", "must be somebody else than the sender")
        }
        return try jsonResponse(
            await conversations.tell(UserChat(text: letter.text), from: sender, id: letter.id ?? UUID()))
    }

    /// With `after`, what came since; with `last`, the newest.
    @Sendable
    private func pull(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let query = request.uri.queryParameters
        guard let name = query["user"] else { throw InvalidValue("user", "is missing") }
        let person = try people.person(named: String(name))
        let after = try query.integer("after", in: 0...Int64.max) ?? 0
        if let count = try query.integer("last", in: 1...500) {
            return try jsonResponse(await people.newestDirectMessages(of: person, count: count))
        }
        return try jsonResponse(await people.directMessages(of: person, after: after))
    }
}

/// The body of `POST /api/e2ee/send`; with an id, sending it again is harmless.
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
