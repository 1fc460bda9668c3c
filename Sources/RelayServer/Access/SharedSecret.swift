import Cryptography

/// A secret that the operator gives to those who may do something: register, post metrics.
struct SharedSecret: Sendable {
    private let hash: [UInt8]

    init(_ text: String) { hash = SHA256.hash(text.utf8) }

    /// Takes the same time for every guess: all hashes have the same length.
    func matches(_ guess: String?) -> Bool { equalInConstantTime(SHA256.hash((guess ?? "").utf8), hash) }
}
