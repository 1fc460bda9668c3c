import Commands
import Foundation
import Logging

/// The options of every command: the data folder, the source of settings, and logging.
struct CommonOptions: Arguments {
    @Option("The data folder (SYSMAINT_HOME, or ~/.sysmaint).", value: "folder")
    var home: String?

    @Option(
        "File of settings as NAME=value lines; by default, .env here and in the data folder.", value: "file")
    var envFile: String?

    @Option("Log format: text or json (LOG_FORMAT); by default, that of --format.", value: "format")
    var logFormat: String?

    @Option(
        "Lowest level to log: trace, debug, info, notice, warning, error or critical (LOG_LEVEL).",
        value: "level")
    var logLevel: String?

    /// Reads the settings, with flags taking precedence, and sets up logging; `flags` are the command's own.
    ///
    /// `quiet` is for commands whose result matters rather than their progress: by default they log only warnings.
    func settings(_ flags: [Variable: String?] = [:], quiet: Bool = false) throws -> Settings {
        let own: [Variable: String?] = [.home: home, .logFormat: logFormat, .logLevel: logLevel]
        let reader = try reader(own.merging(flags) { $1 }.compactMapValues(\.self))
        let format = try reader.choice(.logFormat, of: LogLine.self) ?? Output.format.ofLogs
        let level = try reader.choice(.logLevel, of: Logger.Level.self) ?? (quiet ? .warning : .info)
        LogTarget.process = LogTarget(from: level, write: format.write)
        if let authority = reader.path(.relayAuthority) { try Network.trustRelay(certifiedBy: authority) }
        return try Settings(reader)
    }

    /// The settings of the flags, the environment, and the file that a flag names or those found in the current folder and the
    /// data folder.
    private func reader(_ flags: [Variable: String]) throws -> SettingsReader {
        let environment = ProcessInfo.processInfo.environment
        var remarks: [String] = []
        var files: [SettingsFile] = []
        if let envFile {
            files = [try .named(envFile)]
        } else {
            if let file = try SettingsFile.found(in: "", ignored: { remarks.append($0) }) {
                files.append(file)
            }
            let home = Settings.home(SettingsReader(flags: flags, environment: environment, files: files))
            if !Self.isCurrentFolder(home),
                let file = try SettingsFile.found(in: home, ignored: { remarks.append($0) })
            {
                files.append(file.without(.home))
            }
        }
        let reader = SettingsReader(flags: flags, environment: environment, files: files)
        for remark in remarks + reader.remarks { Output.note(remark) }
        return reader
    }

    private static func isCurrentFolder(_ path: String) -> Bool {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            == URL(fileURLWithPath: ".").resolvingSymlinksInPath().path
    }
}
