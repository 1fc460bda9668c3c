/// The errors of the protocol.
///
/// Cases hold sizes, versions, ids and addresses, never keys or contents, so errors may be logged. Failed decryption is
/// reported in a few broad cases: the exact check that failed would help only an attacker. Errors of the stores are
/// passed through unchanged.
public enum SignalError: Error, Hashable, Sendable {
    /// The call itself was invalid: another kind of message, or contradictory parameters.
    case invalidArgument(String)
    /// A stored state cannot be used, or a counter is exhausted.
    case invalidState(String)

    // MARK: Parsing

    /// The bytes are not a valid protobuf, or a required field is missing.
    case invalidProtobufEncoding
    /// There are fewer bytes than in any message of this kind.
    case ciphertextMessageTooShort(byteCount: Int)
    /// The message's protocol version is no longer supported.
    case legacyCiphertextVersion(UInt8)
    /// The message's protocol version is not yet supported.
    case unrecognizedCiphertextVersion(UInt8)
    /// The message's version does not match that of its state.
    case unrecognizedMessageVersion(UInt32)

    // MARK: Keys

    /// The key is empty: the type byte is missing.
    case noKeyTypeIdentifier
    /// The key type is not supported.
    case badKeyType(UInt8)
    /// The key has the wrong number of bytes.
    case badKeyLength(Int)
    /// The agreement gave the all-zero secret: the peer's key is of small order.
    case invalidKeyAgreement
    /// The type of the KEM key or ciphertext is not supported.
    case badKEMKeyType(UInt8)
    /// The KEM key has the wrong number of bytes.
    case badKEMKeyLength(type: UInt8, byteCount: Int)
    /// The KEM ciphertext has the wrong number of bytes.
    case badKEMCiphertextLength(type: UInt8, byteCount: Int)
    /// The bytes have a KEM key's length but are not a valid key.
    case invalidKEMKey
    /// A MAC key does not have 32 bytes.
    case invalidMACKeyLength(Int)

    // MARK: Trust

    /// A bundle or a group message is not signed by the expected key.
    case signatureValidationFailed
    /// The identity store does not trust the key of this address.
    case untrustedIdentity(ProtocolAddress)

    // MARK: Prekeys

    /// The message refers to a one-time prekey that does not exist, for example because it was already used.
    case invalidPreKeyID(UInt32)
    /// The message refers to a signed prekey that does not exist.
    case invalidSignedPreKeyID(UInt32)
    /// The message refers to a Kyber prekey that does not exist.
    case invalidKyberPreKeyID(UInt32)

    // MARK: Sessions

    /// A device id is outside 1...127.
    case invalidProtocolAddress(name: String, deviceID: UInt32)
    /// There is no session for sending: none at all, only archived ones, or one that went unanswered for 30 days.
    case sessionNotFound(ProtocolAddress?)
    /// The stored session is damaged. Archive or replace it.
    case invalidSessionStructure
    /// The key of this message was already used, or dropped as too old.
    case duplicatedMessage(chainIndex: UInt32, counter: UInt32)
    /// The message cannot be decrypted.
    case invalidMessage(MessageKind)
    /// There is no chain for this distribution: its distribution message has not arrived.
    case noSenderKeyState(DistributionID)
    /// The stored chain is damaged, or a peer's where our own is needed.
    case invalidSenderKeySession(DistributionID)

    // MARK: Safety numbers

    /// The scanned code is of another version.
    case fingerprintVersionMismatch(theirs: UInt32, ours: UInt32)
    /// The scanned data is not a safety number.
    case fingerprintParsingError
    /// The number of rounds is outside 2...1,000,000.
    case invalidFingerprintIterationCount(Int)
}
