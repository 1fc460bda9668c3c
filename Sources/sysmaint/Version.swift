import Cryptography
import Database
import HTTPClient
import Networking

/// The version of this build, as `--version` and the relay's `/health` say it.
enum Version {
    static let current = "0.1.0"

    /// The C libraries this process uses, by their own word. Opens libcurl, which nothing else opens before it is needed.
    static var libraries: [String] {
        let linked =
            CryptographyLibraries.versions + [("SQLite", SQLiteLibrary.version)]
            + NetworkingLibraries.versions
        let curl = CurlLibrary.version.map { "libcurl \($0)" }
        return linked.map { "\($0.name) \($0.version)" } + [curl ?? "libcurl is not installed"]
    }
}
