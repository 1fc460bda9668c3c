import Foundation

extension HTTPClient {
    /// Who is asked to connect to the server instead.
    package struct Proxy: Sendable, Hashable {
        /// As `http://proxy.example:3128`.
        package var url: String
        /// Hosts that are reached directly, separated by commas; a name stands for those below it too, `*` for all.
        package var exceptions: String

        package init(url: String, exceptions: String = "") { (self.url, self.exceptions) = (url, exceptions) }

        /// What `HTTPS_PROXY` and `NO_PROXY` say, in lower case before upper case, as curl reads them; nil without a proxy.
        package static func environment(
            _ variables: [String: String] = ProcessInfo.processInfo.environment
        ) -> Proxy? {
            func value(_ name: String) -> String? {
                [name.lowercased(), name].compactMap { variables[$0] }.first { !$0.isEmpty }
            }
            return value("HTTPS_PROXY").map { Proxy(url: $0, exceptions: value("NO_PROXY") ?? "") }
        }
    }
}
