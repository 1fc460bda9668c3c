import Foundation
import HTTP
import HTTPEdge
import MaintenanceAPI
import Networking
import QRCode
import Values

/// The visible side of encryption: envelopes, ratchet progress, safety numbers.
struct EncryptionRoutes: Sendable {
    let people: People

    func add(to router: inout Router) {
        router.get("/api/e2ee/envelope", envelope)
        router.get("/api/e2ee/session", session)
    }

    /// The envelopes of a user's message; 404 once they are no longer known.
    private func envelope(_ request: RoutedRequest) async throws -> Envelopes {
        let query = request.query
        let person = try person(query)
        guard let id = query["id"].flatMap({ UUID(uuidString: $0) }) else {
            throw InvalidValue("id", "must be the UUID of a message")
        }
        let messages = try await people.mailbox(of: person).sealedMessages(id)
        guard !messages.isEmpty else {
            throw Problem(
                status: 404, code: .notFound, title: "the envelope is no longer kept",
                detail: "Only envelopes of recent messages since the server's start are kept.")
        }
        return Envelopes(envelopes: messages)
    }

    /// A user's sessions with a peer: `agent`, or by default the other person.
    private func session(_ request: RoutedRequest) async throws -> Sessions {
        let query = request.query
        let person = try person(query)
        let peer =
            query["peer"] == "agent" ? people.agent : people.mailbox(of: person.other).owner
        let mailbox = people.mailbox(of: person)
        return try await Sessions(
            peer: peer, sessions: mailbox.sessions(with: peer),
            safety: mailbox.safetyCode(with: peer).map(ShownSafetyCode.init))
    }

    private func person(_ query: Query) throws -> Person {
        guard let name = query["user"] else { throw InvalidValue("user", "is missing") }
        return try people.person(named: name)
    }
}

private struct Envelopes: Encodable {
    let envelopes: [SealedMessage]
}

private struct Sessions: Encodable {
    let peer: IdentityID
    let sessions: [SessionFigures]
    let safety: ShownSafetyCode?
}

/// A safety number as digits and as a code to scan.
private struct ShownSafetyCode: Encodable {
    struct Code: Encodable {
        let size: Int
        /// The `d` attribute of an SVG path.
        let path: String
    }

    let digits: String
    let awaitsApproval: Bool
    let code: Code?

    init(_ safety: SafetyCode) {
        digits = safety.digits
        awaitsApproval = safety.awaitsApproval
        code = QRCode(safety.scannable.bytes).map { Code(size: $0.size, path: $0.svgPath) }
    }
}
