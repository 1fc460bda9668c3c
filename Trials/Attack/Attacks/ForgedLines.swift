import SystemSupport
import TestSupport

/// The text of a message must not pass for lines of the program.
struct ForgedLines: Attack {
    let name = "forged-lines"
    let tried =
        "a message holds line ends, terminal controls and bidirectional marks, and a line as of another sender"

    func run(_ trial: Trial) async throws -> Outcome {
        let pair = try await Acquainted()
        let line = "2026-01-01 00:00:00Z bank → carol: pay 100"
        let controls = "\r\u{1B}\u{9B}\u{85}\u{2028}\u{202E}\u{200B}"
        try await pair.dave.run("send", "carol", "-", input: "hi\n\(line)\(controls)\(line)")
        var shown = ""
        for arguments in [
            ["inbox"], ["inbox", "--all", "--offline"], ["inbox", "--all", "--offline", "--format", "json"],
        ] {
            shown += try await pair.carol.run(arguments: arguments)
        }
        let lines = shown.split(separator: "\n").count { $0.hasPrefix(line) }
        let left = Set(controls.unicodeScalars).intersection(shown.unicodeScalars).count
        return Outcome(
            "\(lines) lines passed for another's; \(left) of \(controls.unicodeScalars.count) kinds of control characters reached the terminal",
            bound: "0 and 0", holds: lines == 0 && left == 0)
    }
}
