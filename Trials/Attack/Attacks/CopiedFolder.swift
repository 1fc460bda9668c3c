import Foundation
import SystemSupport
import TestSupport

/// A copy of the data folder must not hold the states of sessions that were replaced long ago.
struct CopiedFolder: Attack {
    let name = "copied-folder"
    let tried =
        "the folder of a running system is copied a while after its last message, and searched for old states"

    func run(_ trial: Trial) async throws -> Outcome {
        let pair = try await Acquainted()
        for number in 0..<2 {
            try await pair.dave.run("send", "carol", "message \(number)")
            try await pair.carol.run("inbox")
        }
        let listener = try pair.carol.start("listen")
        try await pair.dave.run("send", "carol", "the last")
        try await listener.wait(for: "the last message") { $0.text.contains("the last") || $0.status != nil }
        let log = pair.carol.file("carol.signal.db-wal")
        let age = ContinuousClock.now
        let left = try await eventually("an empty log", within: .seconds(30)) {
            let data = FileManager.default.contents(atPath: log) ?? Data()
            return data.allSatisfy { $0 == 0 } ? data.count : nil
        }
        let seconds = age.duration(to: .now) / .seconds(1)
        return Outcome(
            "the log held \(left) bytes of states \(Int(seconds)) s after the last message",
            bound: "none, after 20 s at most",
            holds: seconds <= 20)
    }
}
