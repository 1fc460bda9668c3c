/// A server named by a URL.
package struct Endpoint: Hashable, Sendable {
    /// A name, or an address without brackets.
    package let host: String
    package let port: Int
    package let isSecure: Bool

    package init(host: String, port: Int, isSecure: Bool) {
        (self.host, self.port, self.isSecure) = (host, port, isSecure)
    }

    /// Nil for schemes other than `http`, `https`, `ws` and `wss`, and for URLs with a user. A path is ignored.
    package init?(url: String) {
        guard let colon = url.range(of: "://") else { return nil }
        switch url[..<colon.lowerBound].lowercased() {
        case "http", "ws": isSecure = false
        case "https", "wss": isSecure = true
        default: return nil
        }
        let authority = url[colon.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { return nil }
        var portText = Substring()
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            portText = authority[authority.index(after: end)...]
            guard IPAddress(host)?.isIPv6 == true, portText.isEmpty || portText.first == ":" else {
                return nil
            }
        } else {
            host = String(authority.prefix { $0 != ":" })
            portText = authority.dropFirst(host.count)
            guard !host.isEmpty, host.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
        }
        if portText.count <= 1 {
            port = isSecure ? 443 : 80
        } else {
            guard let port = UInt16(portText.dropFirst()), port > 0, portText.dropFirst().first != "+" else {
                return nil
            }
            self.port = Int(port)
        }
    }

    /// The value of the `Host` field.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<Index>? {
        firstRange(of: text)
    }
}
