import Cryptography

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The same with randomness from the system, which is what everybody but a test wants.
extension SessionCipher {
    /// ``process(_:in:now:using:)`` with randomness from the system.
    public func process(
        _ bundle: PreKeyBundle, in store: inout some IdentityStore & SessionStore, now: Date
    ) throws {
        var random = SecureRandom()
        try process(bundle, in: &store, now: now, using: &random)
    }

    /// ``encrypt(_:in:now:using:)`` with randomness from the system.
    public func encrypt(
        _ plaintext: [UInt8], in store: inout some IdentityStore & SessionStore, now: Date
    ) throws -> CiphertextMessage {
        var random = SecureRandom()
        return try encrypt(plaintext, in: &store, now: now, using: &random)
    }

    /// ``decrypt(_:in:using:)`` with randomness from the system.
    public func decrypt(_ message: CiphertextMessage, in store: inout some ProtocolStore) throws -> [UInt8] {
        var random = SecureRandom()
        return try decrypt(message, in: &store, using: &random)
    }
}
