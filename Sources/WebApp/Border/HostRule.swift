import Values

/// Rejects cross-site requests, so that a foreign page cannot use the web app through its visitor's browser.
///
/// - DNS rebinding requires a name whose address the attacker controls, so `Host` must be an address, `localhost` or a
///   configured name.
/// - A request that changes something must come from one of our own pages (`Origin`, `Sec-Fetch-Site`), or from a
///   program that is not a browser and sends neither.
struct HostRule: Sendable {
    let names: Set<String>

    init(names: Set<String>) { self.names = Set(names.map { $0.lowercased() }) }

    func check(authority: String?, origin: String?, fetchSite: String?, changesState: Bool) throws(Problem) {
        guard let authority, isAllowed(Self.host(of: authority.lowercased())) else {
            throw Problem(
                status: 403, code: .hostNotAllowed, title: "this host name is not served",
                detail: "Use localhost or an IP address, or add the name to WEB_NAMES.")
        }
        guard changesState else { return }
        let isOurOrigin = origin.map { origin in
            ["http://", "https://"].contains { $0 + authority.lowercased() == origin.lowercased() }
        }
        let isOurSite = fetchSite.map { ["same-origin", "none"].contains($0) }
        guard isOurOrigin ?? true, isOurSite ?? true else {
            throw Problem(
                status: 403, code: .crossOrigin, title: "the request comes from another site",
                detail: "Only this server's own pages and clients other than browsers may do this.")
        }
    }

    private func isAllowed(_ host: Substring) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || names.contains(String(host))
            || Self.isAddress(host)
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
