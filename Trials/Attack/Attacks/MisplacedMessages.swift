import Foundation
import MaintenanceAPI
import Messenger
import RelayAPI
import SystemSupport
import TestSupport

/// Messages of a kind that their recipient has no use for must change nothing.
struct MisplacedMessages: Attack {
    let name = "misplaced-messages"
    let tried =
        "an account sends every kind of message to Alice, Bob, the probe and the agent: readings, questions, answers nobody asked for"

    func run(_ trial: Trial) async throws -> Outcome {
        let system = try await RunningSystem(Installation())
        let before = try await system.reading()
        let mallory = try await Stranger("mallory", at: system.relay)
        var forged = CannedTelemetry.sample(takenAt: before.takenAt + 60_000)
        forged.host.name = "forged.example"
        let reply = ChatReply(
            text: "forged answer", outcome: .answered, answeredBy: "mallory", usage: nil, evidence: [],
            unbackedFigures: [], elapsedMilliseconds: 1)
        let hers = UUID()
        _ = try await system.ask("status", as: hers)
        let payloads: [Payload] = [
            .telemetryReport(TelemetryReport(sample: forged)),
            .telemetryAck(TelemetryAck(takenAt: before.takenAt + 3_600_000)),
            .chatPrompt(ChatPrompt(text: "forged question")), .chatReply(reply), .chatCancel,
            .chatProgress(ChatProgress(event: .partialText, tool: nil, text: "forged progress")), .pong,
            .ping(Ping(unread: [hers])), .receipt(Receipt(messageIds: [hers])),
        ]
        for recipient in ["alice", "bob", "diagprobe", "sysmaint"] {
            for payload in payloads {
                try await mallory.messenger.send(
                    TypedMessage(payload, requestId: hers), to: try IdentityID(recipient))
            }
        }
        _ = try await mallory.messenger.flush()
        let answer = try await mallory.asks("How much memory is in use?", as: UUID())
        let after = try await eventually("another reading") {
            let sample = try await system.reading()
            return sample.takenAt > before.takenAt ? sample : nil
        }
        let chat = try await Web.get("\(system.web)/api/chat/history").body
        let shown = String(decoding: chat, as: UTF8.self)
        let log = system.program.output.log
        let isUnchanged =
            after.host.name == before.host.name && !shown.contains("forged answer")
            && !shown.contains("forged question")
        let asked = try await system.ask("How much memory is in use?")
        return Outcome(
            """
            readings are of \(after.host.name == before.host.name ? "this host" : "another"); the chat \
            \(shown.contains("forged") ? "shows" : "does not show") what was forged; \
            \(log.contains("telemetry rejected") ? "the log tells of it" : "the log is silent"); \
            \(asked.outcome == .answered && answer != nil ? "all are answered" : "not all are answered")
            """,
            bound: "nothing changes, the log tells of it, all are answered",
            holds: isUnchanged && log.contains("telemetry rejected") && asked.outcome == .answered
                && answer != nil)
    }
}
