import Foundation
import MaintenanceAPI
import Messenger
import RelayAPI
import SystemSupport
import TestSupport

/// One person with several accounts must not keep the agent from those who ask a little.
struct PromptFlood: Attack {
    let name = "prompt-flood"
    let tried =
        "one person asks under several names without end and reads nothing; another person and Alice ask once"

    private static let maxDuration = Duration.seconds(20)

    func run(_ trial: Trial) async throws -> Outcome {
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        let agent = try IdentityID("sysmaint")
        var names: [Stranger] = []
        for number in 0..<(trial.isShort ? 2 : 10) {
            names.append(try await Stranger("mallory-\(number)", at: system.relay))
        }
        let carol = try await Stranger("carol", at: system.relay)
        let count = trial.isShort ? 40 : 200
        let flood = names
        let (alices, carols, sent) = try await withThrowingTaskGroup(of: Int.self) { group in
            for mallory in flood {
                group.addTask {
                    for _ in 0..<count {
                        try await mallory.messenger.send(
                            TypedMessage(.chatPrompt(ChatPrompt(text: "top processes")), requestId: UUID()),
                            to: agent)
                    }
                    return try await mallory.messenger.flush().acceptedCount
                }
            }
            var sent = try await group.next() ?? 0
            let begin = ContinuousClock.now
            let alices = try await system.ask("status").outcome == .answered ? begin.duration(to: .now) : nil
            let requestID = UUID()
            let reply = try await carol.asks("status", as: requestID)
            let carols = reply?.hasPrefix("No answer") == false ? begin.duration(to: .now) : nil
            for try await more in group { sent += more }
            return (alices, carols, sent)
        }
        let isInTime = [alices, carols].allSatisfy { $0.map { $0 < Self.maxDuration } ?? false }
        return Outcome(
            """
            of \(names.count) names \(sent) questions were taken; Alice's was answered after \
            \(alices.map { "\($0)" } ?? "never"), another's after \(carols.map { "\($0)" } ?? "never")
            """, bound: "both are answered within \(Self.maxDuration)", holds: isInTime)
    }
}

/// A request id that was used before must neither confuse answers nor cost twice.
struct ReusedRequestIDs: Attack {
    let name = "reused-request-ids"
    let tried =
        "an account asks ten times under one id, with other texts, and another account under the same id"

    func run(_ trial: Trial) async throws -> Outcome {
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        let agent = try IdentityID("sysmaint")
        let mallory = try await Stranger("mallory", at: system.relay)
        let carol = try await Stranger("carol", at: system.relay)
        let (id, fence) = (UUID(), UUID())
        let replies = try await mallory.connected { messages in
            for number in 0..<10 {
                try await mallory.messenger.send(
                    TypedMessage(
                        .chatPrompt(ChatPrompt(text: number == 0 ? "help" : "memory \(number)?")),
                        requestId: id),
                    to: agent)
            }
            try await mallory.messenger.send(
                TypedMessage(.chatPrompt(ChatPrompt(text: "help")), requestId: fence), to: agent)
            var replies: [UUID?] = []
            for await message in messages where message.message.payload.kind == .chatReply {
                replies.append(message.message.requestId)
                if Set(replies) == [id, fence] { break }
            }
            return replies
        }
        let hers = try await carol.asks("How much memory is in use?", as: id)
        let own = hers?.contains("emory") == true && hers?.contains("Ask for any figure") == false
        let count = replies.count { $0 == id }
        return Outcome(
            "ten questions got \(count) answer; the other account got \(own ? "its own" : "none of its own")",
            bound: "one answer; everybody gets their own", holds: count == 1 && own)
    }
}
