import Foundation

/// Where a relay is reached, as its clients know it: `https://relay.example.org:443`.
///
/// A registration is signed for one origin, so that a relay cannot use it at another one.
package struct RelayOrigin: Hashable, Sendable, CustomStringConvertible {
    package let isSecure: Bool
    /// In lower case; an address in its shortest form and without brackets.
    package let host: String
    package let port: Int

    /// Reads the scheme, host and port of an `http` or `https` URL; nil if it is not one. A path is ignored.
    package init?(url: String) {
        guard let mark = url.firstRange(of: "://") else { return nil }
        switch url[..<mark.lowerBound].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: return nil
        }
        let authority = url[mark.upperBound...].prefix { !"/?#".contains($0) }.lowercased()
        guard authority.utf8.count <= 300, authority.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            !authority.contains("@")
        else { return nil }
        let end = authority.first == "[" ? authority.firstIndex(of: "]") : nil
        let name =
            authority.first == "["
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        guard authority.first != "[" || end != nil, !name.isEmpty else { return nil }
        let rest = end.map { authority[$0...].dropFirst() } ?? authority.dropFirst(name.count)
        host = Self.shortest(String(name))
        let digits = rest.dropFirst()
        guard rest.isEmpty || rest.first == ":" else { return nil }
        if digits.isEmpty {
            port = isSecure ? 443 : 80
        } else {
            guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
                let number = UInt16(digits), number > 0
            else { return nil }
            port = Int(number)
        }
    }

    package var description: String {
        "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    private static func shortest(_ name: String) -> String {
        var address = in6_addr()
        guard inet_pton(AF_INET6, name, &address) == 1 else {
            return name.hasSuffix(".") ? String(name.dropLast()) : name
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension RelayOrigin: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let origin = RelayOrigin(url: text), origin.description == text else {
            throw InvalidValue("relay", "must be a relay's origin, such as https://relay.example.org:443")
        }
        self = origin
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
