import Foundation
import RelayAPI
import SystemSupport
import TestSupport

/// The web's conversations as its API gives them.
struct Conversation: Decodable, Sendable {
    struct Message: Decodable, Sendable {
        let id: UUID
        let kind: String
        let direction: String
        let from: String
        let text: String
        let requestId: UUID?
    }

    let messages: [Message]

    static func withTheAgent(at web: String) async throws -> [Message] {
        try await Web.get("\(web)/api/chat/history?limit=500").decoded(as: Conversation.self).messages
    }

    /// What Bob and Alice wrote to each other, as one of them has it.
    static func between(_ user: String, at web: String) async throws -> [Message] {
        try await Web.get("\(web)/api/e2ee/pull?user=\(user)").decoded(as: Conversation.self).messages
    }

    /// Sends as Alice to Bob.
    static func tellBob(_ text: String, at web: String) async throws {
        let body = try JSONEncoder().encode(["from": "alice", "to": "bob", "text": text])
        let answer = try await Web.post("\(web)/api/e2ee/send", json: String(decoding: body, as: UTF8.self))
        guard answer.status == 200 else {
            throw Unexpected("\(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
    }
}
