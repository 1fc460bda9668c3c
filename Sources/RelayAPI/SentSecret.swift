import Cryptography

/// A secret to be sent to its recipient or stored in a sealed row: the only form that can be encoded.
package struct SentSecret: Hashable, Sendable, Codable {
    package let secret: SecretText

    package init(_ secret: SecretText) { self.secret = secret }

    package init(from decoder: any Decoder) throws { secret = try SecretText(from: decoder) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secret.exposed)
    }
}
