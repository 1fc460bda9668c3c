import Foundation
import HTTP
import MaintenanceAPI
import Networking
import RelayAPI
import TestSupport
import Testing

@testable import WebApp

struct ChatTests {
    private struct Answer: Decodable {
        var requestId: UUID
        var reply: String
        var outcome: String
        var answeredBy: String
        var evidence: [Evidence]
        var unbackedFigures: [String]
        var usage: TokenUsage?
        var elapsedMilliseconds: Int
    }

    private struct Page: Decodable {
        struct Message: Decodable {
            var kind: String
            var text: String
            var direction: String
            var requestId: UUID?
            var cursor: Int64
        }

        var messages: [Message]
        var cursor: Int64
        var hasMore: Bool
    }

    @Test func answerCarriesEverythingTheAgentSaid() async throws {
        let fixture = try Fixture()
        let requestID = UUID()
        try await fixture.withAgent {
            try await fixture.live { web in
                let response = try await web.post(
                    "/api/chat", #"{"prompt":"How is the system?","requestId":"\#(requestID)"}"#)
                #expect(response.status == 200)
                let answer = try response.json(Answer.self)
                #expect(answer.requestId == requestID)
                #expect(answer.reply == "You asked: How is the system?")
                #expect(answer.outcome == "answered")
                #expect(answer.answeredBy == "offline analyst")
                #expect(answer.evidence.map(\.tool) == ["get_current_status"])
                #expect(answer.unbackedFigures == ["42"])
                #expect(answer.usage?.promptTokens == 900)
                #expect(answer.elapsedMilliseconds == 1_200)
            }
        }
    }

    @Test func failedAnswersAreAnswers() async throws {
        let fixture = try Fixture()
        let failed = ChatReply(
            text: "the model cannot be reached", outcome: .failed, answeredBy: "gpt-4o-mini", usage: nil,
            evidence: [], unbackedFigures: [], elapsedMilliseconds: 30)
        try await fixture.withAgent(reply: { _ in failed }) {
            try await fixture.live { web in
                let answer = try await web.post("/api/chat", #"{"prompt":"x"}"#).json(Answer.self)
                #expect(answer.outcome == "failed")
                #expect(answer.usage == nil)
            }
        }
    }

    /// Nobody answers in time; the answer that comes later is in the history, and is given to who asks again.
    @Test func lateAnswersAreNotLost() async throws {
        var fixture = try Fixture()
        fixture.configuration.chatTimeout = .milliseconds(50)
        let (agent, alice) = (fixture.agent, fixture.alice)
        let requestID = UUID()
        let body = #"{"prompt":"slow","requestId":"\#(requestID)"}"#
        try await fixture.live { web in
            let late = try await web.post("/api/chat", body)
            #expect(late.status == 504)
            #expect(late.problem == "chat_timeout")
            let detail = try #require(try late.json(Problem.self).detail)
            #expect(detail.contains(requestID.uuidString))
            #expect(detail.contains("The agent has it"))

            try await agent.send(
                TypedMessage(.chatReply(Fixture.echo(ChatPrompt(text: "slow"))), requestId: requestID),
                to: alice.owner)
            let again = try await web.post("/api/chat", body)
            #expect(again.status == 200)
            #expect(try again.json(Answer.self).reply == "You asked: slow")

            let page = try await web.get("/api/chat/history").json(Page.self)
            #expect(page.messages.map(\.kind) == ["chat.prompt", "chat.reply"])
            #expect(page.messages.map(\.requestId) == [requestID, requestID])
        }
    }

    @Test(arguments: [
        (HistoryEntry.Delivery.queued, 504, "chat_timeout", "check that the relay is running"),
        (.onRelay, 504, "chat_timeout", "check that the agent is running"),
        (.onDevice, 504, "chat_timeout", "may still be working on it"),
        (.failed, 502, "delivery_failed", "nobody has this name"),
    ])
    func silenceIsExplained(
        _ delivery: HistoryEntry.Delivery, _ status: Int, _ code: String, _ reason: String
    ) async throws {
        var fixture = try Fixture()
        fixture.configuration.chatTimeout = .milliseconds(20)
        fixture.stuckAlice = try StuckMailbox(
            owner: "alice", delivery: delivery, failure: "nobody has this name")
        try await fixture.live { web in
            let response = try await web.post("/api/chat", #"{"prompt":"x"}"#)
            #expect(response.status == status)
            #expect(response.problem == code)
            #expect(try response.json(Problem.self).detail?.contains(reason) == true)
        }
    }

    /// The agent's word that it stopped is the answer for whoever waits.
    @Test func promptsCanBeCancelled() async throws {
        let fixture = try Fixture()
        let (agent, alice) = (fixture.agent, fixture.alice)
        let requestID = UUID()
        let cancelled = ChatReply(
            text: "Cancelled, as you asked.", outcome: .cancelled, answeredBy: "offline analyst", usage: nil,
            evidence: [], unbackedFigures: [], elapsedMilliseconds: 30)
        try await fixture.live { web in
            async let answer = web.post("/api/chat", #"{"prompt":"x","requestId":"\#(requestID)"}"#)
            var arrivals = agent.incoming().makeAsyncIterator()
            #expect(await arrivals.next()?.message.payload.kind == .chatPrompt)
            let told = try await web.post("/api/chat/cancel", #"{"requestId":"\#(requestID)"}"#)
            #expect(told.status == 204)
            let word = try #require(await arrivals.next())
            #expect(word.message == TypedMessage(.chatCancel, requestId: requestID))
            #expect(word.sender == alice.owner)
            try await agent.send(TypedMessage(.chatReply(cancelled), requestId: requestID), to: alice.owner)
            #expect(try await answer.text.contains(#""outcome":"cancelled""#))
        }
    }

    @Test(arguments: [
        (#"{"requestId":"6F1C2A2E-1D4B-4A55-9A3E-0F8F6F0A1B2C"}"#, 404, "not_found"),
        (#"{"requestId":"7"}"#, 400, "invalid_request"), ("{}", 400, "invalid_request"),
    ])
    func onlyPromptsThatWereAskedCanBeCancelled(_ body: String, _ status: Int, _ code: String) async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            let response = try await web.post("/api/chat/cancel", body)
            #expect(response.status == status)
            #expect(response.problem == code)
        }
        #expect(try await fixture.alice.history(after: 0, limit: 10).isEmpty)
    }

    @Test func historyOutlivesTheServer() async throws {
        let fixture = try Fixture()
        try await fixture.withAgent {
            try await fixture.live { web in
                let answer = try await web.post("/api/chat", #"{"prompt":"before"}"#)
                #expect(answer.status == 200)
            }
            try await fixture.live { web in
                let page = try await web.get("/api/chat/history").json(Page.self)
                #expect(page.messages.map(\.text) == ["before", "You asked: before"])
            }
        }
    }

    @Test func oneRequestIDBelongsToOnePrompt() async throws {
        let fixture = try Fixture()
        let requestID = UUID()
        try await fixture.withAgent {
            try await fixture.live { web in
                let first = try await web.post(
                    "/api/chat", #"{"prompt":"one","requestId":"\#(requestID)"}"#)
                #expect(first.status == 200)
                let other = try await web.post(
                    "/api/chat", #"{"prompt":"two","requestId":"\#(requestID)"}"#)
                #expect(other.status == 409)
                #expect(other.problem == "request_id_conflict")
            }
        }
        #expect(try await fixture.alice.history(after: 0, limit: 10).count == 2)
    }

    /// Bob, or anybody, may send Alice something that looks like an answer.
    @Test func answersOfOthersAreNotBelieved() async throws {
        var fixture = try Fixture()
        fixture.configuration.chatTimeout = .milliseconds(300)
        let (alice, bob, agent) = (fixture.alice, fixture.bob, fixture.agent)
        let forged = Fixture.echo(ChatPrompt(text: "forged"))
        let reader = Task {
            for await received in agent.incoming() {
                try await bob.send(
                    TypedMessage(.chatReply(forged), requestId: received.message.requestId), to: alice.owner)
            }
        }
        try await fixture.live { web in
            let response = try await web.post("/api/chat", #"{"prompt":"x"}"#)
            #expect(response.problem == "chat_timeout")
        }
        reader.cancel()
    }

    @Test(arguments: [
        ("", "invalid_json"), ("{", "invalid_json"), ("[]", "invalid_request"), ("{}", "invalid_request"),
        (#"{"prompt":7}"#, "invalid_request"), (#"{"prompt":null}"#, "invalid_request"),
        (#"{"prompt":""}"#, "invalid_request"), (#"{"prompt":" \n\t"}"#, "invalid_request"),
        (#"{"prompt":"x","requestId":"7"}"#, "invalid_request"),
    ])
    func badPromptsAreRefused(_ body: String, _ code: String) async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            let response = try await web.post("/api/chat", body)
            #expect(response.status == 400)
            #expect(response.problem == code)
        }
        #expect(try await fixture.alice.history(after: 0, limit: 10).isEmpty)
    }

    @Test func promptsAreBounded() async throws {
        let fixture = try Fixture()
        let longest = String(repeating: "é", count: ChatPrompt.maxTextByteCount / 2)
        try await fixture.withAgent {
            try await fixture.live { web in
                let fits = try await web.post("/api/chat", #"{"prompt":"\#(longest)"}"#)
                #expect(fits.status == 200)
                let long = try await web.post("/api/chat", #"{"prompt":"\#(longest)a"}"#)
                #expect(long.problem == "invalid_request")
            }
        }
    }

    @Test func tooManyWaitingPromptsAreRefused() async throws {
        let fixture = try Fixture()
        let count = Conversations.maxWaitingPrompts
        let agent = fixture.agent
        try await fixture.live { web in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<count {
                    group.addTask {
                        try await web.post("/api/chat", #"{"prompt":"\#(number)"}"#).status
                    }
                }
                var prompts: [ReceivedMessage] = []
                for await prompt in agent.incoming() {
                    prompts.append(prompt)
                    if prompts.count == count { break }
                }
                let refused = try await web.post("/api/chat", #"{"prompt":"one more"}"#)
                #expect(refused.status == 429)
                #expect(refused.fields["Retry-After"] == "5")
                for prompt in prompts {
                    try await agent.send(
                        TypedMessage(
                            .chatReply(Fixture.echo(ChatPrompt(text: ""))),
                            requestId: prompt.message.requestId),
                        to: prompt.sender)
                }
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    @Test func historyPagesBackwards() async throws {
        let fixture = try Fixture()
        try await fixture.withAgent {
            try await fixture.live { web in
                for number in 0..<3 {
                    _ = try await web.post("/api/chat", #"{"prompt":"\#(number)"}"#)
                }
                _ = try await web.post("/api/e2ee/send", #"{"from":"alice","to":"bob","text":"no chat"}"#)
                let newest = try await web.get("/api/chat/history?limit=2").json(Page.self)
                #expect(newest.messages.map(\.text) == ["2", "You asked: 2"])
                #expect(newest.hasMore)
                let older = try await web.get("/api/chat/history?limit=4&before=\(newest.cursor)").json(
                    Page.self)
                #expect(older.messages.map(\.text) == ["0", "You asked: 0", "1", "You asked: 1"])
                let oldest = try await web.get("/api/chat/history?before=\(older.cursor)").json(Page.self)
                #expect(oldest.messages.isEmpty)
                #expect(!oldest.hasMore)
                for query in ["limit=0", "limit=501", "limit=x", "before=x"] {
                    #expect(try await web.get("/api/chat/history?\(query)").problem == "invalid_request")
                }
            }
        }
    }
}
