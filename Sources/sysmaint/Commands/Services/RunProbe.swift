import Commands
import KeyStore
import Messenger
import RelayAPI
import Services
import Telemetry

struct RunProbe: Command {
    static let about = About(
        "Run the probe, which samples this machine and reports to the agent.", name: "probe",
        details: """
            The probe's identity is created at the first start. Readings are kept while the relay is unreachable.

            Example: RELAY_URL=https://relay.example.org sysmaint probe
            """)

    @Option("The probe's identity (DIAG_PROBE_ID, or diagprobe).", value: "id")
    var id: String?
    @Option("Interval between samples (SYSMAINT_PROBE_INTERVAL_MS, or 10000).", value: "milliseconds")
    var interval: String?
    let output = OutputOptions()
    let service = ServiceOptions()

    private struct Announcement: Encodable {
        let probe: String
        let agent: String
    }

    func run() async throws {
        let settings = try service.settings([.probeID: id, .probeInterval: interval])
        let messenger = try await onceThereIsRoom {
            try settings.messenger(service.stores.open(settings.probeID, settings))
        }
        defer { messenger.store.close() }
        let probe = try Parts(settings: settings).probe(messenger, relayURL: settings.relayURL())
        let announcement = Announcement(
            probe: settings.probeID.description, agent: settings.agentID.description)
        output.announce(announcement) {
            "The probe \($0.probe) reports to \($0.agent). Press Ctrl-C to stop."
        }
        var services: [(String, any Service)] = [
            ("messenger", messenger), ("hand-over", HandOver(messenger: messenger)), ("probe", probe),
        ]
        let interval = try settings.probeInterval()
        if interval >= UnusedCode.minInterval {
            services.append(("unused code", UnusedCode(readingEvery: interval)))
        }
        try await ServiceGroup(services).run()
    }
}
