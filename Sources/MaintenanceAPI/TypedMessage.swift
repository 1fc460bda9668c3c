import Foundation

/// The plaintext of a message: one JSON object with `kind`, `version`, an optional `requestId` if it answers something,
/// and the fields of its kind.
package struct TypedMessage: Hashable, Sendable {
    /// Links a prompt, its progress and its reply.
    package let requestId: UUID?
    package let payload: Payload

    package init(_ payload: Payload, requestId: UUID? = nil) {
        self.payload = payload
        self.requestId = requestId
    }
}

package enum Payload: Hashable, Sendable {
    case chatPrompt(ChatPrompt)
    case chatReply(ChatReply)
    case chatProgress(ChatProgress)
    /// The asker no longer wants the answer for this `requestId`. Sent as durable, so that it also reaches a prompt
    /// that still waits.
    case chatCancel
    case telemetryReport(TelemetryReport)
    case telemetryAck(TelemetryAck)
    case ping(Ping = Ping())
    case pong
    case userChat(UserChat)
    case receipt(Receipt)

    package enum Kind: String, Codable, Sendable, CaseIterable {
        case chatPrompt = "chat.prompt"
        case chatReply = "chat.reply"
        case chatProgress = "chat.progress"
        case chatCancel = "chat.cancel"
        case telemetryReport = "telemetry.report"
        case telemetryAck = "telemetry.ack"
        case ping = "control.ping"
        case pong = "control.pong"
        case userChat = "user.chat.v1"
        case receipt = "receipt"
    }

    package var kind: Kind {
        switch self {
        case .chatPrompt: .chatPrompt
        case .chatReply: .chatReply
        case .chatProgress: .chatProgress
        case .chatCancel: .chatCancel
        case .telemetryReport: .telemetryReport
        case .telemetryAck: .telemetryAck
        case .ping: .ping
        case .pong: .pong
        case .userChat: .userChat
        case .receipt: .receipt
        }
    }
}

/// The reason why a decrypted plaintext is not a message that this version understands.
package enum TypedMessageError: Error, Hashable, Sendable, CustomStringConvertible {
    case malformed(String)
    case unknownKind(String)
    case unsupportedVersion(kind: String, version: Int)

    package var description: String {
        switch self {
        case .malformed(let reason): "the decrypted message is malformed: \(reason)"
        case .unknownKind(let kind):
            "a message of kind '\(kind)' is not known to this version; update this side"
        case .unsupportedVersion(let kind, let version):
            "version \(version) of \(kind) is newer than this side understands; update this side"
        }
    }
}

extension TypedMessage: Codable {
    package static let version = 1

    private enum Key: String, CodingKey { case kind, version, requestId }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let name = try fields.decode(String.self, forKey: .kind)
        guard let kind = Payload.Kind(rawValue: name) else { throw TypedMessageError.unknownKind(name) }
        let version = try fields.decode(Int.self, forKey: .version)
        guard version == Self.version else {
            throw TypedMessageError.unsupportedVersion(kind: name, version: version)
        }
        requestId = try fields.decodeIfPresent(UUID.self, forKey: .requestId)
        payload =
            switch kind {
            case .chatPrompt: .chatPrompt(try ChatPrompt(from: decoder))
            case .chatReply: .chatReply(try ChatReply(from: decoder))
            case .chatProgress: .chatProgress(try ChatProgress(from: decoder))
            case .chatCancel: .chatCancel
            case .telemetryReport: .telemetryReport(try TelemetryReport(from: decoder))
            case .telemetryAck: .telemetryAck(try TelemetryAck(from: decoder))
            case .ping: .ping(try Ping(from: decoder))
            case .pong: .pong
            case .userChat: .userChat(try UserChat(from: decoder))
            case .receipt: .receipt(try Receipt(from: decoder))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(payload.kind, forKey: .kind)
        try fields.encode(Self.version, forKey: .version)
        try fields.encodeIfPresent(requestId, forKey: .requestId)
        switch payload {
        case .chatPrompt(let value): try value.encode(to: encoder)
        case .chatReply(let value): try value.encode(to: encoder)
        case .chatProgress(let value): try value.encode(to: encoder)
        case .telemetryReport(let value): try value.encode(to: encoder)
        case .telemetryAck(let value): try value.encode(to: encoder)
        case .ping(let value): try value.encode(to: encoder)
        case .chatCancel, .pong: break
        case .userChat(let value): try value.encode(to: encoder)
        case .receipt(let value): try value.encode(to: encoder)
        }
    }
}
