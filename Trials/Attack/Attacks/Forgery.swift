import Foundation
import MaintenanceAPI
import RelayAPI
import SystemSupport
import TestSupport

/// A relay must not be able to write to a person as somebody else.
struct ForgedMessages: Attack {
    let name = "forged-messages"
    let tried =
        "the relay's operator writes to a person and her --exec as her peer, before and after safety numbers were compared"

    func run(_ trial: Trial) async throws -> Outcome {
        let pair = try await Acquainted()
        try await pair.forge("forged before")
        try await pair.dave.run("send", "carol", "real before")
        var acted = try await pair.carol.run("listen", "--count", "1", "--exec", "cat")
        let number = try await pair.numbers().digits
        try await pair.carol.run("verify", "dave", "--compare", number)
        try await pair.forge("forged after")
        try await pair.dave.run("send", "carol", "real after")
        acted += try await pair.carol.run("listen", "--count", "1", "--exec", "cat")
        let shown = try await pair.carol.run("inbox", "--all", "--format", "json")
        let held = try await pair.carol.run("inbox", "--held", "--format", "json")
        let texts = ["before", "after"]
        let passed = texts.count { shown.contains("forged \($0)") || acted.contains("forged \($0)") }
        let real = texts.count { acted.contains("real \($0)") }
        let marked = texts.count { held.contains("forged \($0)") }
        return Outcome(
            "\(passed) of 2 forged messages were shown or acted on, \(marked) held apart; \(real) of 2 real ones came",
            bound: "0 are shown or acted on, 2 held apart; both real ones come",
            holds: passed == 0 && marked == 2 && real == 2)
    }
}

/// A relay must not be able to speak to the machines as one of their own.
struct ForgedTelemetry: Attack {
    let name = "forged-telemetry"
    let tried =
        "the relay's operator sends the agent a reading as its probe, and a question as its user, before and after safety numbers were compared"

    private struct Number: Decodable { let digits: String }

    func run(_ trial: Trial) async throws -> Outcome {
        let installation = try Installation()
        let forger = ForgingRelay(database: installation.file("relay.db"))
        var system = try await RunningSystem(installation)
        var (own, answered, held) = (0, 0, 0)
        for isVerified in [false, true] {
            if isVerified {
                for peer in ["diagprobe", "alice"] {
                    let shown = try await installation.run(
                        "verify", peer, "--id", "sysmaint", "--format", "json")
                    let number = try JSONDecoder().decode(Number.self, from: Data(shown.utf8)).digits
                    try await installation.run("verify", peer, "--id", "sysmaint", "--compare", number)
                }
            }
            let before = try await system.reading()
            try await system.stop()
            try await forger.forgeMachines(after: before)
            let next = try await RunningSystem(installation)
            let after = try await eventually("a reading after the start") {
                let sample = try await next.reading()
                return sample.takenAt > before.takenAt ? sample : nil
            }
            if after.host.name == before.host.name { own += 1 }
            if try await next.ask("status").outcome == .answered { answered += 1 }
            system = next
            try await eventually("what was forged to be held") {
                next.program.output.log.contains("message held") ? () : nil
            }
            held += 1
        }
        try await system.stop()
        return Outcome(
            "the dashboard showed its own host \(own) of 2 times, and the user's question was answered \(answered) of 2; what was forged was held \(held) of 2 times",
            bound: "all of them both times", holds: own == 2 && answered == 2 && held == 2)
    }
}
