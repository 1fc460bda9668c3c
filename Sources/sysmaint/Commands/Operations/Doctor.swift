import Commands
import Foundation
import Logging
import Values

struct Doctor: Command {
    static let about = About(
        "Check this installation and suggest a remedy for each problem.",
        details: """
            Checks the data folder, its disk, all stores and databases, /proc, the libraries, the processor, the settings, \
            the relay, its certificate, the telemetry and the model. Exits with 1 if a check failed; warnings do not count.

            Example: sysmaint doctor
            """)

    @Option("The relay's URL (RELAY_URL).", value: "url")
    var relayURL: String?
    let passphrase = PassphraseOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    func run() async throws {
        let settings = try common.settings([.relayURL: relayURL], quiet: true)
        let examination = Examination(settings: settings, passphrase: passphrase.source(settings))
        var findings: [Finding] = []
        try await examination.run { finding in
            findings.append(finding)
            if output.format == .text { try Output.line(finding.text) }
        }
        switch output.format {
        case .json: try Output.json(findings)
        case .text: try Output.line(Self.summary(of: findings))
        }
        if findings.contains(where: { $0.outcome == .failed }) { throw ExitCode.failure }
    }

    private static func summary(of findings: [Finding]) -> String {
        let failures = findings.count { $0.outcome == .failed }
        let warnings = findings.count { $0.outcome == .warning }
        guard failures + warnings > 0 else { return "No problems found." }
        return "\(failures) failed, \(Quantity.count(warnings, "warning"))."
    }
}

/// The result of one check.
struct Finding: Encodable {
    enum Outcome: String, Encodable { case ok, warning, failed }

    let check: String
    let outcome: Outcome
    /// The result, for people.
    let detail: String
    /// What to do; nil if the check passed.
    let help: String?

    static func ok(_ check: String, _ detail: String) -> Finding {
        Finding(check: check, outcome: .ok, detail: detail, help: nil)
    }

    static func warning(_ check: String, _ detail: String, help: String?) -> Finding {
        Finding(check: check, outcome: .warning, detail: detail, help: help)
    }

    static func failed(_ check: String, _ detail: String, help: String?) -> Finding {
        Finding(check: check, outcome: .failed, detail: detail, help: help)
    }

    private static let indent = 9

    var text: String {
        let mark =
            switch outcome {
            case .ok: Terminal.coloured("ok     ", .green)
            case .warning: Terminal.coloured("warning", .yellow)
            case .failed: Terminal.coloured("FAILED ", .red)
            }
        return "\(mark)  \(check): \(detail.printable(indent: Self.indent + 2))"
            + (help.map {
                "\n" + String(repeating: " ", count: Self.indent) + $0.printable(indent: Self.indent)
            } ?? "")
    }
}
