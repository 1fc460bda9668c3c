import Commands
import Foundation
import MaintenanceAPI
import RelayAPI
import Services

struct Status: Command {
    static let about = About(
        "Show how the relay and the host are now.",
        details: """
            Asks the relay and, where one runs, the dashboard. Fails with 69 when the relay does not answer; with --watch it \
            says so and asks again.

            Example: sysmaint status --watch
            """)

    @Option("Where the relay is (RELAY_URL).", value: "url")
    var relayURL: String?
    @Option("Where the dashboard is; this machine's WEB_PORT without it.", value: "url")
    var webURL: String?
    @Flag("Show it again every two seconds, until Ctrl-C.")
    var watch = false
    let output = OutputOptions()
    let common = CommonOptions()

    private struct Report: Encodable {
        let relay: RelayDiagnostics
        /// Absent where no dashboard answers.
        let host: CurrentStatus?
    }

    /// Where things are asked for.
    private struct Places: Sendable {
        let relay: String
        let web: String
        /// What the dashboard asks for.
        let token: String?
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
        let relay = try await Peek.get("\(places.relay)/diagnostics", as: RelayDiagnostics.self)
        do {
            let host = try await Peek.get(
                "\(places.web)/api/status/current", as: CurrentStatus.self, token: places.token)
            return StatusTable(relay: relay, host: .success(host))
        } catch let failure as Failure {
            return StatusTable(relay: relay, host: .failure(failure))
        }
    }

    private func show(_ table: StatusTable) throws {
        try output.show(Report(relay: table.relay, host: try? table.host.get())) { _ in table.text }
    }

    /// One turn of `--watch`. A relay that does not answer may come back: that is said, and asked again.
    private func showAgain(_ places: Places) async throws {
        do {
            let table = try await table(places)
            if Terminal.canRedraw { try Output.text(Terminal.blank) }
            try show(table)
        } catch {
            guard let failure = Failure(describing: error), failure.code == .unavailable else { throw error }
            // The interruption ends the question, too.
            guard !Task.isCancelled else { return }
            if Terminal.canRedraw { try Output.text(Terminal.blank) }
            Output.note("relay   \(failure.message)")
        }
    }
}

/// Does something every two seconds until it is interrupted.
private struct Watching: Service {
    let turn: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await turn()
                // The pace; the interruption ends it early.
                try? await Task.sleep(for: .seconds(2))
            }
        }
    }
}
