import ArgumentParser
import Messenger
import ServiceLifecycle

struct RunWeb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web", abstract: "Run the web: dashboard, chat, demo and their JSON API.",
        discussion: """
            Needs the agent's state database on this machine. Whoever reaches the port reads the status and writes as \
            Alice and Bob, unless WEB_TOKEN is set: then browsers log in with it and programs send it as a bearer token. \
            Set it before binding to other addresses than 127.0.0.1, and name the hosts in WEB_NAMES (separated by commas) \
            under which the pages are asked for.

            Example: sysmaint web --port 3001
            """)

    @Option(help: ArgumentHelp("The address to listen on (WEB_HOST, or 127.0.0.1).", valueName: "address"))
    var host: String?
    @Option(help: ArgumentHelp("The port; 0 takes a free one (WEB_PORT, or 3000).", valueName: "number"))
    var port: String?
    @Option(help: ArgumentHelp("The agent's database (SYSMAINT_STATE_DB).", valueName: "file"))
    var stateDatabase: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var service: ServiceOptions

    private struct Announcement: Encodable {
        let web: String
    }

    func run() async throws {
        let settings = try service.settings([
            .webHost: host, .webPort: port, .stateDatabase: stateDatabase,
        ])
        let stores = try service.stores.open([settings.aliceID, settings.bobID], settings)
        let people = try stores.map { try settings.messenger($0) }
        let parts = Parts(settings: settings)
        let web = try parts.web(alice: people[0], bob: people[1], parts.stateDatabase()) { [output] url in
            output.announce(Announcement(web: url)) { "The dashboard is at \($0.web)/. Ctrl-C stops it." }
        }
        try await ServiceGroup.assembled([
            ("messenger of alice", people[0]), ("messenger of bob", people[1]), ("web", web),
        ]).run()
    }
}
