import Foundation

/// How frames are written on a socket.
package enum SocketEncoding: Hashable, Sendable {
    /// Text frames with JSON, for people and simple clients: what a socket speaks that asks for nothing else.
    case json
    /// Binary frames with protocol buffers.
    case protobuf

    /// The WebSocket subprotocol by which a client asks for protocol buffers.
    package static let protobufSubprotocol = "sysmaint.protobuf"
}

/// What a device says on its socket; one frame each.
package enum ClientFrame: Hashable, Sendable {
    /// These were received and stored; the relay may forget them.
    case ack([UUID])
    /// Everything that was sent on this socket from the one message to the other was received and stored.
    case ackRange(first: UUID, last: UUID)
    /// Hand this on if the conditions hold; answered by `sent` or `refused` with the same message id.
    ///
    /// Frames are taken in the order in which they come; answers may come in any order.
    case send(Envelope, SendConditions = .none)
}

/// What the relay says on a device's socket; one frame each.
package enum ServerFrame: Hashable, Sendable {
    /// A message for this device, to be acknowledged by its id.
    case envelope(Envelope)
    /// All that had been waiting when the socket opened has been sent.
    case queueEmpty
    /// The relay has stored this message.
    case sent(UUID)
    /// The relay did not take a message (id given) or a frame (no id).
    case refused(UUID?, Problem)
    /// Few prekeys are left; upload more.
    case prekeysLow(PreKeyCounts)
}

extension ClientFrame: Codable {
    private enum Key: String, CodingKey { case type, ids, first, last, envelope }
    private enum Kind: String, Codable {
        case ack, send
        case ackRange = "ack_range"
    }

    package static let maxAckCount = 1024

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        switch try fields.decode(Kind.self, forKey: .type) {
        case .ack:
            self = .ack(try Self.ackedIDs(fields.decode([UUID].self, forKey: .ids)))
        case .ackRange:
            self = .ackRange(
                first: try fields.decode(UUID.self, forKey: .first),
                last: try fields.decode(UUID.self, forKey: .last))
        case .send:
            self = .send(
                try fields.decode(Envelope.self, forKey: .envelope), try SendConditions(from: decoder))
        }
    }

    static func ackedIDs(_ ids: [UUID]) throws(InvalidValue) -> [UUID] {
        guard (1...maxAckCount).contains(ids.count) else {
            throw InvalidValue("ids", "must hold 1 to \(maxAckCount) message ids")
        }
        return ids
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .ackRange(let first, let last):
            try fields.encode(Kind.ackRange, forKey: .type)
            try fields.encode(first, forKey: .first)
            try fields.encode(last, forKey: .last)
        case .ack(let ids):
            try fields.encode(Kind.ack, forKey: .type)
            try fields.encode(ids, forKey: .ids)
        case .send(let envelope, let conditions):
            try fields.encode(Kind.send, forKey: .type)
            try fields.encode(envelope, forKey: .envelope)
            try conditions.encode(to: encoder)
        }
    }
}

extension ServerFrame: Codable {
    private enum Key: String, CodingKey { case type, envelope, messageId, problem, counts }
    private enum Kind: String, Codable {
        case envelope, sent, refused
        case queueEmpty = "queue_empty"
        case prekeysLow = "prekeys_low"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        switch try fields.decode(Kind.self, forKey: .type) {
        case .envelope: self = .envelope(try fields.decode(Envelope.self, forKey: .envelope))
        case .queueEmpty: self = .queueEmpty
        case .sent: self = .sent(try fields.decode(UUID.self, forKey: .messageId))
        case .refused:
            self = .refused(
                try fields.decodeIfPresent(UUID.self, forKey: .messageId),
                try fields.decode(Problem.self, forKey: .problem))
        case .prekeysLow: self = .prekeysLow(try fields.decode(PreKeyCounts.self, forKey: .counts))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .envelope(let envelope):
            try fields.encode(Kind.envelope, forKey: .type)
            try fields.encode(envelope, forKey: .envelope)
        case .queueEmpty:
            try fields.encode(Kind.queueEmpty, forKey: .type)
        case .sent(let id):
            try fields.encode(Kind.sent, forKey: .type)
            try fields.encode(id, forKey: .messageId)
        case .refused(let id, let problem):
            try fields.encode(Kind.refused, forKey: .type)
            try fields.encodeIfPresent(id, forKey: .messageId)
            try fields.encode(problem, forKey: .problem)
        case .prekeysLow(let counts):
            try fields.encode(Kind.prekeysLow, forKey: .type)
            try fields.encode(counts, forKey: .counts)
        }
    }
}

/// Why the relay closes a socket, beside the codes of RFC 6455.
package enum CloseCode {
    /// A newer connection of the same device has taken over.
    package static let takenOver: UInt16 = 4409
    /// The token was revoked or replaced.
    package static let unauthorized: UInt16 = 4401
}
