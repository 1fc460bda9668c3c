import Cryptography
import Foundation

extension SecretText {
    /// A device's bearer token: 32 random bytes as base64url. The relay stores only the hash, by which it is looked up: the
    /// time of a comparison does not depend on the token.
    static func accessToken() -> SecretText {
        let text = Data(SecureRandom.bytes(32)).base64EncodedString()
        return SecretText(
            text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
    }
}
