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
        let heard = try await withThrowingTaskGroup(of: Int?.self) { group in
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
        let took = begin.duration(to: .now)
        let (waited, late) = try await owner(of: system, with: token, behind: trial.isShort ? 300 : 900)
        // Ten at once, then one comparison every 20 ms for the address; those that wait at the end are answered too.
        let bound = 10 + Int(took / .milliseconds(20)) + Self.askerCount
        return Outcome(
            "\(rejected.value) guesses were answered in \(took); the owner got \(heard), and \(late) in \(waited) behind those that wait at the same address",
            bound: "at most \(bound), 50 a second after the first ten; the owner gets 200, and within 2 s",
            holds: rejected.value <= bound && heard == 200 && late == 200 && waited < .seconds(2))
    }

    /// What the owner gets while `count` connections of the same address have guessed and wait.
    private func owner(
        of system: RunningSystem, with token: String, behind count: Int
    ) async throws -> (Duration, Int) {
        guard let port = URLComponents(string: system.web)?.port else { throw Unexpected("no port") }
        var sockets: [RawSocket] = []
        for number in 0..<count {
            let socket = try RawSocket(to: port)
            await socket.send(
                Array(
                    "GET /api/status/current HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer guess \(number)\r\n\r\n"
                        .utf8))
            sockets.append(socket)
        }
        let begin = ContinuousClock.now
        let status = try await Web.get(
            "\(system.web)/api/status/current", headers: ["Authorization": "Bearer \(token)"]
        ).status
        withExtendedLifetime(sockets) {}
        return (begin.duration(to: .now), status)
    }
}
