import Commands
import Foundation
import RelayServer

struct Admin: Command {
    static let about = About(
        "Administer the relay on this machine.",
        details: """
            Works directly on the relay's database, whether or not the relay is running.

            Example: sysmaint admin users
            """,
        commands: [
            AdminUsers.self, AdminDevices.self, Revoke.self, Readmit.self, AdminDiagnostics.self, Audit.self,
        ])
}

/// Selects the relay database that a command works on.
struct RelayDatabaseOptions: Arguments {
    @Option("The relay's SQLite file (RELAY_DB).", value: "file")
    var database: String?
    let common = CommonOptions()

    func open() throws -> SQLiteRelayStore { try located().open() }

    /// The path of the database, which must exist.
    func located(_ flags: [Variable: String?] = [:]) throws -> LocatedDatabase {
        let settings = try common.settings([.relayDatabase: database].merging(flags) { $1 }, quiet: true)
        let path = try RelaySettings(settings.reader, home: settings.home).database
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .notFound, "there is no relay database \(path)",
                help: "Set its path with --database or RELAY_DB; the relay creates it when it first starts.")
        }
        return LocatedDatabase(settings: settings, path: path)
    }
}

/// An existing relay database, and the settings that located it.
struct LocatedDatabase {
    let settings: Settings
    let path: String

    func open() throws -> SQLiteRelayStore {
        try Parts.opening("relay database", path) { try SQLiteRelayStore(existing: path) }
    }
}
