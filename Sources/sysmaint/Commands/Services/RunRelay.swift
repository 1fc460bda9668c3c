import Commands
import Services

struct RunRelay: Command {
    static let about = About(
        "Run the relay, which stores and forwards what it cannot read.", name: "relay",
        details: """
            Says where it listens once it does. Ctrl-C or SIGTERM stops it.

            Example: sysmaint relay --host 0.0.0.0
            """)

    @Option("The address to listen on (RELAY_HOST, or 127.0.0.1).", value: "address")
    var host: String?
    @Option("The port; 0 takes a free one (RELAY_PORT, or 8080).", value: "number")
    var port: String?
    @Option("The SQLite file of the queues (RELAY_DB).", value: "file")
    var database: String?
    @Option("The certificate chain, to serve HTTPS (RELAY_TLS_CERT).", value: "file")
    var tlsCert: String?
    @Option("The key of the certificate (RELAY_TLS_KEY).", value: "file")
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
        let relay = try Parts(settings: settings).relay { [output] url in
            output.announce(Announcement(relay: url)) { "The relay answers at \($0.relay). Ctrl-C stops it." }
        }
        try await ServiceGroup([("relay", relay)]).run()
    }
}
