import Foundation
import HTTP
import MaintenanceAPI
import Networking
import RelayAPI
import TestSupport
import Testing

@testable import WebApp

/// What the web makes of messages under keys that nobody has approved.
struct HeldTests {
    private struct Held: Decodable {
        struct Key: Decodable {
            let peer: String
            let safetyNumber: String
            let firstSeenAt: Int64
            let messages: [Message]
        }

        struct Message: Decodable {
            let user: String
            let from: String
            let text: String
            let trust: String?
        }

        let keys: [Key]
    }

    private struct Page: Decodable {
        let messages: [Held.Message]
    }

    private struct Counts: Decodable, Equatable {
        struct Count: Decodable, Equatable {
            let keys, messages: Int
        }

        let alice, bob: Count
    }

    private let first = String(repeating: "0123456789", count: 6)
    private let second = String(repeating: "9876543210", count: 6)

    /// Alice holds two messages of Bob and one of the agent's name, under two keys.
    private func fixture() throws -> Fixture {
        let fixture = try Fixture()
        for text in ["one", "two"] {
            fixture.alice.hold(
                TypedMessage(.userChat(UserChat(text: text))), from: fixture.bob.owner, safetyNumber: first)
        }
        fixture.alice.hold(
            TypedMessage(.chatReply(Fixture.echo(ChatPrompt(text: "nothing")))), from: fixture.agent.owner,
            safetyNumber: second)
        return fixture
    }

    private func decision(_ decision: String, peer: String = "bob", number: String) -> String {
        #"{"user":"alice","peer":"\#(peer)","safetyNumber":"\#(number)","decision":"\#(decision)"}"#
    }

    @Test func heldMessagesAreShownApartAndMarked() async throws {
        try await fixture().live { web in
            let held = try await web.get("/api/e2ee/held?user=alice").json(Held.self)
            #expect(held.keys.map(\.peer) == ["bob", "sysmaint"])
            #expect(held.keys.map(\.safetyNumber) == [first, second])
            #expect(held.keys.map { $0.messages.count } == [2, 1])
            #expect(held.keys[0].messages.map(\.text) == ["one", "two"])
            #expect(
                held.keys.flatMap(\.messages).allSatisfy { $0.trust == "unapproved" && $0.user == "alice" })
            #expect(try await web.get("/api/e2ee/held?user=bob").json(Held.self).keys.isEmpty)
            // No other view has them.
            #expect(try await web.get("/api/e2ee/pull?user=alice").json(Page.self).messages.isEmpty)
            #expect(try await web.get("/api/chat/history").json(Page.self).messages.isEmpty)
        }
    }

    @Test func everyPageLearnsHowMuchIsHeld() async throws {
        let fixture = try fixture()
        try await fixture.live { web in
            var events = try await web.events()
            func counts(keys: Int) async throws -> Counts.Count? {
                while let event = try await events.next(named: "held") {
                    let counts = try JSONDecoder().decode(Counts.self, from: Data(event.data.utf8))
                    if counts.alice.keys == keys { return counts.alice }
                }
                return nil
            }
            #expect(try await counts(keys: 2)?.messages == 3)
            #expect(try await web.post("/api/e2ee/held", decision("reject", number: first)).status == 204)
            #expect(try await counts(keys: 1)?.messages == 1)
        }
    }

    @Test func approvalDeliversWhatIsHeld() async throws {
        try await fixture().live { web in
            #expect(try await web.post("/api/e2ee/held", decision("approve", number: first)).status == 204)
            let page = try await web.get("/api/e2ee/pull?user=alice").json(Page.self)
            #expect(page.messages.map(\.text) == ["one", "two"])
            let held = try await web.get("/api/e2ee/held?user=alice").json(Held.self)
            #expect(held.keys.map(\.safetyNumber) == [second])
        }
    }

    @Test func rejectionDeletesWhatIsHeld() async throws {
        try await fixture().live { web in
            #expect(try await web.post("/api/e2ee/held", decision("reject", number: first)).status == 204)
            #expect(try await web.get("/api/e2ee/pull?user=alice").json(Page.self).messages.isEmpty)
            // Once only.
            let again = try await web.post("/api/e2ee/held", decision("reject", number: first))
            #expect(again.status == 404)
            #expect(again.problem == "unknown_key")
        }
    }

    @Test func decisionsNameTheKeyThatWasSeen() async throws {
        try await fixture().live { web in
            let zeros = String(repeating: "0", count: 60)
            for (body, status) in [
                (decision("approve", number: zeros), 404),
                (decision("approve", peer: "carol", number: first), 404),
                (decision("approve", peer: "sysmaint", number: first), 404),
                (decision("maybe", number: first), 400),
                (decision("approve", peer: "No", number: first), 400),
                (#"{"user":"alice","peer":"bob","decision":"approve"}"#, 400), ("{}", 400),
            ] {
                let response = try await web.post("/api/e2ee/held", body)
                #expect(response.status == status, "\(body)")
                #expect(response.problem != nil)
            }
            for query in ["", "?user=carol"] {
                #expect(try await web.get("/api/e2ee/held" + query).problem != nil)
            }
            #expect(try await web.get("/api/e2ee/held?user=alice").json(Held.self).keys.count == 2)
        }
    }
}
