/// What is wrong with a value that stands in a request, an envelope or a configuration.
///
/// Safe to log: values are shortened, and none of them is a secret.
package struct InvalidValue: Error, Equatable, CustomStringConvertible {
    package let field: String
    package let reason: String

    package init(_ field: String, _ reason: String) {
        self.field = field
        self.reason = reason
    }

    package var description: String { "\(field): \(reason)" }
}

/// The name of a person or a machine on a relay: `[a-z0-9][a-z0-9._-]{0,62}`.
package struct IdentityID: Hashable, Sendable, CustomStringConvertible, Comparable {
    package let description: String

    package init(_ text: String) throws(InvalidValue) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 63 else {
            throw InvalidValue("identity id", "must have 1 to 63 characters, has \(bytes.count)")
        }
        guard Self.isLetterOrDigit(first),
            bytes.allSatisfy({
                Self.isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: "-")
            })
        else {
            throw InvalidValue(
                "identity id", "must be a-z, 0-9, '.', '_' or '-' and begin with a letter or digit")
        }
        description = text
    }

    package static func < (left: IdentityID, right: IdentityID) -> Bool {
        left.description < right.description
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// A device of an identity: 1…127.
package struct DeviceID: Hashable, Sendable, CustomStringConvertible, Comparable {
    package let rawValue: UInt8

    package static let first = DeviceID(unchecked: 1)

    package init(_ number: some BinaryInteger) throws(InvalidValue) {
        guard (1...127).contains(number) else {
            throw InvalidValue("device id", "must be 1 to 127")
        }
        rawValue = UInt8(number)
    }

    private init(unchecked: UInt8) { rawValue = unchecked }

    package var description: String { String(rawValue) }
    package static func < (left: DeviceID, right: DeviceID) -> Bool { left.rawValue < right.rawValue }
}

/// One device of one identity, written `id.device`.
package struct DeviceAddress: Hashable, Sendable, CustomStringConvertible, Comparable {
    package let identity: IdentityID
    package let device: DeviceID

    package init(_ identity: IdentityID, _ device: DeviceID = .first) {
        self.identity = identity
        self.device = device
    }

    /// Reads `id.device`; the id itself may hold dots, so the last one separates.
    package init(_ text: String) throws(InvalidValue) {
        guard let dot = text.lastIndex(of: "."), let number = UInt8(text[text.index(after: dot)...]) else {
            throw InvalidValue("address", "must be written id.device, as in alice.1")
        }
        self.init(try IdentityID(String(text[..<dot])), try DeviceID(number))
    }

    package var description: String { "\(identity).\(device)" }
    package static func < (left: DeviceAddress, right: DeviceAddress) -> Bool {
        (left.identity, left.device) < (right.identity, right.device)
    }
}

extension IdentityID: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension DeviceID: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(Int.self))
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
