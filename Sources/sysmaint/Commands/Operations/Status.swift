import Commands
import Cryptography
import Foundation
import MaintenanceAPI
import RelayAPI
import Services

struct Status: Command {
    static let about = About(
        "Show the current status of the relay and the host.",
        details: """
            Queries the relay and, if it is running, the dashboard. Exits with 69 if the relay does not respond; with \
            --watch it reports that and retries.

            Example: sysmaint status --watch
            """)

    @Option("The relay's URL (RELAY_URL).", value: "url")
    var relayURL: String?
    @Option("The dashboard's URL; by default, WEB_PORT on this machine.", value: "url")
    var webURL: String?
    @Flag("Refresh every two seconds until Ctrl-C.")
    var watch = false
    let output = OutputOptions()
    let common = CommonOptions()

    private struct Report: Encodable {
        let relay: RelayDiagnostics
        /// Nil if no dashboard responds.
        let host: CurrentStatus?
    }

    /// The URLs to query.
    private struct Places: Sendable {
        let relay: String
        let web: String
        /// The dashboard's token.
        let token: SecretText?
    }

    func run() async throws {
        let settings = try common.settings([.relayURL: relayURL], quiet: true)
        let web = try WebSettings(settings.reader)
        let places = Places(
            relay: try settings.relayURL(), web: try webURL ?? settings.webURL(), token: web.token)
        guard watch else { return try await show(table(places)) }
        let watching = Watching { try await showAgain(places) }
        try await ServiceGroup([("status", watching)]).run()
    }

    private func table(_ places: Places) async throws -> StatusTable {
        let relay = try await JSONClient.get("\(places.relay)/diagnostics", as: RelayDiagnostics.self)
        do {
            let host = try await JSONClient.get(
                "\(places.web)/api/status/current", as: CurrentStatus.self, token: places.token)
            return StatusTable(relay: relay, host: .success(host))
        } catch let failure as Failure {
            return StatusTable(relay: relay, host: .failure(failure))
        }
    }

    private func show(_ table: StatusTable) throws {
        try output.show(Report(relay: table.relay, host: try? table.host.get())) { _ in table.text }
    }

    /// One turn of `--watch`. A relay that does not respond may recover: that is reported, and retried.
    private func showAgain(_ places: Places) async throws {
        do {
            let table = try await table(places)
            if Terminal.canRedraw { try Output.text(Terminal.blank) }
            try show(table)
        } catch {
            guard let failure = Failure(describing: error), failure.code == .unavailable else { throw error }
            // An interruption also cancels the request.
            guard !Task.isCancelled else { return }
            if Terminal.canRedraw { try Output.text(Terminal.blank) }
            Output.note("relay   \(failure.message)")
        }
    }
}

/// Calls `turn` every two seconds until shutdown.
private struct Watching: Service {
    let turn: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await every(.seconds(2), startingNow: true, turn)
        }
    }
}
