import Cryptography
import Foundation

/// What a device shows to prove who it is: 32 random bytes as base64url. The relay keeps the hash alone.
struct AccessToken: Sendable {
    let text: String

    static func random() -> AccessToken {
        let text = Data(SecureRandom.bytes(32)).base64EncodedString()
        return AccessToken(
            text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
    }

    init(_ text: String) { self.text = text }

    /// Tokens are looked up by this, so comparing takes no time that depends on the token.
    var hash: [UInt8] { SHA256.hash(text.utf8) }
}
