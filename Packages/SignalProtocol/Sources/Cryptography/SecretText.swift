/// A secret text, such as a passphrase, a token or an API key.
///
/// It is never printed: its description, its mirror and so everything that contains it show `<secret>`. It cannot be
/// encoded, is compared in constant time, and is wiped when the last copy is released.
///
///     let token: SecretText = try reader.secret(.webToken)
///     fields["Authorization"] = "Bearer \(token.exposed)"
public struct SecretText: Sendable {
    private let bytes: SecretBytes

    /// A copy of `text`.
    public init(_ text: some StringProtocol) { bytes = SecretBytes(text.utf8) }

    /// Whether it has no characters.
    public var isEmpty: Bool { bytes.count == 0 }

    /// An unprotected copy, for whom the secret is meant.
    public var exposed: String { bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    /// Its SHA-256, to look it up without keeping it.
    public var hash: [UInt8] { bytes.withUnsafeBytes(SHA256.hash) }
}

extension SecretText: Hashable {
    /// Compares in constant time, also texts of different lengths.
    public static func == (left: SecretText, right: SecretText) -> Bool {
        equalInConstantTime(left.hash, right.hash)
    }

    /// Feeds the SHA-256 of the text into a hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

extension SecretText: Decodable {
    /// Reads a string.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}

extension SecretText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<secret>`.
    public var description: String { "<secret>" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// Empty: the text is secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
