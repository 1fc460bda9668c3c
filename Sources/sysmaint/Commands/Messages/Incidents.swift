import Commands
import Foundation
import KeyStore
import Messenger

struct Incidents: Command {
    static let about = About(
        "Show which messages could not be read and why, newest first.",
        details: """
            A session that is broken is begun anew by itself; the message that showed it is lost and stands here.

            Example: sysmaint incidents --id dave
            """
    )

    @Option("At most so many.", value: "number")
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
        if incidents.isEmpty { Output.note("Every message could be read.") }
        switch output.format {
        case .json: try Output.json(incidents)
        case .text: for incident in incidents { try Output.line(incident.line) }
        }
    }
}

extension Incident {
    fileprivate var line: String {
        "\(at.formatted(.iso8601.dateTimeSeparator(.space))) from \(peer.printable): \(cause.printable)"
    }
}
