import Cryptography

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Variants that use the system's random number generator, for all uses but tests.
extension SessionCipher {
    /// ``process(_:in:now:using:)`` with the system's random number generator.
    public func process(
        _ bundle: PreKeyBundle, in store: inout some IdentityStore & SessionStore, now: Date
    ) throws {
        var random = SecureRandom()
        try process(bundle, in: &store, now: now, using: &random)
    }

    /// ``encrypt(_:in:now:using:)`` with the system's random number generator.
    public func encrypt(
        _ plaintext: some Collection<UInt8>, in store: inout some IdentityStore & SessionStore, now: Date
    ) throws -> CiphertextMessage {
        var random = SecureRandom()
        return try encrypt(plaintext, in: &store, now: now, using: &random)
    }

    /// ``decrypt(_:in:using:)`` with the system's random number generator.
    public func decrypt(_ message: CiphertextMessage, in store: inout some ProtocolStore) throws -> [UInt8] {
        var random = SecureRandom()
        return try decrypt(message, in: &store, using: &random)
    }
}
