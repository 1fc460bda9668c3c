import Commands
import KeyStore
import Messenger
import Services

struct RunWeb: Command {
    static let about = About(
        "Run the web interface: dashboard, chat, demo and their JSON API.", name: "web",
        details: """
            Needs the agent's state database on this machine. Unless WEB_TOKEN is set, anyone who can reach the port can \
            read the status and write as Alice and Bob; if it is set, browsers log in with it and programs send it as a \
            bearer token. Set it before listening on an address other than 127.0.0.1, and list the host names under which \
            the pages are requested in WEB_NAMES, separated by commas.

            Example: sysmaint web --port 3001
            """)

    @Option("The address to listen on (WEB_HOST, or 127.0.0.1).", value: "address")
    var host: String?
    @Option("The port; 0 selects any free port (WEB_PORT, or 3000).", value: "number")
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
        let parts = Parts(settings: settings)
        let (people, database) = try await onceThereIsRoom {
            let stores = try service.stores.open([settings.aliceID, settings.bobID], settings)
            let people = try stores.map { try settings.messenger($0) }
            for person in people { try await Parts.introduce(people, to: person) }
            return (people, try parts.stateDatabase())
        }
        defer { for person in people { person.store.close() } }
        let web = try parts.web(alice: people[0], bob: people[1], database) { [output] url in
            output.announce(Announcement(web: url)) {
                "The dashboard is at \($0.web)/. Press Ctrl-C to stop."
            }
        }
        try await ServiceGroup([
            ("messenger of alice", people[0]), ("messenger of bob", people[1]),
            ("hand-over to alice", HandOver(messenger: people[0])),
            ("hand-over to bob", HandOver(messenger: people[1])), ("web", web),
        ]).run()
    }
}
