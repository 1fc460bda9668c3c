import Foundation
import SystemSupport
import TestSupport

/// Guessing the dashboard's token must be hopeless, and lock nobody out.
struct GuessedTokens: Attack {
    let name = "guessed-tokens"
    let tried =
        "tokens of the dashboard are guessed as bearer tokens and at the login, while its owner uses it"

    private static let askerCount = 20

    func run(_ trial: Trial) async throws -> Outcome {
        let token = "the owner's own token"
        let system = try await RunningSystem(Installation(["WEB_TOKEN": token]))
        let status = "\(system.web)/api/status/current"
        let begin = ContinuousClock.now
        let rejected = Box(0)
        let owner = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<Self.askerCount {
                group.addTask {
                    while begin.duration(to: .now) < .seconds(1) {
                        let answer =
                            number % 2 == 0
                            ? try await Web.get(status, headers: ["Authorization": "Bearer guess \(number)"])
                            : try await Web.post(
                                "\(system.web)/api/login", json: #"{"token":"guess \#(number)"}"#)
                        guard answer.status == 401 || answer.status == 429 else { return answer.status }
                        rejected.change { $0 += 1 }
                    }
                    return nil
                }
            }
            var strange: Int?
            let owner = try await Web.get(status, headers: ["Authorization": "Bearer \(token)"]).status
            for try await answer in group { strange = strange ?? answer }
            return strange ?? owner
        }
        // Ten at once, then one comparison every 20 ms for the address; those that wait at the end are answered too.
        let bound = 10 + Int(begin.duration(to: .now) / .milliseconds(20)) + Self.askerCount
        return Outcome(
            "\(rejected.value) guesses were answered in \(begin.duration(to: .now)); the owner got \(owner)",
            bound: "at most \(bound), 50 a second after the first ten; the owner gets 200",
            holds: rejected.value <= bound && owner == 200)
    }
}
