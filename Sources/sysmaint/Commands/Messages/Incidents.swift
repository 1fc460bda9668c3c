import Commands
import Foundation
import KeyStore
import Logging
import Messenger

struct Incidents: Command {
    static let about = About(
        "List messages that could not be decrypted and unapproved keys, newest first.",
        details: """
            A broken session is replaced automatically; the message that revealed it is lost and listed here.

            Example: sysmaint incidents --id dave
            """
    )

    @Option("Maximum number of incidents to list.", value: "number")
    var limit = 20
    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        let incidents = try await identity.perform(
            ListIncidents(limit: limit), common.settings(quiet: true))
        if incidents.isEmpty { Output.note("All messages could be decrypted, and all keys are approved.") }
        switch output.format {
        case .json: try Output.json(incidents)
        case .text: for incident in incidents { try Output.line(incident.line) }
        }
    }
}

struct ListIncidents: StoreOperation {
    let limit: Int

    /// Newest first.
    func run(by messenger: Messenger) async throws -> [Incident] {
        try await messenger.store.read { [limit] in try $0.incidents.newest(limit: limit) }
    }
}

extension Incident {
    fileprivate var line: String {
        "\(at.formatted(.iso8601.dateTimeSeparator(.space))) from \(peer.printableInLine): \(cause.printableInLine)"
    }
}
