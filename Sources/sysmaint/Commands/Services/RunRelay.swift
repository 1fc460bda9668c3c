import ArgumentParser
import ServiceLifecycle

struct RunRelay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "Run the relay, which stores and forwards what it cannot read.",
        discussion: """
            Says where it listens once it does. Ctrl-C or SIGTERM stops it.

            Example: sysmaint relay --host 0.0.0.0
            """)

    @Option(help: ArgumentHelp("The address to listen on (RELAY_HOST, or 127.0.0.1).", valueName: "address"))
    var host: String?
    @Option(help: ArgumentHelp("The port; 0 takes a free one (RELAY_PORT, or 8080).", valueName: "number"))
    var port: String?
    @Option(help: ArgumentHelp("The SQLite file of the queues (RELAY_DB).", valueName: "file"))
    var database: String?
    @Option(help: ArgumentHelp("The certificate chain, to serve HTTPS (RELAY_TLS_CERT).", valueName: "file"))
    var tlsCert: String?
    @Option(help: ArgumentHelp("The key of the certificate (RELAY_TLS_KEY).", valueName: "file"))
    var tlsKey: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

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
        try await ServiceGroup.assembled([("relay", relay)]).run()
    }
}
