import Cryptography

/// Group messages with sender keys: each member has its own chain and shares it with the others through sessions.
///
/// A member who has left can keep reading until every sender starts a new distribution.
public struct GroupCipher: Sendable {
    /// The owner of the chain: ourselves when encrypting, the sender when decrypting.
    public let sender: ProtocolAddress

    /// A cipher for one sender's chain.
    ///
    /// - Parameter sender: Our own address to encrypt, the sender's address to decrypt.
    public init(sender: ProtocolAddress) { self.sender = sender }

    /// The message that lets other members read what we send from now on. Creates the chain if there is none.
    ///
    /// - Throws: `.invalidSenderKeySession` if the stored chain is damaged, and errors from the store.
    public func distributionMessage(
        for distributionID: DistributionID, in store: inout some SenderKeyStore,
        using random: inout some RandomNumberGenerator
    ) throws -> SenderKeyDistributionMessage {
        var record = try store.senderKey(for: sender, distributionID: distributionID)
        if record == nil {
            var fresh = SenderKeyRecord()
            fresh.add(SenderKeyState(using: &random))
            try store.storeSenderKey(fresh, for: sender, distributionID: distributionID)
            record = fresh
        }
        guard let state = record?.states.first, let chainKey = state.chainKey,
            let signingKey = try? PublicKey(wire: state.signingKey)
        else { throw SignalError.invalidSenderKeySession(distributionID) }
        return SenderKeyDistributionMessage(
            distributionID: distributionID, chainID: state.chainID, iteration: chainKey.index,
            chainKey: chainKey.key, signingKey: signingKey)
    }

    /// Stores a member's chain. A chain that is already known keeps its position.
    ///
    /// - Throws: Errors from the store.
    public func process(
        _ message: SenderKeyDistributionMessage, in store: inout some SenderKeyStore
    ) throws {
        var record =
            try store.senderKey(for: sender, distributionID: message.distributionID) ?? SenderKeyRecord()
        record.add(SenderKeyState(message))
        try store.storeSenderKey(record, for: sender, distributionID: message.distributionID)
    }

    /// Encrypts a message for every member who has our distribution message.
    ///
    /// Writes the sender key.
    ///
    /// - Throws: `.noSenderKeyState` without a chain, `.invalidSenderKeySession` if the chain is not ours or is
    ///   damaged,
    ///   `.invalidState` when the chain is exhausted, and errors from the store.
    public func encrypt(
        _ plaintext: some Collection<UInt8>, distributionID: DistributionID,
        in store: inout some SenderKeyStore,
        using random: inout some RandomNumberGenerator
    ) throws -> SenderKeyMessage {
        guard var record = try store.senderKey(for: sender, distributionID: distributionID) else {
            throw SignalError.noSenderKeyState(distributionID)
        }
        guard var state = record.states.first, state.version == UInt32(MessageVersion.group),
            let signingKey = try? PrivateKey(state.signingPrivateKey),
            let next = try state.takeNextKey()
        else { throw SignalError.invalidSenderKeySession(distributionID) }
        let message = SenderKeyMessage(
            distributionID: distributionID, chainID: state.chainID, iteration: next.iteration,
            ciphertext: next.keys.seal(Array(plaintext)), signingKey: signingKey, using: &random)
        record.update(state, at: 0)
        try store.storeSenderKey(record, for: sender, distributionID: distributionID)
        return message
    }

    /// Decrypts a member's message.
    ///
    /// Writes the sender key.
    ///
    /// - Throws: `.noSenderKeyState` for an unknown chain, `.unrecognizedMessageVersion`,
    ///   `.signatureValidationFailed`, `.duplicatedMessage`, `.invalidMessage(.senderKey)`,
    ///   `.invalidSenderKeySession`, `.invalidState`, and errors from the store.
    public func decrypt(_ message: SenderKeyMessage, in store: inout some SenderKeyStore) throws -> [UInt8] {
        let distributionID = message.distributionID
        guard var record = try store.senderKey(for: sender, distributionID: distributionID),
            let position = record.position(ofChain: message.chainID)
        else { throw SignalError.noSenderKeyState(distributionID) }
        var state = record.states[position]
        guard state.version == UInt32(message.version) else {
            throw SignalError.unrecognizedMessageVersion(UInt32(message.version))
        }
        guard let signingKey = try? PublicKey(wire: state.signingKey) else {
            throw SignalError.invalidSenderKeySession(distributionID)
        }
        guard message.isSigned(by: signingKey) else { throw SignalError.signatureValidationFailed }
        guard let keys = try state.takeKey(of: message.iteration) else {
            throw SignalError.invalidSenderKeySession(distributionID)
        }
        guard let plaintext = keys.open(message.ciphertext) else {
            throw SignalError.invalidMessage(.senderKey)
        }
        record.update(state, at: position)
        try store.storeSenderKey(record, for: sender, distributionID: distributionID)
        return plaintext
    }
}

extension GroupCipher {
    /// Decrypts a member's message as it was received.
    ///
    /// - Throws: `.invalidArgument` for a message of another kind, otherwise the same.
    public func decrypt(_ message: CiphertextMessage, in store: inout some SenderKeyStore) throws -> [UInt8] {
        guard case .senderKey(let message) = message else {
            throw SignalError.invalidArgument("not a message to a group")
        }
        return try decrypt(message, in: &store)
    }
}

/// Variants that use the system's random number generator.
extension GroupCipher {
    /// ``distributionMessage(for:in:using:)`` with the system's random number generator.
    public func distributionMessage(
        for distributionID: DistributionID, in store: inout some SenderKeyStore
    ) throws -> SenderKeyDistributionMessage {
        var random = SecureRandom()
        return try distributionMessage(for: distributionID, in: &store, using: &random)
    }

    /// ``encrypt(_:distributionID:in:using:)`` with the system's random number generator.
    public func encrypt(
        _ plaintext: some Collection<UInt8>, distributionID: DistributionID,
        in store: inout some SenderKeyStore
    ) throws -> SenderKeyMessage {
        var random = SecureRandom()
        return try encrypt(plaintext, distributionID: distributionID, in: &store, using: &random)
    }
}
