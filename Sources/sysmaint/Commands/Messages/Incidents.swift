import Commands
import Foundation
import KeyStore
import Logging
import Messenger

struct Incidents: Command {
    static let about = About(
        "List messages that could not be decrypted and keys that nobody has approved, newest first.",
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
        let store = try identity.openStore(common.settings(quiet: true))
        let incidents = try await store.read { [limit] in try $0.incidents.newest(limit: limit) }
        if incidents.isEmpty { Output.note("All messages could be decrypted, and all keys are approved.") }
        switch output.format {
        case .json: try Output.json(incidents)
        case .text: for incident in incidents { try Output.line(incident.line) }
        }
    }
}

extension Incident {
    fileprivate var line: String {
        "\(at.formatted(.iso8601.dateTimeSeparator(.space))) from \(peer.printableInLine): \(cause.printableInLine)"
    }
}
