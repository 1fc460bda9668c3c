/// The head of a request.
package struct HTTPRequestHead: Hashable, Sendable {
    package var method: HTTPMethod
    /// Path and query as received, or `*`; never a whole URL.
    package var target: String
    /// 1 for HTTP/1.1 and later minor versions, 0 for HTTP/1.0.
    package var minorVersion: Int
    package var fields: HTTPFields

    package init(method: HTTPMethod, target: String, minorVersion: Int = 1, fields: HTTPFields = [:]) {
        (self.method, self.target, self.minorVersion, self.fields) = (method, target, minorVersion, fields)
    }

    /// The part before `?`, still percent-encoded.
    package var path: String { String(target.prefix { $0 != "?" }) }

    package var query: Query { Query(target.drop { $0 != "?" }.dropFirst()) }

    /// Whether the connection may serve another request after this one (RFC 9112, section 9.3).
    package var keepsAlive: Bool {
        let options = fields.tokens("Connection")
        return !options.contains("close") && (minorVersion >= 1 || options.contains("keep-alive"))
    }

    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110, section 10.1.1).
    package var expectsContinue: Bool { minorVersion >= 1 && fields["Expect"] != nil }

    /// The key of a valid WebSocket handshake (RFC 6455, section 4.2.1).
    package var webSocketKey: String? {
        guard method == .get, minorVersion >= 1, fields.tokens("Upgrade") == ["websocket"],
            fields.tokens("Connection").contains("upgrade"), fields.all("Sec-WebSocket-Version") == ["13"],
            fields["Content-Length"] == nil, fields["Transfer-Encoding"] == nil,
            let key = fields["Sec-WebSocket-Key"], fields.all("Sec-WebSocket-Key").count == 1,
            key.isBase64OfSixteenBytes
        else { return nil }
        return key
    }
}

/// The head of a response.
package struct HTTPResponseHead: Hashable, Sendable {
    package var status: Int
    package var minorVersion: Int
    package var fields: HTTPFields

    package init(status: Int, minorVersion: Int = 1, fields: HTTPFields = [:]) {
        (self.status, self.minorVersion, self.fields) = (status, minorVersion, fields)
    }

    package var keepsAlive: Bool {
        let options = fields.tokens("Connection")
        return !options.contains("close") && (minorVersion >= 1 || options.contains("keep-alive"))
    }
}

/// The parameters after `?`, percent-decoded. `+` is not decoded as a space.
package struct Query: Hashable, Sendable {
    private let text: Substring

    init(_ text: Substring) { self.text = text }

    /// The first value with that name; nil if there is none, or if it is not UTF-8.
    package subscript(name: String) -> String? {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if Self.decoded(parts[0]) == name { return parts.count == 2 ? Self.decoded(parts[1]) : "" }
        }
        return nil
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension String {
    fileprivate var isBase64OfSixteenBytes: Bool {
        utf8.count == 24 && hasSuffix("==")
            && utf8.dropLast(2).allSatisfy {
                $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_")
                    && ($0.isLetterOrDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/"))
            }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased)
    }
}
