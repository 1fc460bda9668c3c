import Commands
import Foundation
import Logging

/// The options of every command: the data folder, the source of settings, and logging.
struct CommonOptions: Arguments {
    @Option("The data folder (SYSMAINT_HOME, or ~/.sysmaint).", value: "folder")
    var home: String?

    @Option("File of settings as NAME=value lines; by default, .env in the current folder.", value: "file")
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
                .configuration, "line \(error.number) of \(path) is not a setting (NAME=value)",
                help: "Correct the line, or begin it with # to make it a comment.")
        }
    }
}
