import Commands
import Services

struct RunDiagnostics: Command {
    static let about = About(
        "Run the diagnostics worker, which reports metrics of the relay's machine to the relay.",
        name: "diagnostics",
        details: """
            It needs no identity and sends its metrics unencrypted: run it on the relay's machine.

            Example: sysmaint diagnostics
            """)

    @Option("The relay's URL (RELAY_URL).", value: "url")
    var relayURL: String?
    @Option("Interval between samples (SYSMAINT_PROBE_INTERVAL_MS, or 10000).", value: "milliseconds")
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
            "Posting to \($0.relay)/diagnostics/metrics. Press Ctrl-C to stop."
        }
        try await ServiceGroup([("diagnostics", worker)]).run()
    }
}
