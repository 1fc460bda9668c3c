import Commands
import Messenger
import RelayAPI

struct Session: Command {
    static let about = About(
        "Manage sessions with peers.",
        details: "Example: sysmaint session init dave --id carol", commands: [InitSession.self])
}

struct InitSession: Command {
    static let about = About(
        "Start a session with a peer, using keys from the relay.", name: "init",
        details: """
            Does nothing if there is a session already. Sending starts one automatically; use this command to compare \
            safety numbers before the first message.

            Example: sysmaint session init dave --id carol
            """)

    @Argument("Peer ID.")
    var peer: IdentityID
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        try await client.open().startSession(with: peer)
        try output.show(SessionSummary(with: peer)) { "there is a session with \($0.peer)" }
    }
}
