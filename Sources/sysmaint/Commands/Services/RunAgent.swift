import Agent
import Commands
import RelayAPI
import Services

struct RunAgent: Command {
    static let about = About(
        "Run the agent, which takes in telemetry and answers prompts.", name: "agent",
        details: """
            A model answers where OPENAI_API_KEY or OPENAI_BASE_URL is set, the built-in offline analyst elsewhere. \
            Its identity is made at the first start.

            Example: OPENAI_BASE_URL=http://127.0.0.1:11434/v1 sysmaint agent
            """)

    @Option("Its identity (SYSMAINT_ID, or sysmaint).", value: "id")
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
        let messenger = try settings.messenger(service.stores.open(settings.agentID, settings))
        let parts = Parts(settings: settings)
        let agent = try parts.agent(messenger, parts.stateDatabase())
        output.announce(Announcement(agent: settings.agentID.description, answeredBy: agent.analyst)) {
            "The agent \($0.agent) runs; \($0.answeredBy) answers. Ctrl-C stops it."
        }
        try await ServiceGroup([("messenger", messenger), ("agent", agent)]).run()
    }
}
