import Values

/// Rejects cross-site requests, so that a foreign page cannot use the web app through its visitor's browser.
///
/// - DNS rebinding requires a name whose address the attacker controls, so `Host` must be an address, `localhost` or a
///   configured name.
/// - A request that changes something must come from one of our own pages, or from a program that is not a browser. A browser
///   says so itself (`Sec-Fetch-Site`), whatever a proxy has made of `Host`; one that does not must name as its `Origin` what
///   `Host` names.
struct HostRule: Sendable {
    let names: Set<String>

    init(names: Set<String>) { self.names = Set(names.map { $0.lowercased() }) }

    func check(authority: String?, origin: String?, fetchSite: String?, changesState: Bool) throws(Problem) {
        guard let authority, isAllowed(authority) else {
            throw Problem(
                status: 403, code: .hostNotAllowed, title: "this host name is not served",
                detail: "Use localhost or an IP address, or add the name to WEB_NAMES.")
        }
        guard changesState else { return }
        guard isOurs(origin, authority, fetchSite) else {
            throw Problem(
                status: 403, code: .crossOrigin, title: "the request comes from another site",
                detail: """
                    Only this server's own pages and clients other than browsers may do this. Behind a proxy, have it pass Host on \
                    as it came (nginx: proxy_set_header Host $http_host), and add the name to WEB_NAMES.
                    """)
        }
    }

    private func isOurs(_ origin: String?, _ authority: String, _ fetchSite: String?) -> Bool {
        guard fetchSite.map({ ["same-origin", "none"].contains($0) }) ?? true else { return false }
        guard let origin else { return true }
        guard let (scheme, place) = Self.parts(of: origin.lowercased()) else { return false }
        if fetchSite == "same-origin" { return isAllowed(place) }
        return Self.plain(place, scheme) == Self.plain(authority.lowercased(), scheme)
    }

    private static func parts(of origin: String) -> (scheme: String, authority: String)? {
        ["http", "https"].first { origin.hasPrefix($0 + "://") }.map {
            ($0, String(origin.dropFirst($0.count + 3)))
        }
    }

    /// Without the port that the scheme has anyway, which browsers leave out and proxies put in.
    private static func plain(_ authority: String, _ scheme: String) -> Substring {
        let port = scheme == "https" ? ":443" : ":80"
        return authority.hasSuffix(port) ? authority.dropLast(port.count) : authority[...]
    }

    private func isAllowed(_ authority: String) -> Bool {
        let host = Self.host(of: authority.lowercased())
        if Self.isAddress(host) { return true }
        // A name may be written with the dot of the root.
        let name = host.hasSuffix(".") ? host.dropLast() : host
        return name == "localhost" || name.hasSuffix(".localhost") || names.contains(String(name))
    }

    /// The authority without its port.
    private static func host(of authority: String) -> Substring {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return authority[...end] }
        return authority[..<(authority.firstIndex(of: ":") ?? authority.endIndex)]
    }

    private static func isAddress(_ host: Substring) -> Bool {
        if host.hasPrefix("[") { return host.hasSuffix("]") }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in part.utf8.allSatisfy { 0x30...0x39 ~= $0 } && UInt8(part) != nil }
    }
}
