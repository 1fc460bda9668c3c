#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The entry point to sessions: starts them, encrypts and decrypts.
///
/// It has no state. Every call reads from the store and writes back only on success; run it in the same store
/// transaction as the use of its result.
///
/// ```swift
/// let toBob = SessionCipher(local: alice, remote: bob)
/// try toBob.process(bundle, in: &alicesStore, now: .now)
/// let message = try toBob.encrypt(Array("Hello, Bob".utf8), in: &alicesStore, now: .now)
/// ```
public struct SessionCipher: Sendable {
    /// How hard to try to decrypt a message. What that costs is up to its sender, and is known only afterwards.
    public enum Effort: Hashable, Sendable {
        /// All that the protocol allows: a message far ahead, or of an archived session; some 40 ms at most.
        case full
        /// What an ordinary message needs; for senders of many messages that could not be read. Under a millisecond.
        case brief
    }

    let parties: SessionParties
    /// How hard to try to decrypt a message.
    public let effort: Effort

    /// A cipher for the sessions of two devices.
    ///
    /// - Parameters:
    ///   - local: Our own address.
    ///   - remote: The peer's address.
    ///   - effort: How hard to try to decrypt a message.
    public init(local: ProtocolAddress, remote: ProtocolAddress, effort: Effort = .full) {
        parties = SessionParties(local: local, remote: remote)
        self.effort = effort
    }

    /// Our own address.
    public var local: ProtocolAddress { parties.local }
    /// The peer's address.
    public var remote: ProtocolAddress { parties.remote }

    // MARK: Starting

    /// Starts a session with the owner of a bundle. Nothing is sent yet; the next message carries the required data.
    ///
    /// Writes identity and session.
    ///
    /// - Parameters:
    ///   - bundle: The peer's keys; signatures are verified here.
    ///   - store: The keys and sessions.
    ///   - now: A session that is not answered within 30 days of this date is given up.
    ///   - random: The source of fresh keys.
    /// - Throws: `.untrustedIdentity`, `.signatureValidationFailed`, `.invalidKeyAgreement`, `.invalidKEMKey`, and
    ///   errors from the store.
    public func process(
        _ bundle: PreKeyBundle, in store: inout some IdentityStore & SessionStore, now: Date,
        using random: inout some RandomNumberGenerator
    ) throws {
        guard try store.isTrusted(bundle.identityKey, for: remote, direction: .sending) else {
            throw SignalError.untrustedIdentity(remote)
        }
        try bundle.verifySignatures()
        var record = try store.session(for: remote) ?? SessionRecord()
        var state = try SessionState.initiated(
            with: bundle, identity: store.identityKeyPair, between: parties, createdAt: now.secondsSince1970,
            using: &random)
        state.localRegistrationID = try store.localRegistrationID
        state.remoteRegistrationID = bundle.registrationID
        _ = try store.saveIdentity(bundle.identityKey, for: remote)
        record.promote(state)
        try store.storeSession(record, for: remote)
    }

    // MARK: Encrypting

    /// Encrypts a message in the current session.
    ///
    /// Writes identity and session.
    ///
    /// - Returns: A message that starts the session until the peer has answered, then an ordinary one.
    /// - Throws: `.sessionNotFound` if there is no session or it went unanswered for 30 days, `.untrustedIdentity`,
    ///   `.invalidSessionStructure`, `.invalidState`, and errors from the store.
    public func encrypt(
        _ plaintext: some Collection<UInt8>, in store: inout some IdentityStore & SessionStore, now: Date,
        using random: inout some RandomNumberGenerator
    ) throws -> CiphertextMessage {
        guard var record = try store.session(for: remote), var state = try record.currentState(),
            !state.isStale(now: now)
        else { throw SignalError.sessionNotFound(remote) }
        let message = try state.encrypt(Array(plaintext), between: parties, using: &random)
        guard try store.isTrusted(state.remoteIdentity, for: remote, direction: .sending) else {
            throw SignalError.untrustedIdentity(remote)
        }
        _ = try store.saveIdentity(state.remoteIdentity, for: remote)
        record.updateCurrent(state)
        try store.storeSession(record, for: remote)
        return message
    }

    // MARK: Decrypting

    /// Decrypts a message, starting a session if the message requests one.
    ///
    /// Writes the identity and the session; if the message started a session, also the prekeys, before the session.
    ///
    /// - Throws: `.invalidMessage` if it cannot be decrypted, `.duplicatedMessage` if it already was,
    ///   `.untrustedIdentity`, `.sessionNotFound`; for a message that starts a session also
    ///   `.invalidSignedPreKeyID`, `.invalidKyberPreKeyID`, `.invalidPreKeyID`, `.invalidKeyAgreement`,
    ///   `.invalidSessionStructure`, and the errors of keys; `.invalidArgument` for a message of another kind; and
    ///   errors from the store.
    public func decrypt(
        _ message: CiphertextMessage, in store: inout some ProtocolStore,
        using random: inout some RandomNumberGenerator
    ) throws -> [UInt8] {
        switch message {
        case .whisper(let message): try decrypt(message, in: &store, using: &random)
        case .preKey(let message): try decrypt(message, in: &store, using: &random)
        case .senderKey, .plaintext: throw SignalError.invalidArgument("not a message of a session")
        }
    }

    private func decrypt(
        _ message: SignalMessage, in store: inout some IdentityStore & SessionStore,
        using random: inout some RandomNumberGenerator
    ) throws -> [UInt8] {
        guard var record = try store.session(for: remote) else { throw SignalError.sessionNotFound(remote) }
        var budget = DerivationBudget(effort)
        let plaintext = try record.decrypt(
            message, outerKind: .whisper, between: parties, within: &budget, using: &random)
        guard let identity = record.remoteIdentityKey,
            try store.isTrusted(identity, for: remote, direction: .receiving)
        else { throw SignalError.untrustedIdentity(remote) }
        _ = try store.saveIdentity(identity, for: remote)
        try store.storeSession(record, for: remote)
        return plaintext
    }

    private func decrypt(
        _ message: PreKeySignalMessage, in store: inout some ProtocolStore,
        using random: inout some RandomNumberGenerator
    ) throws -> [UInt8] {
        guard try store.isTrusted(message.identityKey, for: remote, direction: .receiving) else {
            throw SignalError.untrustedIdentity(remote)
        }
        var record = try store.session(for: remote) ?? SessionRecord()
        let isNew = try !record.selectSession(begunBy: message)
        if isNew { record.promote(try accept(message, in: store)) }
        var budget = DerivationBudget(effort)
        let plaintext = try record.decrypt(
            message.message, outerKind: .preKey, between: parties, within: &budget, using: &random)

        _ = try store.saveIdentity(message.identityKey, for: remote)
        if isNew, let kyber = message.kyber {
            try store.markKyberPreKeyUsed(
                id: kyber.preKeyID, signedPreKeyID: message.signedPreKeyID, baseKey: message.baseKey)
            if let id = message.preKeyID { try store.removePreKey(id: id) }
        }
        try store.storeSession(record, for: remote)
        return plaintext
    }

    /// The session that a first message requests. Nothing is written.
    private func accept(_ message: PreKeySignalMessage, in store: some ProtocolStore) throws -> SessionState {
        guard message.version != MessageVersion.x3dh else { throw SignalError.invalidMessage(.preKey) }
        guard let signedPreKey = try store.signedPreKey(id: message.signedPreKeyID) else {
            throw SignalError.invalidSignedPreKeyID(message.signedPreKeyID)
        }
        let signedKeyPair = try signedPreKey.keyPair()
        guard let kyber = message.kyber else { throw SignalError.invalidMessage(.preKey) }
        guard let kyberPreKey = try store.kyberPreKey(id: kyber.preKeyID) else {
            throw SignalError.invalidKyberPreKeyID(kyber.preKeyID)
        }
        let kyberKeyPair = try kyberPreKey.keyPair()
        let oneTimeKeyPair = try message.preKeyID.map { id in
            guard let preKey = try store.preKey(id: id) else { throw SignalError.invalidPreKeyID(id) }
            return try preKey.keyPair()
        }
        let keys = AcceptingKeys(
            identity: try store.identityKeyPair, signedPreKey: signedKeyPair, oneTimePreKey: oneTimeKeyPair,
            kyberPreKey: kyberKeyPair)
        var state = try SessionState.accepted(message, keys: keys, between: parties)
        state.localRegistrationID = try store.localRegistrationID
        return state
    }
}
