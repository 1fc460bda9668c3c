import ArgumentParser
import RelayAPI
import ServiceLifecycle
import Telemetry

struct RunProbe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Run the probe, which samples this machine and reports to the agent.",
        discussion: """
            Its identity is made at the first start. While the relay is away, readings are kept.

            Example: RELAY_URL=https://relay.example.org sysmaint probe
            """)

    @Option(help: ArgumentHelp("Its identity (DIAG_PROBE_ID, or diagprobe).", valueName: "id"))
    var id: String?
    @Option(
        help: ArgumentHelp(
            "Between two samples (SYSMAINT_PROBE_INTERVAL_MS, or 10000).", valueName: "milliseconds"))
    var interval: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var service: ServiceOptions

    private struct Announcement: Encodable {
        let probe: String
        let agent: String
    }

    func run() async throws {
        let settings = try service.settings([.probeID: id, .probeInterval: interval])
        let messenger = try settings.messenger(service.stores.open(settings.probeID, settings))
        let probe = try Parts(settings: settings).probe(messenger, relayURL: settings.relayURL())
        let announcement = Announcement(
            probe: settings.probeID.description, agent: settings.agentID.description)
        output.announce(announcement) { "The probe \($0.probe) reports to \($0.agent). Ctrl-C stops it." }
        var services: [(String, any Service)] = [("messenger", messenger), ("probe", probe)]
        let interval = try settings.probeInterval()
        if interval >= UnusedCode.minInterval {
            services.append(("unused code", UnusedCode(readingEvery: interval)))
        }
        try await ServiceGroup.assembled(services).run()
    }
}
