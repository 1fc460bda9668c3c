/// Which message it is; the number travels outside the message, in the envelope.
public enum MessageKind: UInt8, Hashable, Sendable {
    /// A ``SignalMessage``: an ordinary message of a session.
    case whisper = 2
    /// A ``PreKeySignalMessage``: a message that can also begin the session.
    case preKey = 3
    /// A ``SenderKeyMessage``: to a group.
    case senderKey = 7
    /// A ``PlaintextContent``: not encrypted.
    case plaintext = 8
}

/// A message as it goes over the wire.
public enum CiphertextMessage: Hashable, Sendable {
    /// An ordinary message of a session.
    case whisper(SignalMessage)
    /// A message that can also begin the session.
    case preKey(PreKeySignalMessage)
    /// A message to a group.
    case senderKey(SenderKeyMessage)
    /// A message in the clear.
    case plaintext(PlaintextContent)

    /// Parses a message from bytes a stranger may have written.
    ///
    /// - Parameters:
    ///   - type: The number that travelled outside the message.
    ///   - wire: The message.
    /// - Throws: `.invalidArgument` for an unknown type, otherwise the parsing errors of that message.
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

    /// Which message it is.
    public var kind: MessageKind {
        switch self {
        case .whisper: .whisper
        case .preKey: .preKey
        case .senderKey: .senderKey
        case .plaintext: .plaintext
        }
    }

    /// The number that travels outside the message.
    public var type: UInt8 { kind.rawValue }

    /// The message as it is sent.
    public var wire: [UInt8] {
        switch self {
        case .whisper(let message): message.wire
        case .preKey(let message): message.wire
        case .senderKey(let message): message.wire
        case .plaintext(let message): message.wire
        }
    }
}
