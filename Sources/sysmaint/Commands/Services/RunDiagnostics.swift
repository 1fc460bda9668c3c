import ArgumentParser
import ServiceLifecycle

struct RunDiagnostics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagnostics",
        abstract: "Run the diagnostics worker, which tells the relay about the relay's own machine.",
        discussion: """
            Plain figures in clear text, and no identity: for the machine that the relay runs on.

            Example: sysmaint diagnostics
            """)

    @Option(help: ArgumentHelp("Where the relay is (RELAY_URL).", valueName: "url"))
    var relayURL: String?
    @Option(
        help: ArgumentHelp(
            "Between two samples (SYSMAINT_PROBE_INTERVAL_MS, or 10000).", valueName: "milliseconds"))
    var interval: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    private struct Announcement: Encodable {
        let relay: String
    }

    func run() async throws {
        let settings = try common.settings([.relayURL: relayURL, .probeInterval: interval])
        let relay = try settings.relayURL()
        let worker = try Parts(settings: settings).diagnostics(relayURL: relay)
        output.announce(Announcement(relay: relay)) {
            "Posting to \($0.relay)/diagnostics/metrics. Ctrl-C stops it."
        }
        try await ServiceGroup.assembled([("diagnostics", worker)]).run()
    }
}
