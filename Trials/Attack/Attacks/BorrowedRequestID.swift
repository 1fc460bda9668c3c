import Foundation
import MaintenanceAPI
import RelayAPI
import SystemSupport
import TestSupport

/// An account must not be able to read or replace what the agent answers to another.
struct BorrowedRequestID: Attack {
    let name = "borrowed-request-id"
    let tried = "an account sends questions under the request ids of Alice's, before and after hers"

    func run(_ trial: Trial) async throws -> Outcome {
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        let mallory = try await Stranger("mallory", at: system.relay)
        let (first, second) = (UUID(), UUID())
        _ = try await mallory.asks("help", as: first)
        let hers = try await system.ask("How much memory is in use?", as: first)
        let before = try await system.ask("How much memory is in use?", as: second)
        let taken = try await mallory.asks("help", as: second)
        let again = try await system.ask("How much memory is in use?", as: second)
        let isHers = hers.reply.contains("emory") && hers.reply != taken
        let isGivenAway = taken == before.reply
        return Outcome(
            "Alice got \(isHers ? "her own answer" : "another's"), afterwards \(again.reply == before.reply ? "the same" : "another"); the account got \(isGivenAway ? "hers" : "its own")",
            bound: "everyone gets the answer to their own question",
            holds: isHers && !isGivenAway && again.reply == before.reply)
    }
}
