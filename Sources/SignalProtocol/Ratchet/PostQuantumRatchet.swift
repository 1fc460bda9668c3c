/// The post-quantum ratchet of a session.
///
/// A session of before it has none: its messages then carry no part of it, and no key is mixed in.
struct PostQuantumRatchet: Sendable {
    let serialized: SecretBytes

    static let none = PostQuantumRatchet(serialized: SecretBytes([]))

    var isEmpty: Bool { serialized.count == 0 }

    mutating func send(
        using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> (message: [UInt8], key: SecretBytes?) { ([], nil) }

    mutating func receive(_ message: [UInt8]) throws(SignalError) -> SecretBytes? { nil }
}
