import ArgumentParser
import Foundation

struct Admin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Operate the relay of this machine.",
        discussion: "Works on the relay's database, whether the relay runs or not.",
        subcommands: [Audit.self])
}

/// Which relay's database a command works on.
struct RelayDatabaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The relay's SQLite file (RELAY_DB).", valueName: "file"))
    var database: String?
    @OptionGroup var common: CommonOptions

    /// The path of a database that is there.
    func path() throws -> String {
        let settings = try common.settings([.relayDatabase: database], quiet: true)
        let path = try RelaySettings(settings.reader, home: settings.home).database
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .notFound, "there is no relay database \(path)",
                help: "Name it with --database or RELAY_DB; the relay makes it at its first start.")
        }
        return path
    }
}
