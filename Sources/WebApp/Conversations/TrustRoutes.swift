import Foundation
import HTTP
import HTTPEdge
import MaintenanceAPI
import Networking
import Values

/// The messages held under unapproved keys, and a person's decisions about them.
struct TrustRoutes: Sendable {
    let people: People

    func add(to router: inout Router) {
        router.get("/api/e2ee/held", held)
        router.post("/api/e2ee/held", respond: decide)
    }

    private func held(_ request: RoutedRequest) async throws -> WebHeld {
        guard let name = request.query["user"] else { throw InvalidValue("user", "is missing") }
        return try await people.held(of: people.person(named: name))
    }

    /// Responds with 204 once the decision is carried out.
    private func decide(_ request: RoutedRequest) async throws -> ServerResponse {
        let decision = try await request.labelledJSON(Decision.self)
        let mailbox = people.mailbox(of: try people.person(named: decision.user))
        // The number that the person saw names the key: another one may have come since.
        let isKnown = try await mailbox.unapprovedKeys().contains {
            $0.peer == decision.peer && $0.safetyNumber == decision.safetyNumber
        }
        guard isKnown else {
            throw Problem(
                status: 404, code: .unknownKey, title: "no unapproved key has this safety number",
                detail: "Nothing was changed. Read again what is held.")
        }
        switch decision.decision {
        case .approve: try await mailbox.approve(decision.peer, safetyNumber: decision.safetyNumber)
        case .reject: try await mailbox.reject(decision.peer, safetyNumber: decision.safetyNumber)
        }
        return .noContent
    }
}

/// The body of `POST /api/e2ee/held`.
private struct Decision: Decodable {
    enum Kind: String, Decodable { case approve, reject }

    let user: String
    let peer: IdentityID
    /// 60 digits, as they were shown.
    let safetyNumber: String
    let decision: Kind
}

/// What is held for a person.
struct WebHeld: Encodable {
    struct Key: Encodable {
        let peer: IdentityID
        /// 60 digits.
        let safetyNumber: String
        /// Milliseconds since 1970.
        let firstSeenAt: Int64
        /// Oldest first; each with the trust `unapproved`.
        let messages: [WebMessage]
    }

    let keys: [Key]
}

/// How much is held for a person.
struct WebHeldCount: Hashable, Sendable, Encodable {
    let keys: Int
    let messages: Int

    static let none = WebHeldCount(keys: 0, messages: 0)
}

/// How much is held for each person.
struct WebHeldCounts: Hashable, Sendable, Encodable {
    let alice: WebHeldCount
    let bob: WebHeldCount
}

extension People {
    func held(of person: Person) async throws -> WebHeld {
        let mailbox = mailbox(of: person)
        let messages = try await mailbox.heldMessages()
        let keys = try await mailbox.unapprovedKeys().map { key in
            WebHeld.Key(
                peer: key.peer, safetyNumber: key.safetyNumber, firstSeenAt: key.firstSeenAt.milliseconds,
                messages: messages.compactMap { held in
                    guard held.sender == key.peer, held.key?.identityKey == key.identityKey else {
                        return nil
                    }
                    return WebMessage(
                        held.message, user: person, id: held.id, direction: .received,
                        from: held.sender.description, to: mailbox.owner.description, at: held.receivedAt,
                        trust: held.key?.standing)
                })
        }
        return WebHeld(keys: keys)
    }

    func heldCount(of person: Person) async throws -> WebHeldCount {
        let keys = try await mailbox(of: person).unapprovedKeys()
        return WebHeldCount(keys: keys.count, messages: keys.reduce(0) { $0 + $1.heldCount })
    }
}
