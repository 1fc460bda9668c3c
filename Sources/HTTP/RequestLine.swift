/// `method SP request-target SP HTTP-version` (RFC 9112, section 3).
enum RequestLine {
    static func head(_ line: [UInt8]) throws(HTTPFailure) -> HTTPRequestHead {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter) else {
            throw HTTPFailure(400, "the request line is malformed")
        }
        let minorVersion = try version(parts[2])
        let method = HTTPMethod(rawValue: String(decoding: parts[0], as: UTF8.self))
        guard HTTPMethod.known.contains(method) else {
            throw HTTPFailure(501, "the method is not known here")
        }
        // Browsers send some characters that a URI must not contain (`[`, `|`), so these are accepted; blanks were
        // already handled as separators. Clients never send a fragment, and caches treat it differently.
        guard parts[1].allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "#") }) else {
            throw HTTPFailure(400, "the target has characters that a target cannot have")
        }
        var head = HTTPRequestHead(method: method, target: "", minorVersion: minorVersion)
        try take(parts[1], into: &head)
        return head
    }

    private static func version(_ text: ArraySlice<UInt8>) throws(HTTPFailure) -> Int {
        let text = Array(text)
        guard text.count == 8, text.starts(with: "HTTP/".utf8), text[5].isDigit, text[6] == UInt8(ascii: "."),
            text[7].isDigit
        else { throw HTTPFailure(400, "the request line does not end in a version") }
        guard text[5] == UInt8(ascii: "1") else {
            throw HTTPFailure(505, "only HTTP of version 1 is spoken here")
        }
        return text[7] == UInt8(ascii: "0") ? 0 : 1
    }

    /// RFC 9112, section 3.2: a path, `*` for OPTIONS, or a whole URL as sent to proxies.
    private static func take(_ target: ArraySlice<UInt8>, into head: inout HTTPRequestHead)
        throws(HTTPFailure)
    {
        let text = String(decoding: target, as: UTF8.self)
        if target.first == UInt8(ascii: "/") || text == "*" && head.method == .options {
            head.target = text
            return
        }
        let lower = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lower.hasPrefix) else {
            throw HTTPFailure(400, "the target is neither a path nor a URL")
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard Authority.isValid(authority) else { throw HTTPFailure(400, "the target's host is not a host") }
        head.fields["Host"] = String(authority)
        let target = rest.dropFirst(authority.count)
        head.target = target.first == "/" ? String(target) : "/" + target
    }
}

/// `host [":" port]` (RFC 3986, section 3.2), without a user.
enum Authority {
    static func isValid(_ text: some StringProtocol) -> Bool {
        var host = Array(text.utf8)[...]
        if host.first == UInt8(ascii: "[") {
            guard let end = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let literal = host[1..<end]
            guard !literal.isEmpty,
                literal.allSatisfy({
                    $0.hexDigit != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                })
            else { return false }
            host = host[(end + 1)...]
            return host.isEmpty || host.first == UInt8(ascii: ":") && isPort(host.dropFirst())
        }
        if let colon = host.firstIndex(of: UInt8(ascii: ":")) {
            guard isPort(host[(colon + 1)...]) else { return false }
            host = host[..<colon]
        }
        return !host.isEmpty
            && host.allSatisfy {
                $0.isTokenCharacter && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "^")
                    && $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "|")
            }
    }

    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        text.count <= 5 && text.allSatisfy(\.isDigit)
            && (text.isEmpty || UInt16(String(decoding: text, as: UTF8.self)) != nil)
    }
}
