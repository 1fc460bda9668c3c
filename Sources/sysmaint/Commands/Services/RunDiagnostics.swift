import Commands
import Services

struct RunDiagnostics: Command {
    static let about = About(
        "Run the diagnostics worker, which tells the relay about the relay's own machine.",
        name: "diagnostics",
        details: """
            Plain figures in clear text, and no identity: for the machine that the relay runs on.

            Example: sysmaint diagnostics
            """)

    @Option("Where the relay is (RELAY_URL).", value: "url")
    var relayURL: String?
    @Option("Between two samples (SYSMAINT_PROBE_INTERVAL_MS, or 10000).", value: "milliseconds")
    var interval: String?
    let output = OutputOptions()
    let common = CommonOptions()

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
        try await ServiceGroup([("diagnostics", worker)]).run()
    }
}
