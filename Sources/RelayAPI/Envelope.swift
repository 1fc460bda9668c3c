import Foundation

/// How hard the relay tries to deliver a message.
package enum DeliveryClass: String, Codable, Sendable, CaseIterable {
    /// Kept until acknowledged, at most 30 days.
    case durable
    /// Only the newest few per sender are kept, for minutes.
    case latest
    /// Handed to a connected device or dropped.
    case online
}

/// Which Signal message the body is.
package enum MessageType: String, Codable, Sendable, CaseIterable {
    /// Carries the data that sets up a session.
    case prekey
    /// Belongs to a session that both ends have.
    case whisper
}

/// What travels from one device to another: addresses in the clear, the body encrypted.
package struct Envelope: Hashable, Sendable, Codable {
    package static let maxBodyByteCount = 192 * 1024
    package static let maxSessionIDByteCount = 64

    package let senderId: IdentityID
    package let senderDevice: DeviceID
    package let recipientId: IdentityID
    package let recipientDevice: DeviceID
    /// Tells sessions apart for a reader of logs; chosen by the sender, 1…64 characters of `[A-Za-z0-9._-]`.
    package let sessionId: String
    /// Made by the sender; sending the same id again is harmless.
    package let messageId: UUID
    package let type: MessageType
    /// The serialised Signal message, 1…196,608 bytes.
    package let body: Base64
    /// When the sender made it, milliseconds since 1970.
    package let timestamp: Int64
    package let `class`: DeliveryClass

    package var sender: DeviceAddress { DeviceAddress(senderId, senderDevice) }
    package var recipient: DeviceAddress { DeviceAddress(recipientId, recipientDevice) }

    package init(
        from sender: DeviceAddress, to recipient: DeviceAddress, sessionID: String, messageID: UUID,
        type: MessageType, body: [UInt8], timestamp: Int64, class: DeliveryClass
    ) throws(InvalidValue) {
        senderId = sender.identity
        senderDevice = sender.device
        recipientId = recipient.identity
        recipientDevice = recipient.device
        sessionId = sessionID
        messageId = messageID
        self.type = type
        self.body = Base64(body)
        self.timestamp = timestamp
        self.class = `class`
        try validate()
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        senderId = try fields.decode(IdentityID.self, forKey: .senderId)
        senderDevice = try fields.decode(DeviceID.self, forKey: .senderDevice)
        recipientId = try fields.decode(IdentityID.self, forKey: .recipientId)
        recipientDevice = try fields.decode(DeviceID.self, forKey: .recipientDevice)
        sessionId = try fields.decode(String.self, forKey: .sessionId)
        messageId = try fields.decode(UUID.self, forKey: .messageId)
        type = try fields.decode(MessageType.self, forKey: .type)
        body = try fields.decode(Base64.self, forKey: .body)
        timestamp = try fields.decode(Int64.self, forKey: .timestamp)
        self.class = try fields.decodeIfPresent(DeliveryClass.self, forKey: .class) ?? .durable
        try validate()
    }

    private func validate() throws(InvalidValue) {
        guard (1...Self.maxSessionIDByteCount).contains(sessionId.utf8.count),
            sessionId.utf8.allSatisfy(Self.isSessionIDByte)
        else {
            throw InvalidValue("sessionId", "must be 1 to 64 characters of A-Z, a-z, 0-9, '.', '_' and '-'")
        }
        guard (1...Self.maxBodyByteCount).contains(body.bytes.count) else {
            throw InvalidValue("body", "must be 1 to \(Self.maxBodyByteCount) bytes, is \(body.bytes.count)")
        }
        guard timestamp > 0 else {
            throw InvalidValue("timestamp", "must be positive milliseconds since 1970")
        }
    }

    private static func isSessionIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
