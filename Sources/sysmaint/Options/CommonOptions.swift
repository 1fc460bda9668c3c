import Commands
import Foundation
import Logging

/// What every command takes: where the data is, where settings come from, how it logs.
struct CommonOptions: Arguments {
    @Option("The data folder (SYSMAINT_HOME, or ~/.sysmaint).", value: "folder")
    var home: String?

    @Option("Settings as NAME=value lines; .env in this folder is read without it.", value: "file")
    var envFile: String?

    @Option("text or json (LOG_FORMAT); follows --format without it.", value: "format")
    var logFormat: String?

    @Option("trace, debug, info, notice, warning, error or critical (LOG_LEVEL).", value: "level")
    var logLevel: String?

    /// Reads the settings, flags first, and sets logging up; `flags` are those that the command has beside these.
    ///
    /// `quiet` is for commands whose result matters, not what happens on the way: they log only warnings by default.
    func settings(_ flags: [Variable: String?] = [:], quiet: Bool = false) throws -> Settings {
        let own: [Variable: String?] = [.home: home, .logFormat: logFormat, .logLevel: logLevel]
        let reader = SettingsReader(
            flags: own.merging(flags) { $1 }.compactMapValues(\.self),
            environment: ProcessInfo.processInfo.environment, file: try dotEnv())
        let format = try reader.choice(.logFormat, of: LogLine.self) ?? Output.format.ofLogs
        let level = try reader.choice(.logLevel, of: Logger.Level.self) ?? (quiet ? .warning : .info)
        LogTarget.process = LogTarget(from: level, write: format.write)
        if let authority = reader.path(.relayAuthority) { try Network.trustRelay(certifiedBy: authority) }
        return try Settings(reader)
    }

    private func dotEnv() throws -> DotEnv? {
        let path = envFile ?? ".env"
        guard let contents = FileManager.default.contents(atPath: path) else {
            guard envFile == nil else {
                throw Failure(.notFound, "the file \(path) cannot be read", help: "Check --env-file.")
            }
            return nil
        }
        do {
            return try DotEnv(parsing: String(decoding: contents, as: UTF8.self))
        } catch {
            throw Failure(
                .configuration, "line \(error.number) of \(path) is no setting",
                help: "Write settings as NAME=value and comments after #.")
        }
    }
}
