import Commands
import Foundation
import RelayAPI
import RelayServer

struct AdminDiagnostics: Command {
    static let about = About(
        "Show the contents of the relay's database, and relay statistics if it is running.",
        name: "diagnostics",
        details: "Example: sysmaint admin diagnostics")

    @Option("The relay's URL (RELAY_URL).", value: "url")
    var relayURL: String?
    let relay = RelayDatabaseOptions()
    let output = OutputOptions()

    private struct Report: Encodable {
        let database: String
        let users, devices, oneTimePreKeys, queuedMessages, queuedBytes, setAsideMessages: Int
        let databaseBytes, writeAheadLogBytes: Int
        let freeDiskBytes: Int?
        /// Nil if the relay does not respond.
        let running: RelayDiagnostics?

        init(_ store: SQLiteRelayStore, path: String, running: RelayDiagnostics?) async throws {
            let totals = try await store.totals()
            (users, devices, oneTimePreKeys) = (totals.users, totals.devices, totals.oneTimePreKeys)
            (queuedMessages, queuedBytes) = (totals.queuedMessages, totals.queuedBytes)
            setAsideMessages = totals.setAsideMessages
            database = path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            databaseBytes = (attributes[.size] as? NSNumber)?.intValue ?? 0
            writeAheadLogBytes = store.figures.logBytes
            freeDiskBytes = store.freeDiskBytes
            self.running = running
        }

        var text: String {
            """
            database  \(database), \(Quantity.size(databaseBytes)), log \(Quantity.size(writeAheadLogBytes)), \
            \(freeDiskBytes.map { Quantity.size($0) } ?? "unknown") free
            accounts  \(users) with \(Quantity.count(devices, "device")), \(oneTimePreKeys) one-time prekeys left
            queues    \(Quantity.count(queuedMessages, "message")) waiting (\(Quantity.size(queuedBytes))), \(setAsideMessages) set aside
            relay     \(running.map(Self.line) ?? "not responding")
            """
        }

        private static func line(_ relay: RelayDiagnostics) -> String {
            "up \(Quantity.span(seconds: relay.uptimeSeconds)), \(relay.connections) connected, "
                + "\(relay.acceptedTotal) accepted, \(relay.ackedTotal) acknowledged, "
                + "\(Quantity.size(relay.residentBytes)) of memory in use"
        }
    }

    func run() async throws {
        let database = try relay.located([.relayURL: relayURL])
        let url = try database.settings.relayURL()
        let running = try? await JSONClient.get("\(url)/diagnostics", as: RelayDiagnostics.self)
        try output.show(
            try await Report(database.open(), path: database.path, running: running), text: \.text)
    }
}
