import Commands
import Foundation

@main
struct SysMaint: Command {
    static let about = About(
        "Monitor machines and ask about them, end-to-end encrypted.", name: "sysmaint",
        details: """
            First steps (run the first command in one shell, the others in a second):

              sysmaint up                          start everything and print the URLs
              sysmaint status --watch              show the status of the relay and the host
              sysmaint init --id carol             create an identity for yourself
              sysmaint chat "How is the system?"   ask the agent

            Settings come from flags, the environment, a .env file and defaults, in order of precedence. Results go to \
            stdout, everything else to stderr; with --format json, both are lines of JSON. For shell completions, use \
            --generate-completion-script with bash, zsh or fish.

            Exit codes: 0 success, 1 a check failed, 64 wrong usage, 65 bad input, 66 not found, 69 unavailable, \
            70 internal error, 73 cannot create, 74 cannot write the result, 75 busy or timed out, 77 denied, \
            78 invalid settings.
            """,
        version: Version.current, versionDetails: { Version.libraries.joined(separator: "\n") },
        groups: [
            .init(
                "Services",
                [
                    Up.self, RunRelay.self, RunAgent.self, RunProbe.self, RunWeb.self, RunDiagnostics.self,
                ]),
            .init(
                "Identities",
                [Init.self, Identity.self, Verify.self, Passphrase.self, Backup.self, Restore.self]),
            .init(
                "Messages",
                [
                    Register.self, Send.self, Inbox.self, Listen.self, Chat.self, Session.self, Bundle.self,
                    Encrypt.self, Decrypt.self, History.self, Incidents.self,
                ]),
            .init(
                "Operations",
                [Status.self, Doctor.self, Qualify.self, SelfTest.self, HealthCheck.self, Admin.self]),
        ])

    @concurrent static func main() async {
        Output.holdStandardDescriptors()
        // A peer or a pager that closes its end makes one write fail; it must not end the process.
        // A handler rather than SIG_IGN: programs that this one starts begin with the default, as they expect.
        signal(SIGPIPE) { _ in }
        // Likewise where a file would grow beyond the limit of this process.
        signal(SIGXFSZ) { _ in }
        // Files hold keys, telemetry or messages: only their owner may read them.
        umask(0o077)
        // Libdispatch tries to raise the priority of some threads, which only root may, and logs each failure to the system.
        setenv("LIBDISPATCH_LOG", "NO", 0)
        do {
            try checkArguments()
            switch try parse(Array(CommandLine.arguments.dropFirst())) {
            case .show(let text): try Output.line(text)
            case .run(let command): try await command.run()
            }
        } catch {
            exit(reporting(error))
        }
    }

    /// Arguments that are not UTF-8 would be sent with replacement characters.
    private static func checkArguments() throws {
        for place in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[place], String(validatingCString: argument) == nil
            else { continue }
            throw Failure(
                .badInput, "argument \(place) is not UTF-8 text",
                help: "Check the locale of the terminal, or use standard input: -")
        }
    }

    /// Reports why a command failed, unless it has done so itself, and returns the exit code.
    private static func reporting(_ error: any Error) -> Int32 {
        switch error {
        case let code as ExitCode: return code.rawValue
        // The exit code of a program stopped by a closed pipe; there is no reader for a message.
        case let error as WriteError where error.isReaderGone: return 128 + SIGPIPE
        case let error as UsageError where Output.format == .text:
            Output.remark("\(error)\n")
            return Failure.Code.usage.rawValue
        default:
            let failure =
                Failure(describing: error)
                ?? Failure(
                    .internalError, "unexpected error: \(error)", help: "Please report this as a bug.")
            Output.failure(failure)
            return failure.code.rawValue
        }
    }
}
