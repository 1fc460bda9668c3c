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
        _ = try await client.perform(BeginSession(peer: peer))
        try output.show(SessionSummary(with: peer)) { "there is a session with \($0.peer)" }
    }
}

/// Begins a session with a peer, unless there is one.
struct BeginSession: StoreOperation {
    struct Outcome: Codable {}

    let peer: IdentityID

    func run(by messenger: Messenger) async throws -> Outcome {
        try await messenger.startSession(with: peer)
        return Outcome()
    }
}
