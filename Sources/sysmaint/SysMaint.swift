import Commands
import Foundation

@main
struct SysMaint: Command {
    static let about = About(
        "Ask machines how they are, end-to-end encrypted.", name: "sysmaint",
        details: """
            First steps, the rest in another shell than the first:

              sysmaint up                          starts everything and says where to look
              sysmaint status --watch              shows how relay and host are
              sysmaint init --id carol             makes you an identity
              sysmaint chat "How is the system?"   asks the agent

            Settings are read from flags, the environment, a .env file and defaults, in this order. Results go to stdout, \
            everything else to stderr; with --format json, both are lines of JSON. --generate-completion-script bash, zsh or \
            fish writes completions for that shell.

            Exit codes: 0 done, 1 a check failed, 64 wrong usage, 65 bad input, 66 not found, 69 unavailable, 70 internal error, \
            73 cannot create, 74 cannot write the result, 75 busy or timed out, 77 denied, 78 wrong settings.
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
                    Encrypt.self, Decrypt.self, Incidents.self,
                ]),
            .init("Operation", [Status.self, Doctor.self, SelfTest.self, HealthCheck.self, Admin.self]),
        ])

    @concurrent static func main() async {
        // A peer or a pager that goes away is an error of one write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // What is written holds keys, telemetry or messages: it is for its owner alone.
        umask(0o077)
        // Libdispatch puts some threads above others, which only root may, and tells the system's log of each that stays where
        // it was.
        setenv("LIBDISPATCH_LOG", "NO", 0)
        do {
            switch try parse(Array(CommandLine.arguments.dropFirst())) {
            case .show(let text): try Output.line(text)
            case .run(let command): try await command.run()
            }
        } catch {
            exit(reporting(error))
        }
    }

    /// Says why a command has ended, unless it has said so itself, and gives its exit code.
    private static func reporting(_ error: any Error) -> Int32 {
        switch error {
        case let code as ExitCode: return code.rawValue
        // As a program ends that a closed pipe stops: nobody is there to be told.
        case let error as WriteError where error.isReaderGone: return 128 + SIGPIPE
        case let error as UsageError where Output.format == .text:
            Output.remark("\(error)\n")
            return Failure.Code.usage.rawValue
        default:
            let failure =
                Failure(describing: error)
                ?? Failure(
                    .internalError, "this should not have happened: \(error)", help: "Please report it.")
            Output.failure(failure)
            return failure.code.rawValue
        }
    }
}
