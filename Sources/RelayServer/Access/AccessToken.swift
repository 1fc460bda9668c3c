import Crypto
import Foundation

/// What a device shows to prove who it is: 32 random bytes as base64url. The relay keeps the hash alone.
struct AccessToken: Sendable {
    let text: String

    static func random() -> AccessToken {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let text = bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
        return AccessToken(text: text)
    }

    /// Reads `Authorization: Bearer …`.
    init?(header: String?) {
        guard let header, header.utf8.count <= 256, let space = header.firstIndex(of: " "),
            header[..<space].lowercased() == "bearer"
        else { return nil }
        text = header[space...].trimmingCharacters(in: .whitespaces)
    }

    private init(text: String) { self.text = text }

    /// Tokens are looked up by this, so comparing takes no time that depends on the token.
    var hash: [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}
