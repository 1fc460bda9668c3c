import Foundation
import HTTP
import MaintenanceAPI
import Networking
import RelayAPI
import TestSupport
import Testing

@testable import WebApp

struct DirectMessageTests {
    private struct Page: Decodable {
        struct Message: Decodable {
            var id: UUID
            var user: String
            var from: String
            var to: String
            var text: String
            var direction: String
            var delivery: String?
        }

        var messages: [Message]
        var cursor: Int64
        var hasMore: Bool
    }

    @Test func messagesReachTheOtherPersonOnce() async throws {
        try await Fixture().live { web in
            let id = UUID()
            let body = #"{"from":"alice","to":"bob","text":"hello Bob","id":"\#(id)"}"#
            for _ in 0..<2 {
                let sent = try await web.post("/api/e2ee/send", body)
                #expect(sent.status == 200)
                #expect(try sent.json(Page.Message.self).id == id)
            }
            let page = try await web.get("/api/e2ee/pull?user=bob").json(Page.self)
            #expect(page.messages.map(\.text) == ["hello Bob"])
            #expect(page.messages.map(\.id) == [id])
            #expect(page.messages.first?.from == "alice")
            #expect(page.messages.first?.direction == "received")
            let own = try await web.get("/api/e2ee/pull?user=alice&last=10").json(Page.self)
            #expect(own.messages.first?.direction == "sent")
            #expect(own.messages.first?.delivery == "onDevice")
        }
    }

    @Test func pullGoesOnAtTheCursor() async throws {
        try await Fixture().live { web in
            _ = try await web.post("/api/e2ee/send", #"{"from":"bob","to":"alice","text":"one"}"#)
            let first = try await web.get("/api/e2ee/pull?user=alice").json(Page.self)
            _ = try await web.post("/api/e2ee/send", #"{"from":"bob","to":"alice","text":"two"}"#)
            let second = try await web.get("/api/e2ee/pull?user=alice&after=\(first.cursor)").json(
                Page.self)
            #expect(second.messages.map(\.text) == ["two"])
            #expect(!second.hasMore)
            let nothing = try await web.get("/api/e2ee/pull?user=alice&after=\(second.cursor)").json(
                Page.self)
            #expect(nothing.messages.isEmpty)
            #expect(nothing.cursor == second.cursor)
        }
    }

    /// A long talk with the agent between two direct messages does not hide the second.
    @Test func pullLooksPastOtherMessages() async throws {
        let fixture = try Fixture()
        for number in 0..<450 {
            try await fixture.alice.send(
                TypedMessage(.chatPrompt(ChatPrompt(text: "\(number)"))), to: fixture.agent.owner)
        }
        try await fixture.bob.send(TypedMessage(.userChat(UserChat(text: "found"))), to: fixture.alice.owner)
        try await fixture.live { web in
            let page = try await web.get("/api/e2ee/pull?user=alice").json(Page.self)
            #expect(page.messages.map(\.text) == ["found"])
        }
    }

    @Test(arguments: [
        (#"{"from":"alice","to":"bob"}"#, 400, "invalid_request"),
        (#"{"from":"alice","to":"bob","text":"  "}"#, 400, "invalid_request"),
        (#"{"from":"alice","to":"alice","text":"x"}"#, 400, "invalid_request"),
        (#"{"from":"mallory","to":"bob","text":"x"}"#, 404, "unknown_user"),
        (#"{"from":"alice","to":"sysmaint","text":"x"}"#, 404, "unknown_user"),
        (#"{"from":"alice","to":"bob","text":"x","id":"7"}"#, 400, "invalid_request"),
    ])
    func badMessagesAreRefused(_ body: String, _ status: Int, _ code: String) async throws {
        try await Fixture().live { web in
            let response = try await web.post("/api/e2ee/send", body)
            #expect(response.status == status)
            #expect(response.problem == code)
        }
    }

    @Test func textsAreBounded() async throws {
        try await Fixture().live { web in
            let longest = String(repeating: "a", count: UserChat.maxTextByteCount)
            let fits = try await web.post(
                "/api/e2ee/send", #"{"from":"bob","to":"alice","text":"\#(longest)"}"#)
            #expect(fits.status == 200)
            let long = try await web.post(
                "/api/e2ee/send", #"{"from":"bob","to":"alice","text":"\#(longest)a"}"#)
            #expect(long.problem == "invalid_request")
        }
    }

    @Test(arguments: [
        ("", 400), ("?user=mallory", 404), ("?user=alice&after=-1", 400), ("?user=alice&after=x", 400),
        ("?user=alice&last=0", 400), ("?user=alice&last=501", 400),
    ])
    func badPullsAreRefused(_ query: String, _ status: Int) async throws {
        try await Fixture().live { web in
            let response = try await web.get("/api/e2ee/pull" + query)
            #expect(response.status == status)
            #expect(response.problem != nil)
        }
    }

    /// The web is the application of both people, so it is the one to confirm.
    @Test func arrivalIsConfirmedToTheSender() async throws {
        let fixture = try Fixture()
        let stranger = try fixture.office.mailbox(of: "carol")
        let id = UUID()
        try await fixture.live { web in
            var events = try await web.events()
            _ = try await events.next()
            try await stranger.send(
                TypedMessage(.userChat(UserChat(text: "hello"))), to: fixture.bob.owner, class: .durable,
                id: id)
            _ = try await events.next(named: "message")
            var confirmations = stranger.incoming().makeAsyncIterator()
            let confirmation = await confirmations.next()
            #expect(confirmation?.message.payload == .receipt(Receipt(messageIds: [id])))
        }
    }

    @Test(arguments: [HistoryEntry.Delivery.onRelay, .onDevice, .failed])
    func pagesLearnHowFarAMessageHasCome(_ delivery: HistoryEntry.Delivery) async throws {
        var fixture = try Fixture()
        fixture.stuckAlice = try StuckMailbox(
            owner: "alice", delivery: delivery, failure: "nobody has this name")
        try await fixture.live { web in
            var events = try await web.events()
            let body = #"{"from":"alice","to":"bob","text":"hi","id":"6F1C2A2E-1D4B-4A55-9A3E-0F8F6F0A1B2C"}"#
            let sent = try await web.post("/api/e2ee/send", body)
            #expect(sent.status == 200)
            let event = try #require(try await events.next(named: "delivery"))
            #expect(event.data.contains(#""delivery":"\#(delivery.rawValue)""#))
            #expect(event.data.contains(#""id":"6F1C2A2E-1D4B-4A55-9A3E-0F8F6F0A1B2C""#))
            #expect(event.id != nil)
        }
    }
}
