import ArgumentParser
import Messenger
import RelayAPI

struct Session: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after sessions with peers.",
        discussion: "Example: sysmaint session init dave --id carol", subcommands: [InitSession.self])
}

struct InitSession: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Begin a session with a peer, with keys from the relay.",
        discussion: """
            Where there is a session already, as after bundle import, nothing happens. Sending does this by itself; here it \
            can be done before, to compare safety numbers first.

            Example: sysmaint session init dave --id carol
            """)

    @Argument(help: "With whom.")
    var peer: IdentityID
    @OptionGroup var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await client.open().startSession(with: peer)
        try output.show(SessionSummary(with: peer)) { "there is a session with \($0.peer)" }
    }
}
