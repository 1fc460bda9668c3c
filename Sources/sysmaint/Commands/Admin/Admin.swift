import Commands
import Foundation
import RelayServer

struct Admin: Command {
    static let about = About(
        "Operate the relay of this machine.",
        details: """
            Works on the relay's database, whether the relay runs or not.

            Example: sysmaint admin users
            """,
        commands: [
            AdminUsers.self, AdminDevices.self, Revoke.self, Readmit.self, AdminDiagnostics.self, Audit.self,
        ])
}

/// Which relay's database a command works on.
struct RelayDatabaseOptions: Arguments {
    @Option("The relay's SQLite file (RELAY_DB).", value: "file")
    var database: String?
    let common = CommonOptions()

    func open() throws -> SQLiteRelayStore { try located().open() }

    /// Finds a database that is there.
    func located(_ flags: [Variable: String?] = [:]) throws -> LocatedDatabase {
        let settings = try common.settings([.relayDatabase: database].merging(flags) { $1 }, quiet: true)
        let path = try RelaySettings(settings.reader, home: settings.home).database
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .notFound, "there is no relay database \(path)",
                help: "Name it with --database or RELAY_DB; the relay makes it at its first start.")
        }
        return LocatedDatabase(settings: settings, path: path)
    }
}

/// A relay's database that is there, and the settings by which it was found.
struct LocatedDatabase {
    let settings: Settings
    let path: String

    func open() throws -> SQLiteRelayStore {
        try Parts.opening("relay database", path) { try SQLiteRelayStore(existing: path) }
    }
}
