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

    /// The bytes are no protocol buffer, or a field that must be there is not.
    case invalidProtobufEncoding
    /// There are fewer bytes than any message of this kind has.
    case ciphertextMessageTooShort(byteCount: Int)
    /// The message is of a protocol version which is no longer spoken.
    case legacyCiphertextVersion(UInt8)
    /// The message is of a protocol version which is not known yet.
    case unrecognizedCiphertextVersion(UInt8)
    /// The version of the message is not the one of the state it is for.
    case unrecognizedMessageVersion(UInt32)

    // MARK: Keys

    /// There is no byte that says what kind of key it is, nor anything else.
    case noKeyTypeIdentifier
    /// The key is of a kind that is not spoken.
    case badKeyType(UInt8)
    /// The key has another number of bytes than it should.
    case badKeyLength(Int)
    /// The agreement gave the all-zero secret: the other key is of small order.
    case invalidKeyAgreement
    /// The KEM key or ciphertext is of a kind that is not spoken.
    case badKEMKeyType(UInt8)
    /// The KEM key has another number of bytes than it should.
    case badKEMKeyLength(type: UInt8, byteCount: Int)
    /// The KEM ciphertext has another number of bytes than it should.
    case badKEMCiphertextLength(type: UInt8, byteCount: Int)
    /// The KEM key has the right length but is none.
    case invalidKEMKey
    /// A MAC key has another number of bytes than 32.
    case invalidMACKeyLength(Int)

    // MARK: Trust

    /// A bundle or a group message is not signed by the key it should be signed by.
    case signatureValidationFailed
    /// The identity store does not trust the key of this address.
    case untrustedIdentity(ProtocolAddress)

    // MARK: Prekeys

    /// The message asks for a one-time prekey that is not there, as when it was used already.
    case invalidPreKeyID(UInt32)
    /// The message asks for a signed prekey that is not there.
    case invalidSignedPreKeyID(UInt32)
    /// The message asks for a Kyber prekey that is not there.
    case invalidKyberPreKeyID(UInt32)

    // MARK: Sessions

    /// A device id is outside 1...127.
    case invalidProtocolAddress(name: String, deviceID: UInt32)
    /// There is no session to send in: none at all, only archived ones, or one that was never answered for 30 days.
    case sessionNotFound(ProtocolAddress?)
    /// The stored session is damaged. Archive or replace it.
    case invalidSessionStructure
    /// The key of this message was used already, or dropped as too old.
    case duplicatedMessage(chainIndex: UInt32, counter: UInt32)
    /// The message cannot be decrypted.
    case invalidMessage(MessageKind)
    /// There is no chain for this distribution: its distribution message has not arrived.
    case noSenderKeyState(DistributionID)
    /// The stored chain is damaged, or somebody else's where our own is needed.
    case invalidSenderKeySession(DistributionID)

    // MARK: Safety numbers

    /// The scanned code is of another version.
    case fingerprintVersionMismatch(theirs: UInt32, ours: UInt32)
    /// What was scanned is no safety number.
    case fingerprintParsingError
    /// The number of rounds is outside 2...1,000,000.
    case invalidFingerprintIterationCount(Int)
}
