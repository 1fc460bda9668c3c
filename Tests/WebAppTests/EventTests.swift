import Foundation
import HTTP
import HTTPEdge
import Logging
import MaintenanceAPI
import Networking
import TestSupport
import Testing

@testable import WebApp

struct EventRingTests {
    @Test func replaysExactlyWhatWasMissed() {
        var ring = EventRing(run: "a", capacity: 3)
        #expect(ring.position == "a-0")
        #expect(ring.events(after: "a-0")?.isEmpty == true)
        for number in 1...5 { _ = ring.append(name: "message", data: "\(number)") }
        #expect(ring.events(after: "a-5")?.map(\.data) == [])
        #expect(ring.events(after: "a-4")?.map(\.data) == ["5"])
        #expect(ring.events(after: "a-2")?.map(\.data) == ["3", "4", "5"])
        #expect(ring.events(after: "a-1") == nil)
    }

    @Test(arguments: ["", "a", "a-", "a-x", "a--1", "a-6", "b-3", "a-3-1", "-", "a-99999999999999999999"])
    func foreignIDsAreUnknown(_ id: String) {
        var ring = EventRing(run: "a", capacity: 3)
        for number in 1...5 { _ = ring.append(name: "message", data: "\(number)") }
        #expect(ring.events(after: id) == nil)
    }
}

struct EventHubTests {
    private let hub = EventHub(logger: .silent)

    @Test func newestStateComesFirstToEveryClient() async throws {
        for age in 1...3 {
            hub.publish(.status(ScriptedStatus.reading(takenAt: Int64(age), age: Double(age))))
        }
        var events = try hub.subscribe(after: nil).stream.makeAsyncIterator()
        #expect(
            await events.next()?.contains("event: hello\ndata: {\"hasLogin\":false,\"resumed\":false") == true
        )
        #expect(await events.next()?.contains("\"takenAt\":3") == true)
    }

    @Test func slowClientsAreCutOff() async throws {
        let subscription = try hub.subscribe(after: nil)
        #expect(hub.subscriberCount == 1)
        for _ in 0..<600 { hub.heartbeat() }
        #expect(hub.subscriberCount == 0)
        var received = 0
        for await _ in subscription.stream { received += 1 }
        #expect(received == 512)
    }
}

struct EventStreamTests {
    private struct Message: Decodable {
        var user: String
        var text: String
        var kind: String
        var requestId: UUID?
    }

    @Test func streamTellsOfStatusMessagesAndProgress() async throws {
        var fixture = try Fixture()
        fixture.configuration.statusInterval = .milliseconds(20)
        let (status, served) = (fixture.status, fixture)
        try await served.withAgent(progress: [ChatProgress(event: .toolStarted, tool: "get_current_status")])
        {
            try await served.live { web in
                var events = try await web.events()
                #expect(try await events.next()?.name == "hello")
                #expect(
                    try await events.next(named: "telemetry")?.data.contains(#""state":"waiting""#) == true)

                status.set(ScriptedStatus.reading(takenAt: 1_700_000_000_000, age: 3))
                #expect(
                    try await events.next(named: "status")?.data.contains(#""takenAt":1700000000000"#) == true
                )
                #expect(try await events.next(named: "telemetry")?.data.contains(#""state":"live""#) == true)
                status.set(ScriptedStatus.reading(takenAt: 1_700_000_000_000, age: 300))
                #expect(try await events.next(named: "telemetry")?.data.contains(#""state":"stale""#) == true)
                status.setUnreadable(true)
                #expect(
                    try await events.next(named: "telemetry")?.data.contains(#""state":"unavailable""#)
                        == true)

                let requestID = UUID()
                let asked = try await web.post(
                    "/api/chat", #"{"prompt":"hi","requestId":"\#(requestID)"}"#)
                #expect(asked.status == 200)
                var seen: [String] = []
                while seen.last != "chat.reply", let event = try await events.next() {
                    let isNumbered = ["message", "delivery"].contains(event.name)
                    #expect((event.id != nil) == isNumbered)
                    guard event.name == "message" else {
                        if event.name == "progress" { seen.append("progress") }
                        continue
                    }
                    let message = try JSONDecoder().decode(Message.self, from: Data(event.data.utf8))
                    #expect(message.requestId == requestID)
                    seen.append(message.kind)
                }
                #expect(Set(seen) == ["chat.prompt", "progress", "chat.reply"])
                #expect(seen.last == "chat.reply")
            }
        }
    }

    @Test func lostStreamGoesOnWhereItEnded() async throws {
        let fixture = try Fixture()
        let (alice, bob) = (fixture.alice, fixture.bob)
        let say: @Sendable (String) async throws -> Void = { text in
            try await bob.send(TypedMessage(.userChat(UserChat(text: text))), to: alice.owner)
        }
        try await fixture.live { web in
            var first = try await web.events()
            try await say("one")
            let last = try #require(try await first.next(named: "message"))
            #expect(last.data.contains(#""text":"one""#))
            try await say("two")
            try await say("three")
            _ = try await first.next(named: "message")
            _ = try await first.next(named: "message")

            var second = try await web.events(after: last.id)
            #expect(try await second.next()?.data.contains(#""resumed":true"#) == true)
            #expect(try await second.next(named: "message")?.data.contains(#""text":"two""#) == true)
            #expect(try await second.next(named: "message")?.data.contains(#""text":"three""#) == true)

            var stranger = try await web.events(after: "other-1")
            #expect(try await stranger.next()?.data.contains(#""resumed":false"#) == true)
        }
    }

    /// A client that goes away is forgotten at once, not at the next event.
    @Test(.timeLimit(.minutes(15)))
    func closedStreamsAreForgotten() async throws {
        let hub = EventHub(logger: .silent)
        try await Self.serve(hub) { web in
            do {
                var events = try await web.events()
                #expect(try await events.next()?.name == "hello")
                #expect(hub.subscriberCount == 1)
            }
            while hub.subscriberCount > 0 { await Task.yield() }
        }
    }

    /// Of what a client does not read, no more is kept for it than a part.
    @Test(.timeLimit(.minutes(15)))
    func streamsThatNobodyReadsAreCutOff() async throws {
        let hub = EventHub(logger: .silent)
        let text = String(repeating: "a", count: 16 * 1024)
        let message = try #require(
            WebMessage(
                TypedMessage(.userChat(UserChat(text: text))), user: .alice, id: UUID(), direction: .received,
                from: "bob", to: "alice", at: Date()))
        try await Self.serve(hub) { web in
            let slow = try RawConnection(port: web.port)
            try await slow.send(
                "GET /api/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(await slow.receive() != nil)
            for _ in 0..<2000 where hub.subscriberCount > 0 { hub.publish(.message(message)) }
            #expect(hub.subscriberCount == 0)
            // What was on its way comes, and then the end.
            var byteCount = 0
            while let piece = await slow.receive() { byteCount += piece.count }
            #expect(byteCount < 2000 * text.utf8.count)
        }
    }

    private static func serve(_ hub: EventHub, _ body: (LiveWeb) async throws -> Void) async throws {
        var router = Router()
        EventRoutes(events: hub, gate: Gate(token: nil)).add(to: &router)
        let edge = Edge(router: router, server: "web", maxBodyByteCount: 0, logger: .silent)
        var configuration = ServerConfiguration()
        configuration.port = 0
        let server = HTTPServer(configuration: configuration, failure: edge.failure, respond: edge.respond)
        try await body(LiveWeb(port: server.start()))
        await server.shutdown(grace: .zero)
    }

    @Test func idleStreamsShowThatTheyAreAlive() async throws {
        var fixture = try Fixture()
        fixture.configuration.heartbeatInterval = .milliseconds(20)
        try await fixture.live { web in
            var events = try await web.events()
            #expect(try await events.next(named: "heartbeat") != nil)
        }
    }

    @Test func messagesAreMarkedAsHandled() async throws {
        let fixture = try Fixture()
        let (alice, bob) = (fixture.alice, fixture.bob)
        try await fixture.live { web in
            var events = try await web.events()
            let first = try await bob.send(TypedMessage(.userChat(UserChat(text: "one"))), to: alice.owner)
            _ = try await bob.send(TypedMessage(.userChat(UserChat(text: "two"))), to: alice.owner)
            // The second is read only after the first was dealt with.
            _ = try await events.next(named: "message")
            _ = try await events.next(named: "message")
            #expect(alice.handledIDs.contains(first))
        }
    }
}
