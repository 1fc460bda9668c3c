import ArgumentParser
import Foundation

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check this installation and say what to do about what is wrong.",
        discussion: """
            Ends with 1 when a check has failed; warnings do not count.

            Example: sysmaint doctor
            """)

    @Option(help: ArgumentHelp("Where the relay is (RELAY_URL).", valueName: "url"))
    var relayURL: String?
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try common.settings([.relayURL: relayURL], quiet: true)
        let findings = try await Examination(settings: settings, passphrase: passphrase.source(settings))
            .findings()
        try output.show(findings) { $0.map(\.text).joined(separator: "\n") }
        if findings.contains(where: { $0.outcome == .failed }) { throw ExitCode.failure }
    }
}

/// What one check found.
struct Finding: Encodable {
    enum Outcome: String, Encodable { case ok, warning, failed }

    let check: String
    let outcome: Outcome
    /// What is the case.
    let detail: String
    /// What to do; absent when all is well.
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

    var text: String {
        let mark =
            switch outcome {
            case .ok: "ok     "
            case .warning: "warning"
            case .failed: "FAILED "
            }
        return "\(mark)  \(check): \(detail)" + (help.map { "\n         \($0)" } ?? "")
    }
}
