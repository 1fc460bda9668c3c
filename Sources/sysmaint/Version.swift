import Agent
import Cryptography
import Database
import HTTPClient
import Networking

/// The version of this build, as shown by `--version` and the relay's `/health`.
enum Version {
    static let current = ProductVersion.current

    /// The C libraries in use and the versions they report. Loads libcurl, which is otherwise loaded only when needed.
    static var libraries: [String] {
        let linked =
            CryptographyLibraries.versions + [("SQLite", SQLiteLibrary.version)]
            + NetworkingLibraries.versions
        let curl = CurlLibrary.version.map { "libcurl \($0)" }
        return linked.map { "\($0.name) \($0.version)" } + [curl ?? "libcurl is not installed"]
    }
}
