import ArgumentParser
import Foundation

@main
struct SysMaint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sysmaint",
        abstract: "Ask machines how they are, end-to-end encrypted.",
        discussion: """
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
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Services",
                subcommands: [
                    Up.self, RunRelay.self, RunAgent.self, RunProbe.self, RunWeb.self, RunDiagnostics.self,
                ]),
            CommandGroup(
                name: "Identities",
                subcommands: [
                    Init.self, Identity.self, Verify.self, Passphrase.self, Backup.self, Restore.self,
                ]),
            CommandGroup(
                name: "Messages",
                subcommands: [
                    Register.self, Send.self, Inbox.self, Listen.self, Chat.self, Session.self, Bundle.self,
                    Encrypt.self, Decrypt.self, Incidents.self,
                ]),
            CommandGroup(
                name: "Operation",
                subcommands: [Status.self, Doctor.self, SelfTest.self, HealthCheck.self, Admin.self]),
        ])

    /// An error that no part has foreseen; nil for what ArgumentParser shows, help and wrong usage among it.
    private static func unforeseen(_ error: any Error) -> Failure? {
        guard exitCode(for: error) == .failure, !(error is ExitCode) else { return nil }
        return Failure(.internalError, "this should not have happened: \(error)", help: "Please report it.")
    }

    /// Wrong usage as programs are told of it; people have the argument parser's own words.
    private static func misuse(_ error: any Error) -> Failure? {
        guard Output.format == .json, exitCode(for: error) == .validationFailure else { return nil }
        return Failure(.usage, message(for: error), help: "See sysmaint help, or --help behind a command.")
    }

    static func main() async {
        // A peer or a pager that goes away is an error of one write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // What is written holds keys, telemetry or messages: it is for its owner alone.
        umask(0o077)
        // Libdispatch puts some threads above others, which only root may, and tells the system's log of each that stays where
        // it was.
        setenv("LIBDISPATCH_LOG", "NO", 0)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            // As a program ends that a closed pipe stops: nobody is there to be told.
            if let error = error as? WriteError, error.isReaderGone { Foundation.exit(128 + SIGPIPE) }
            guard let failure = Failure(describing: error) ?? unforeseen(error) ?? misuse(error) else {
                exit(withError: error)
            }
            Output.failure(failure)
            Foundation.exit(failure.code.rawValue)
        }
    }
}
