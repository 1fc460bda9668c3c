import Agent
import ArgumentParser
import ServiceLifecycle

struct RunAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Run the agent, which takes in telemetry and answers prompts.",
        discussion: """
            A model answers where OPENAI_API_KEY or OPENAI_BASE_URL is set, the built-in offline analyst elsewhere. \
            Its identity is made at the first start.

            Example: OPENAI_BASE_URL=http://127.0.0.1:11434/v1 sysmaint agent
            """)

    @Option(help: ArgumentHelp("Its identity (SYSMAINT_ID, or sysmaint).", valueName: "id"))
    var id: String?
    @Option(
        help: ArgumentHelp("The database of telemetry and answers (SYSMAINT_STATE_DB).", valueName: "file"))
    var stateDatabase: String?
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        let settings = try service.settings([.agentID: id, .stateDatabase: stateDatabase])
        let messenger = try settings.messenger(service.stores.open(settings.agentID, settings))
        let parts = Parts(settings: settings)
        let agent = try parts.agent(messenger, parts.stateDatabase())
        Output.note("The agent \(settings.agentID) runs; \(agent.analyst) answers. Ctrl-C stops it.")
        try await ServiceGroup.assembled([("messenger", messenger), ("agent", agent)]).run()
    }
}
