import Cryptography
import WebApp

/// The settings of the web interface.
struct WebSettings {
    let host: String
    var port: Int
    /// The token required to use the web; if nil, anyone who can reach the port has access.
    let token: SecretText?
    /// Accepted host names in addition to `localhost` and IP addresses.
    let names: Set<String>
    /// Where a reverse proxy serves the web.
    let basePath: BasePath
    let chatTimeout: Duration

    init(_ reader: SettingsReader) throws {
        host = try reader.listenHost(.webHost)
        token = try reader.secret(.webToken, minLength: 16)
        names = try reader.hostNames(.webNames)
        basePath =
            try reader.value(.webBasePath, "must be a path such as /sysmaint", parse: BasePath.init) ?? .root
        port = try reader.port(.webPort)
        chatTimeout = try reader.milliseconds(.chatTimeout, in: 100...600_000)
    }
}
