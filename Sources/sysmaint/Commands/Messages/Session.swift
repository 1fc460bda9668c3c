import Commands
import Messenger
import RelayAPI

struct Session: Command {
    static let about = About(
        "Look after sessions with peers.",
        details: "Example: sysmaint session init dave --id carol", commands: [InitSession.self])
}

struct InitSession: Command {
    static let about = About(
        "Begin a session with a peer, with keys from the relay.", name: "init",
        details: """
            Where there is a session already, as after bundle import, nothing happens. Sending does this by itself; here it \
            can be done before, to compare safety numbers first.

            Example: sysmaint session init dave --id carol
            """)

    @Argument("With whom.")
    var peer: IdentityID
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        try await client.open().startSession(with: peer)
        try output.show(SessionSummary(with: peer)) { "there is a session with \($0.peer)" }
    }
}
