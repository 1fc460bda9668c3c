/// What went wrong, in the classes of the protocol.
///
/// Cases hold sizes, versions, ids and addresses, never keys or contents, so an error may be logged. A failed
/// decryption is always one of few classes: which check failed would help nobody but a forger. Errors of the stores
/// pass through unchanged.
public enum SignalError: Error, Hashable, Sendable {
    /// The call itself was wrong: another kind of message, contradicting parameters.
    case invalidArgument(String)
    /// A stored state cannot be used, or a counter has reached its end.
    case invalidState(String)

    // MARK: Parsing

    case invalidProtobufEncoding
    case ciphertextMessageTooShort(byteCount: Int)
    /// The message is of a protocol version which is no longer spoken.
    case legacyCiphertextVersion(UInt8)
    /// The message is of a protocol version which is not known yet.
    case unrecognizedCiphertextVersion(UInt8)
    /// The version of the message is not the one of the state it is for.
    case unrecognizedMessageVersion(UInt32)

    // MARK: Keys

    case noKeyTypeIdentifier
    case badKeyType(UInt8)
    case badKeyLength(Int)
    /// The agreement gave the all-zero secret: the other key is of small order.
    case invalidKeyAgreement
    case badKEMKeyType(UInt8)
    case badKEMKeyLength(type: UInt8, byteCount: Int)
    case badKEMCiphertextLength(type: UInt8, byteCount: Int)
    /// The KEM key has the right length but is none.
    case invalidKEMKey
    case invalidMACKeyLength(Int)

    // MARK: Trust

    case signatureValidationFailed
    case untrustedIdentity(ProtocolAddress)

    // MARK: Prekeys

    case invalidPreKeyID(UInt32)
    case invalidSignedPreKeyID(UInt32)
    case invalidKyberPreKeyID(UInt32)

    // MARK: Sessions

    case invalidProtocolAddress(name: String, deviceID: UInt32)
    /// There is no session to send in: none at all, only archived ones, or one that was never answered for 30 days.
    case sessionNotFound(ProtocolAddress?)
    case invalidSessionStructure
    /// The key of this message was used already, or dropped as too old.
    case duplicatedMessage(chainIndex: UInt32, counter: UInt32)
    /// The message cannot be decrypted.
    case invalidMessage(MessageKind)
    case noSenderKeyState(DistributionID)
    case invalidSenderKeySession(DistributionID)

    // MARK: Safety numbers

    case fingerprintVersionMismatch(theirs: UInt32, ours: UInt32)
    case fingerprintParsingError
    case invalidFingerprintIterationCount(Int)
}
