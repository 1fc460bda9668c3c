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
    let tried = "the relay's operator sends the agent a reading as its probe, and a question as its user"

    func run(_ trial: Trial) async throws -> Outcome {
        let installation = try Installation()
        let first = try await RunningSystem(installation)
        let before = try await first.reading()
        try await first.stop()
        let forger = ForgingRelay(database: installation.file("relay.db"))
        try await forger.forgeMachines(after: before)
        let system = try await RunningSystem(installation)
        let next = try await eventually("a reading after the start") {
            let sample = try await system.reading()
            return sample.takenAt > before.takenAt ? sample : nil
        }
        let isAnswered = try await system.ask("status").outcome == .answered
        let end = try await system.stop()
        let held = end.log.components(separatedBy: "message held").count - 1
        return Outcome(
            "the dashboard shows \(next.host.name == before.host.name ? "its own host" : "the forged host"); \(held) messages were held; the user's question was \(isAnswered ? "" : "not ")answered",
            bound: "its own host; the question is answered",
            holds: next.host.name == before.host.name && isAnswered && held > 0)
    }
}
