import Crypto
import Foundation

/// What those must know who register on a relay that is not open to everybody.
struct RegistrationSecret: Sendable {
    private let key: SymmetricKey

    init(_ text: String) { key = Self.key(text) }

    /// Takes the same time for every guess.
    func matches(_ guess: String?) -> Bool { Self.key(guess ?? "") == key }

    /// Hashed, so that all have one length.
    private static func key(_ text: String) -> SymmetricKey {
        SymmetricKey(data: SHA256.hash(data: Data(text.utf8)))
    }
}
