import Cryptography
import Foundation

/// A device's bearer token: 32 random bytes as base64url. The relay stores only the hash.
struct AccessToken: Sendable {
    let text: String

    static func random() -> AccessToken {
        let text = Data(SecureRandom.bytes(32)).base64EncodedString()
        return AccessToken(
            text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
    }

    init(_ text: String) { self.text = text }

    /// Tokens are looked up by hash, so the time of a comparison does not depend on the token.
    var hash: [UInt8] { SHA256.hash(text.utf8) }
}
