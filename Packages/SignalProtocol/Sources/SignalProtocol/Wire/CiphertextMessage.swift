/// The kind of a message; its number is sent outside the message, in the envelope.
public enum MessageKind: UInt8, Hashable, Sendable {
    /// A ``SignalMessage``: an ordinary message of a session.
    case whisper = 2
    /// A ``PreKeySignalMessage``: a message that can also start the session.
    case preKey = 3
    /// A ``SenderKeyMessage``: a message to a group.
    case senderKey = 7
    /// A ``PlaintextContent``: not encrypted.
    case plaintext = 8
}

/// A message in its wire form.
public enum CiphertextMessage: Hashable, Sendable {
    /// An ordinary message of a session.
    case whisper(SignalMessage)
    /// A message that can also start the session.
    case preKey(PreKeySignalMessage)
    /// A message to a group.
    case senderKey(SenderKeyMessage)
    /// An unencrypted message.
    case plaintext(PlaintextContent)

    /// Parses a message from untrusted bytes.
    ///
    /// - Parameters:
    ///   - type: The number sent outside the message.
    ///   - wire: The message.
    /// - Throws: `.invalidArgument` for an unknown type, otherwise the parsing errors of that kind of message.
    public init(type: UInt8, wire: some Collection<UInt8>) throws(SignalError) {
        guard let kind = MessageKind(rawValue: type) else {
            throw .invalidArgument("no message has the type \(type)")
        }
        switch kind {
        case .whisper: self = .whisper(try SignalMessage(wire: wire))
        case .preKey: self = .preKey(try PreKeySignalMessage(wire: wire))
        case .senderKey: self = .senderKey(try SenderKeyMessage(wire: wire))
        case .plaintext: self = .plaintext(try PlaintextContent(wire: wire))
        }
    }

    /// A message to a group.
    public init(_ message: SenderKeyMessage) { self = .senderKey(message) }

    /// An unencrypted message.
    public init(_ message: PlaintextContent) { self = .plaintext(message) }

    /// The kind of message.
    public var kind: MessageKind {
        switch self {
        case .whisper: .whisper
        case .preKey: .preKey
        case .senderKey: .senderKey
        case .plaintext: .plaintext
        }
    }

    /// The number sent outside the message.
    public var type: UInt8 { kind.rawValue }

    /// The message in its wire form.
    public var wire: [UInt8] {
        switch self {
        case .whisper(let message): message.wire
        case .preKey(let message): message.wire
        case .senderKey(let message): message.wire
        case .plaintext(let message): message.wire
        }
    }
}
