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
        // "libcurl/7.88.1 OpenSSL/3.0.17 zlib/1.2.13 …"
        let curl = (try? Library.version().get())?.split(separator: " ").first
            .map { String($0.replacing("/", with: " ")) }
        return linked.map { "\($0.name) \($0.version)" } + [curl ?? "libcurl is not installed"]
    }
}
