import Foundation

extension ClientFrame {
    fileprivate enum Field {
        static let ack: UInt64 = 1
        static let ackRange: UInt64 = 2
        static let send: UInt64 = 3
        static let after: UInt64 = 4
        static let registrationID: UInt64 = 5
        static let devices: UInt64 = 6
    }

    /// As a protocol buffer: `ClientFrame` in `Documentation/relay-socket.proto`.
    package var protobuf: [UInt8] {
        var writer = ProtobufWriter()
        switch self {
        case .ack(let ids): writer.write(Field.ack, ids.flatMap(\.wire))
        case .ackRange(let first, let last): writer.write(Field.ackRange, first.wire + last.wire)
        case .send(let envelope, let conditions):
            writer.write(Field.send, envelope.protobuf)
            if let after = conditions.after { writer.write(Field.after, after.wire) }
            if let id = conditions.registrationId { writer.write(Field.registrationID, varint: UInt64(id)) }
            if let devices = conditions.devices { writer.write(Field.devices, devices.map(\.rawValue)) }
        }
        return writer.bytes
    }

    package init(protobuf bytes: ArraySlice<UInt8>) throws(InvalidValue) {
        var frame: ClientFrame?
        var conditions = SendConditions()
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case Field.ack: frame = .ack(try Self.ackedIDs(UUID.list(wire: value.bytes("ids"), "ids")))
            case Field.ackRange:
                let ends = try UUID.list(wire: value.bytes("ackRange"), "ackRange")
                guard ends.count == 2 else { throw InvalidValue("ackRange", "must hold two message ids") }
                frame = .ackRange(first: ends[0], last: ends[1])
            case Field.send: frame = .send(try Envelope(protobuf: value.bytes("envelope")))
            default: try conditions.take(field, value)
            }
        }
        switch frame {
        case .send(let envelope, _): self = .send(envelope, conditions)
        case .some(let other): self = other
        case nil: throw InvalidValue("frame", "is of no known kind")
        }
    }
}

extension SendConditions {
    fileprivate mutating func take(_ field: UInt64, _ value: ProtobufReader.Value) throws(InvalidValue) {
        switch field {
        case ClientFrame.Field.after: after = try value.uuid("after")
        case ClientFrame.Field.registrationID:
            guard let id = UInt32(exactly: try value.number("registrationId")) else {
                throw InvalidValue("registrationId", "must fit in 32 bits")
            }
            registrationId = id
        case ClientFrame.Field.devices:
            var numbers: [DeviceID] = []
            for number in try value.bytes("devices") { numbers.append(try DeviceID(number)) }
            devices = numbers
        default: break
        }
    }
}

extension ServerFrame {
    private enum Field {
        static let envelope: UInt64 = 1
        static let queueEmpty: UInt64 = 2
        static let sent: UInt64 = 3
        static let refused: UInt64 = 4
        static let refusedID: UInt64 = 5
        static let preKeysLow: UInt64 = 6
        static let device: UInt64 = 7
    }

    /// As a protocol buffer: `ServerFrame` in `Documentation/relay-socket.proto`.
    package var protobuf: [UInt8] {
        get throws {
            var writer = ProtobufWriter()
            switch self {
            case .envelope(let envelope): return Self.protobuf(envelope: envelope.protobuf)
            case .queueEmpty: writer.write(Field.queueEmpty, varint: 1)
            case .sent(let copy):
                writer.write(Field.sent, copy.messageId.wire)
                writer.write(Field.device, varint: UInt64(copy.device.rawValue))
            case .refused(let copy, let problem):
                writer.write(Field.refused, try JSONEncoder().encode(problem))
                if let copy {
                    writer.write(Field.refusedID, copy.messageId.wire)
                    writer.write(Field.device, varint: UInt64(copy.device.rawValue))
                }
            case .prekeysLow(let counts):
                writer.write(Field.preKeysLow, try JSONEncoder().encode(counts))
            }
            return writer.bytes
        }
    }

    /// The frame around an envelope that is a protocol buffer already.
    package static func protobuf(envelope: some Collection<UInt8>) -> [UInt8] {
        var writer = ProtobufWriter(capacity: envelope.count + 8)
        writer.write(Field.envelope, envelope)
        return writer.bytes
    }

    package init(protobuf bytes: ArraySlice<UInt8>) throws {
        var reader = ProtobufReader(bytes)
        var parts = Parts()
        while let (field, value) = try reader.next() { try parts.take(field, value) }
        self = try parts.frame()
    }

    private struct Parts {
        private enum Kind { case sent(UUID), refused(Problem), whole(ServerFrame) }

        private var kind: Kind?
        private var refusedID: UUID?
        private var device: DeviceID?

        mutating func take(_ field: UInt64, _ value: ProtobufReader.Value) throws {
            switch field {
            case Field.envelope: kind = .whole(.envelope(try Envelope(protobuf: value.bytes("envelope"))))
            case Field.queueEmpty: kind = .whole(.queueEmpty)
            case Field.sent: kind = .sent(try value.uuid("sent"))
            case Field.refused:
                kind = .refused(try JSONDecoder().decode(Problem.self, from: Data(value.bytes("refused"))))
            case Field.refusedID: refusedID = try value.uuid("refusedId")
            case Field.preKeysLow:
                kind = .whole(
                    .prekeysLow(
                        try JSONDecoder().decode(
                            PreKeyCounts.self, from: Data(value.bytes("prekeysLow")))))
            case Field.device: device = try DeviceID(value.number("device"))
            default: break
            }
        }

        func frame() throws -> ServerFrame {
            switch kind {
            case .whole(let frame): frame
            case .sent(let id): .sent(try copy(id))
            case .refused(let problem): .refused(try refusedID.map(copy), problem)
            case nil: throw InvalidValue("frame", "is of no known kind")
            }
        }

        private func copy(_ id: UUID) throws(InvalidValue) -> MessageCopy {
            guard let device else { throw InvalidValue("device", "is missing") }
            return MessageCopy(messageId: id, device: device)
        }
    }
}

extension UUID {
    fileprivate static func list(wire bytes: ArraySlice<UInt8>, _ field: String) throws(InvalidValue)
        -> [UUID]
    {
        guard bytes.count.isMultiple(of: 16) else {
            throw InvalidValue(field, "must hold ids of 16 bytes each")
        }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: 16).compactMap {
            UUID(wire: bytes[$0..<$0 + 16])
        }
    }
}
