import ArgumentParser
import Foundation
import MaintenanceAPI
import RelayAPI
import ServiceLifecycle

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how the relay and the host are now.",
        discussion: """
            Asks the relay and, where one runs, the dashboard. Fails with 69 when the relay does not answer; with --watch it \
            says so and asks again.

            Example: sysmaint status --watch
            """)

    @Option(help: ArgumentHelp("Where the relay is (RELAY_URL).", valueName: "url"))
    var relayURL: String?
    @Option(
        help: ArgumentHelp("Where the dashboard is; this machine's WEB_PORT without it.", valueName: "url"))
    var webURL: String?
    @Flag(help: "Show it again every two seconds, until Ctrl-C.")
    var watch = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        let relay: RelayDiagnostics
        /// Absent where no dashboard answers.
        let host: CurrentStatus?
    }

    func run() async throws {
        let settings = try common.settings([.relayURL: relayURL], quiet: true)
        let web = try webURL ?? settings.webURL()
        let relay = try settings.relayURL()
        guard watch else { return try await show(report(relay: relay, web: web), web: web) }
        let watching = Watching { try await showAgain(relay: relay, web: web) }
        try await ServiceGroup.assembled([("status", watching)]).run()
    }

    private func report(relay: String, web: String) async throws -> Report {
        Report(
            relay: try await Peek.get("\(relay)/diagnostics", as: RelayDiagnostics.self),
            host: try? await Peek.get("\(web)/api/status/current", as: CurrentStatus.self))
    }

    private func show(_ report: Report, web: String) throws {
        try output.show(report) { report in
            ([Self.line(report.relay)]
                + (report.host.map(Self.lines) ?? ["host    no dashboard answers at \(web)"]))
                .joined(separator: "\n")
        }
    }

    /// One turn of `--watch`. A relay that does not answer may come back: that is said, and asked again.
    private func showAgain(relay: String, web: String) async throws {
        do {
            let report = try await report(relay: relay, web: web)
            if Terminal.canRedraw { try Output.text(Terminal.blank) }
            try show(report, web: web)
        } catch {
            guard let failure = Failure(describing: error), failure.code == .unavailable else { throw error }
            // The interruption ends the question, too.
            guard !Task.isCancelled else { return }
            if Terminal.canRedraw { try Output.text(Terminal.blank) }
            Output.note("relay   \(failure.message)")
        }
    }

    private static func line(_ relay: RelayDiagnostics) -> String {
        "relay   up \(Quantity.span(seconds: relay.uptimeSeconds)), \(relay.users) identities, "
            + "\(relay.connections) connected, \(relay.queuedMessages) messages waiting"
    }

    private static func lines(_ status: CurrentStatus) -> [String] {
        let usage = status.usage
        return [
            status.sample.map { host($0, age: status.ageSeconds) } ?? "host    no reading yet",
            "model   \(usage.requests) requests, \(usage.promptTokens + usage.completionTokens) tokens, \(usage.costUSD) USD",
        ]
    }

    private static func host(_ sample: Sample, age: Double?) -> String {
        let disk = sample.fileSystems.compactMap(\.usedPercent).max()
        let parts: [String?] = [
            sample.load.map { "load \(Quantity.number($0.one))" },
            sample.cpu.map { "CPU \(Quantity.number($0.all.busyPercent)) %" },
            sample.memory?.usedPercent.map { "memory \(Quantity.number($0)) %" },
            disk.map { "fullest disk \(Quantity.number($0)) %" },
            sample.host.uptimeSeconds.map { "up \(Quantity.span(seconds: $0))" },
            age.map { "read \(Quantity.span(seconds: $0)) ago" },
        ]
        return "host    " + parts.compactMap(\.self).joined(separator: ", ")
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
