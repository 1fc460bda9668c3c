/// The fields of a message, in order. Names are case-insensitive.
///
///     var fields: HTTPFields = ["Content-Type": "text/plain"]
///     fields["cache-control"] = "no-store"
package struct HTTPFields: Hashable, Sendable, Sequence, ExpressibleByDictionaryLiteral {
    private struct Field: Hashable, Sendable {
        var name: String
        var value: String
    }

    private var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    package var count: Int { fields.count }

    /// The first value with that name. Setting it replaces all of them; nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { $0.name.equalsIgnoringCase(name) }?.value }
        set {
            fields.removeAll { $0.name.equalsIgnoringCase(name) }
            if let newValue { add(name, newValue) }
        }
    }

    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    package func all(_ name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
    }

    /// The elements of a comma-separated list, over all fields with that name; trimmed and in lower case.
    package func tokens(_ name: String) -> [String] {
        all(name).flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }
            .map { String(Substring($0.trimmed)).lowercased() }
            .filter { !$0.isEmpty }
    }

    package func makeIterator() -> AnyIterator<(name: String, value: String)> {
        var rest = fields.makeIterator()
        return AnyIterator { rest.next().map { ($0.name, $0.value) } }
    }
}

extension String {
    /// Whether both are the same ASCII text, ignoring case.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0 == $1 || $0.lowercased == $1.lowercased }
    }
}

extension UInt8 {
    var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

    /// `tchar` of RFC 9110, section 5.6.2: the characters of field names and methods.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Space or tab: optional white space of RFC 9110, section 5.6.3.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension BidirectionalCollection where Element == UInt8 {
    var trimmed: SubSequence {
        guard let first = firstIndex(where: { !$0.isBlank }), let last = lastIndex(where: { !$0.isBlank })
        else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}

extension HTTPFields: CustomReflectable {
    private static let secretNames = [
        "Authorization", "Proxy-Authorization", "api-key", "Cookie", "Set-Cookie",
    ]

    /// Without the values of credentials.
    package var customMirror: Mirror {
        Mirror(
            self,
            children: fields.map { field in
                let isSecret = Self.secretNames.contains { field.name.equalsIgnoringCase($0) }
                return (label: field.name, value: isSecret ? "<secret>" : field.value)
            })
    }
}
