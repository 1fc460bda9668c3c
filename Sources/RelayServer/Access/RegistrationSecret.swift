import Cryptography

/// What those must know who register on a relay that is not open to everybody.
struct RegistrationSecret: Sendable {
    private let hash: [UInt8]

    init(_ text: String) { hash = SHA256.hash(text.utf8) }

    /// Takes the same time for every guess: hashes have one length.
    func matches(_ guess: String?) -> Bool { equalInConstantTime(SHA256.hash((guess ?? "").utf8), hash) }
}
