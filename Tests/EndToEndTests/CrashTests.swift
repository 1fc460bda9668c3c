import Foundation
import MaintenanceAPI
import Synchronization
import SystemSupport
import TestSupport
import Testing

/// SIGKILL in the middle of conversations: nothing is lost, nothing comes twice.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct CrashTests {
    @Test func killedRelayLosesAndDoublesNothing() async throws {
        let port = try freePort()
        let system = try await SeparateSystem(Installation(), relayPort: port)
        let web = system.webURL
        let texts = (1...30).map { "message \($0)" }
        for (index, text) in texts.enumerated() {
            try await Conversation.tellBob(text, at: web)
            if index % 10 == 4 {
                // Some are delivered, some on their way, some still in the outbox.
                _ = try await eventually("messages on their way") {
                    try await Conversation.between("bob", at: web).isEmpty ? nil : true
                }
                try await system.relay.crashAndRestart()
            }
        }
        _ = try await eventually("the last message") {
            try await Conversation.between("bob", at: web).last?.text == texts.last ? true : nil
        }
        #expect(try await Conversation.between("bob", at: web).map(\.text) == texts)
        #expect(try await Conversation.between("alice", at: web).map(\.text) == texts)
    }

    /// The agent's store is put back to an earlier copy, with all that is beside it, while those who ask go on.
    @Test func agentThatIsPutBackAnswersItsFirstQuestion() async throws {
        let installation = try Installation()
        let system = try await SeparateSystem(
            installation, relayPort: freePort(), environment: ["SYSMAINT_CHAT_TIMEOUT_MS": "60000"])
        func ask() async throws -> RunningSystem.Answer {
            try await Web.post("\(system.webURL)/api/chat", json: #"{"prompt":"status"}"#)
                .decoded(as: RunningSystem.Answer.self)
        }
        #expect(try await ask().outcome == .answered)
        try await system.agent.kill()
        let home = URL(filePath: installation.file(""))
        let files = try FileManager.default.contentsOfDirectory(atPath: home.path)
            .filter { $0.hasPrefix("sysmaint.signal.db") && !$0.hasSuffix(".sock") }
        let copy = try files.map { ($0, try Data(contentsOf: home.appending(path: $0))) }
        try await system.agent.crashAndRestart()
        for _ in 1...3 { #expect(try await ask().outcome == .answered) }
        try await system.agent.kill()
        for (name, bytes) in copy { try bytes.write(to: home.appending(path: name)) }
        try await system.agent.crashAndRestart()
        for _ in 1...2 { #expect(try await ask().outcome == .answered) }
    }

    /// The agent dies while a model works on an answer; the question is still there for its next life.
    @Test func killedAgentAnswersOnceAfterItsRestart() async throws {
        let (questions, question) = AsyncStream.makeStream(of: Void.self)
        let isFirst = Mutex(true)
        try await ScriptedModel.serve(key: "key") { turn in
            guard
                isFirst.withLock({ isFirst in
                    defer { isFirst = false }; return isFirst
                })
            else {
                return .text("Answered in the second life.")
            }
            question.yield()
            // The answer never comes: whoever asked will be gone.
            for await _ in AsyncStream<Never>.makeStream().stream {}
            return .error(status: 500, message: "asked in the first life")
        } _: { url in
            let port = try freePort()
            let system = try await SeparateSystem(
                Installation(), relayPort: port,
                environment: [
                    "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "key", "SYSMAINT_CHAT_TIMEOUT_MS": "60000",
                ])
            let web = system.webURL
            async let answer = Web.post("\(web)/api/chat", json: #"{"prompt":"Are you there?"}"#)
            for await _ in questions { break }
            try await system.agent.crashAndRestart()
            let reply = try await answer.decoded(as: RunningSystem.Answer.self)
            #expect(reply.reply == "Answered in the second life.")

            // Both are killed with an answered conversation behind them, and a new question goes through.
            try await system.agent.crashAndRestart()
            try await system.relay.crashAndRestart()
            let next = try await Web.post("\(web)/api/chat", json: #"{"prompt":"And now?"}"#)
            #expect(next.status == 200)
            let history = try await Conversation.withTheAgent(at: web)
            #expect(
                history.map { "\($0.direction) \($0.text)" } == [
                    "sent Are you there?", "received Answered in the second life.", "sent And now?",
                    "received Answered in the second life.",
                ])
        }
    }
}
