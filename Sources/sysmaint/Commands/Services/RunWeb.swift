import Commands
import Messenger
import Services

struct RunWeb: Command {
    static let about = About(
        "Run the web: dashboard, chat, demo and their JSON API.", name: "web",
        details: """
            Needs the agent's state database on this machine. Whoever reaches the port reads the status and writes as \
            Alice and Bob, unless WEB_TOKEN is set: then browsers log in with it and programs send it as a bearer token. \
            Set it before binding to other addresses than 127.0.0.1, and name the hosts in WEB_NAMES (separated by commas) \
            under which the pages are asked for.

            Example: sysmaint web --port 3001
            """)

    @Option("The address to listen on (WEB_HOST, or 127.0.0.1).", value: "address")
    var host: String?
    @Option("The port; 0 takes a free one (WEB_PORT, or 3000).", value: "number")
    var port: String?
    @Option("The agent's database (SYSMAINT_STATE_DB).", value: "file")
    var stateDatabase: String?
    let output = OutputOptions()
    let service = ServiceOptions()

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
        try await ServiceGroup([
            ("messenger of alice", people[0]), ("messenger of bob", people[1]), ("web", web),
        ]).run()
    }
}
