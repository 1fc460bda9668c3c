import Agent
import Commands
import KeyStore
import Messenger
import RelayAPI
import Services

struct RunAgent: Command {
    static let about = About(
        "Run the agent, which stores telemetry and answers questions.", name: "agent",
        details: """
            A model answers if OPENAI_API_KEY or OPENAI_BASE_URL is set; otherwise the built-in offline analyst does. \
            The agent's identity is created at the first start.

            Example: OPENAI_BASE_URL=http://127.0.0.1:11434/v1 sysmaint agent
            """)

    @Option("The agent's identity (SYSMAINT_ID, or sysmaint).", value: "id")
    var id: String?
    @Option("The database of telemetry and answers (SYSMAINT_STATE_DB).", value: "file")
    var stateDatabase: String?
    let output = OutputOptions()
    let service = ServiceOptions()

    private struct Announcement: Encodable {
        let agent: String
        let answeredBy: String
    }

    func run() async throws {
        let settings = try service.settings([.agentID: id, .stateDatabase: stateDatabase])
        let parts = Parts(settings: settings)
        let (messenger, database) = try await onceThereIsRoom {
            try (
                settings.messenger(service.stores.open(settings.agentID, settings)), parts.stateDatabase()
            )
        }
        defer { messenger.store.close() }
        let agent = try parts.agent(messenger, database)
        output.announce(Announcement(agent: settings.agentID.description, answeredBy: agent.analyst)) {
            "The agent \($0.agent) is running; answers come from \($0.answeredBy). Press Ctrl-C to stop."
        }
        try await ServiceGroup([
            ("messenger", messenger), ("hand-over", HandOver(messenger: messenger)), ("agent", agent),
        ]).run()
    }
}
