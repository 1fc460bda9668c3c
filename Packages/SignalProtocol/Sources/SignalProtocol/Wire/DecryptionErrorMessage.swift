#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Reports to a sender that a message could not be decrypted, so that the sender can start a new session.
public struct DecryptionErrorMessage: Hashable, Sendable {
    private enum Field {
        static let ratchetKey: UInt32 = 1
        static let timestamp: UInt32 = 2
        static let deviceID: UInt32 = 3
    }

    /// The ratchet key of the message that failed; nil for group messages.
    public let ratchetKey: PublicKey?
    /// The time when that message was sent, in milliseconds since 1970.
    public let timestamp: UInt64
    /// The device that sent that message.
    public let deviceID: UInt32

    /// A report about a message.
    ///
    /// - Parameters:
    ///   - message: The message that failed.
    ///   - timestamp: The time when it was sent, in milliseconds since 1970.
    ///   - deviceID: The device that sent it.
    /// - Throws: `.invalidArgument` for a message that was never encrypted.
    public init(about message: CiphertextMessage, timestamp: UInt64, deviceID: UInt32) throws(SignalError) {
        switch message {
        case .whisper(let message): ratchetKey = message.ratchetKey
        case .preKey(let message): ratchetKey = message.message.ratchetKey
        case .senderKey: ratchetKey = nil
        case .plaintext: throw .invalidArgument("a message in the clear cannot fail to decrypt")
        }
        self.timestamp = timestamp
        self.deviceID = deviceID
    }

    /// A report about a message that was sent at a date, which is rounded down to milliseconds.
    ///
    /// - Throws: `.invalidArgument` for a message that was never encrypted.
    public init(about message: CiphertextMessage, sentAt: Date, deviceID: UInt32) throws(SignalError) {
        try self.init(about: message, timestamp: sentAt.millisecondsSince1970, deviceID: deviceID)
    }

    /// The time when that message was sent, in whole milliseconds.
    public var sentAt: Date { Date(millisecondsSince1970: timestamp) }

    /// Parses a report from untrusted bytes.
    ///
    /// - Throws: `.invalidProtobufEncoding` and the errors of keys.
    public init(wire: some Collection<UInt8>) throws(SignalError) {
        var ratchetKey: PublicKey?
        var timestamp: UInt64?
        var deviceID: UInt32 = 0
        var reader = ProtobufReader(wire)
        while let field = try reader.next() {
            switch field.number {
            case Field.ratchetKey: ratchetKey = try PublicKey(wire: try field.bytes)
            case Field.timestamp: timestamp = try field.uint64
            case Field.deviceID: deviceID = try field.uint32
            default: break
            }
        }
        guard let timestamp else { throw .invalidProtobufEncoding }
        self.ratchetKey = ratchetKey
        self.timestamp = timestamp
        self.deviceID = deviceID
    }

    /// The report in its wire form, for ``PlaintextContent``.
    public var wire: [UInt8] {
        var writer = ProtobufWriter()
        if let ratchetKey { writer.put(ratchetKey.wire, field: Field.ratchetKey) }
        writer.put(timestamp, field: Field.timestamp)
        writer.put(deviceID, field: Field.deviceID)
        return writer.bytes
    }
}
