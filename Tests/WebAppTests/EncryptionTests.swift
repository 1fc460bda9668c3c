import Foundation
import HTTP
import MaintenanceAPI
import Networking
import RelayAPI
import TestSupport
import Testing

@testable import WebApp

struct EncryptionTests {
    private struct Envelopes: Decodable {
        let envelopes: [SealedMessage]
    }

    private struct Sessions: Decodable {
        struct Safety: Decodable {
            struct Code: Decodable {
                let size: Int
                let path: String
            }

            let digits: String
            let code: Code
        }

        let peer: String
        let sessions: [SessionFigures]
        let safety: Safety
    }

    @Test func messagesAreShownAsTheyTravelled() async throws {
        let fixture = try Fixture()
        let id = try await fixture.alice.send(
            TypedMessage(.userChat(UserChat(text: "hello"))), to: fixture.bob.owner)
        try await fixture.live { web in
            for user in ["alice", "bob"] {
                let shown = try await web.get("/api/e2ee/envelope?user=\(user)&id=\(id)").json(
                    Envelopes.self)
                #expect(shown.envelopes.map(\.envelope.messageId) == [id])
                #expect(shown.envelopes.map(\.envelope.senderId.description) == ["alice"])
            }
        }
    }

    @Test(arguments: [
        ("user=alice&id=\(UUID())", 404), ("user=carol&id=\(UUID())", 404), ("user=alice", 400),
        ("user=alice&id=x", 400),
        ("id=\(UUID())", 400),
    ])
    func unknownEnvelopesAreProblems(_ query: String, _ status: Int) async throws {
        try await Fixture().live { web in
            let response = try await web.get("/api/e2ee/envelope?" + query)
            #expect(response.status == status)
            #expect(response.problem != nil)
        }
    }

    @Test(arguments: [("user=alice", "bob"), ("user=alice&peer=agent", "sysmaint"), ("user=bob", "alice")])
    func sessionsAndSafetyNumbersAreShown(_ query: String, _ peer: String) async throws {
        try await Fixture().live { web in
            let shown = try await web.get("/api/e2ee/session?" + query).json(Sessions.self)
            #expect(shown.peer == peer)
            #expect(shown.sessions.first?.postQuantumEpoch == 4)
            #expect(shown.safety.digits.count == 60)
            #expect(shown.safety.code.size == 37)
            #expect(shown.safety.code.path.hasPrefix("M0 0h7v1h-7z"))
        }
    }
}
