import Foundation

extension HTTPClient {
    /// The proxy that connects to the server.
    package struct Proxy: Sendable, Hashable {
        /// For example `http://proxy.example:3128`.
        package var url: String
        /// Hosts that are contacted directly, separated by commas; a name includes its subdomains, `*` matches all.
        package var exceptions: String

        package init(url: String, exceptions: String = "") { (self.url, self.exceptions) = (url, exceptions) }

        /// The proxy from `HTTPS_PROXY` and `NO_PROXY`; lower case takes precedence, as in curl; nil without a proxy.
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
