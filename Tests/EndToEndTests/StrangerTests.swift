import Foundation
import MaintenanceAPI
import Messenger
import RelayAPI
import SystemSupport
import TestSupport
import Testing

/// What an account that anybody may open can do to the agent and to those who ask it, on a real relay.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct StrangerTests {
    /// Another account uses the ids of Alice's question, before and after it: each gets the answer to their own.
    @Test func requestIDOfAnotherNamesNothing() async throws {
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        let mallory = try await Stranger("mallory", at: system.relay)
        let agent = try IdentityID("sysmaint")
        let (first, second) = (UUID(), UUID())
        try await mallory.connected { messages in
            let messenger = mallory.messenger
            // Before her: its answer does not stand in the place of hers.
            try await messenger.send(
                TypedMessage(.chatPrompt(ChatPrompt(text: "help")), requestId: first), to: agent,
                class: .durable, id: first)
            #expect(
                await Stranger.answer(to: first, in: messages)?.text.contains("Ask for any figure") == true)
            // An id that a derived one of hers might have, as the pong and acknowledgement of the same message.
            try await messenger.send(TypedMessage(.chatCancel, requestId: first), to: agent)
        }
        let hers = try await system.ask("How much memory is in use?", as: first)
        #expect(hers.outcome == .answered)
        #expect(hers.reply.contains("emory"))
        #expect(!hers.reply.contains("Ask for any figure"))

        // After her: hers is not given away, nor replaced.
        let before = try await system.ask("How much memory is in use?", as: second)
        try await mallory.connected { messages in
            let messenger = mallory.messenger
            try await messenger.send(TypedMessage(.chatCancel, requestId: second), to: agent)
            try await messenger.send(
                TypedMessage(.chatPrompt(ChatPrompt(text: "help")), requestId: second), to: agent)
            let own = await Stranger.answer(to: second, in: messages)
            #expect(own?.text.contains("Ask for any figure") == true)
            #expect(own?.text.contains("emory in use") == false)
        }
        let again = try await system.ask("How much memory is in use?", as: second)
        #expect(again.reply == before.reply)

        // What the relay sees of her questions is none of their request ids.
        let page = try await Web.get("\(system.web)/api/chat/history").decoded(as: Page.self)
        let prompts = page.messages.filter { $0.kind == "chat.prompt" }
        #expect(prompts.map(\.requestId) == [first, second])
        #expect(prompts.allSatisfy { $0.id != $0.requestId })
    }

    private struct Page: Decodable {
        struct Message: Decodable {
            let id: UUID
            let kind: String
            let requestId: UUID?
        }

        let messages: [Message]
    }

    @Test func agentServesWhomItsOperatorNames() async throws {
        let system = try await RunningSystem(Installation(), environment: ["SYSMAINT_SERVES": "carol, erin"])
        _ = try await system.reading()
        let agent = try IdentityID("sysmaint")
        for (name, isServed) in [("carol", true), ("mallory", false)] {
            let person = try await Stranger(name, at: system.relay)
            let reply = try await person.connected { messages in
                let requestID = UUID()
                try await person.messenger.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: requestID), to: agent)
                return await Stranger.answer(to: requestID, in: messages)
            }
            #expect(reply?.outcome == (isServed ? .answered : .failed))
            #expect(isServed || reply?.text.contains("does not serve mallory") == true)
        }
        // The web's own people always are.
        #expect(try await system.ask("status").outcome == .answered)
    }
}
