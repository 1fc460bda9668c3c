import Commands
import Services

struct RunRelay: Command {
    static let about = About(
        "Run the relay, which stores and forwards messages it cannot read.", name: "relay",
        details: """
            Prints its URL once it is listening. Stop it with Ctrl-C or SIGTERM.

            Example: sysmaint relay --host 0.0.0.0
            """)

    @Option("The address to listen on (RELAY_HOST, or 127.0.0.1).", value: "address")
    var host: String?
    @Option("The port; 0 selects any free port (RELAY_PORT, or 8080).", value: "number")
    var port: String?
    @Option("The relay's SQLite file (RELAY_DB).", value: "file")
    var database: String?
    @Option("The certificate chain for HTTPS (RELAY_TLS_CERT).", value: "file")
    var tlsCert: String?
    @Option("The certificate's private key (RELAY_TLS_KEY).", value: "file")
    var tlsKey: String?
    let output = OutputOptions()
    let common = CommonOptions()

    private struct Announcement: Encodable {
        let relay: String
    }

    func run() async throws {
        let settings = try common.settings([
            .relayHost: host, .relayPort: port, .relayDatabase: database, .relayCertificate: tlsCert,
            .relayKey: tlsKey,
        ])
        let relay = try await onceThereIsRoom {
            try Parts(settings: settings).relay { [output] url in
                output.announce(Announcement(relay: url)) {
                    "The relay is listening at \($0.relay). Press Ctrl-C to stop."
                }
            }
        }
        try await ServiceGroup([("relay", relay)]).run()
    }
}
