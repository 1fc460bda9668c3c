/// Reads protobuf messages field by field.
///
/// Field order, unknown fields and repetitions are left to the caller. The reader rejects malformed input: truncation,
/// field number zero, a varint beyond 64 bits, unbalanced groups. Every such failure is `.invalidProtobufEncoding`.
struct ProtobufReader {
    /// A field as read. Requesting a value of another type than was written is an error.
    struct Field {
        fileprivate enum Content {
            case varint(UInt64)
            case fixed64(UInt64)
            case fixed32
            case bytes(ArraySlice<UInt8>)
            case group
        }

        let number: UInt32
        fileprivate let content: Content

        var uint64: UInt64 {
            get throws(SignalError) {
                guard case .varint(let value) = content else { throw .invalidProtobufEncoding }
                return value
            }
        }

        /// Larger values are truncated modulo 2^32.
        var uint32: UInt32 { get throws(SignalError) { UInt32(truncatingIfNeeded: try uint64) } }

        var fixed64: UInt64 {
            get throws(SignalError) {
                guard case .fixed64(let value) = content else { throw .invalidProtobufEncoding }
                return value
            }
        }

        var bytes: ArraySlice<UInt8> {
            get throws(SignalError) {
                guard case .bytes(let value) = content else { throw .invalidProtobufEncoding }
                return value
            }
        }
    }

    private static let maxFieldNumber: UInt64 = 0x1FFF_FFFF
    private static let maxGroupDepth = 100

    /// The unread bytes.
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

    /// The next field; nil at the end.
    mutating func next() throws(SignalError) -> Field? {
        guard !rest.isEmpty else { return nil }
        let (number, type) = try takeTag()
        return Field(number: number, content: try takeContent(type, of: number))
    }

    private mutating func takeTag() throws(SignalError) -> (number: UInt32, type: ProtobufWireType) {
        let tag = try takeVarint()
        let number = tag >> 3
        guard let type = ProtobufWireType(rawValue: UInt8(tag & 7)),
            (1...Self.maxFieldNumber).contains(number)
        else {
            throw .invalidProtobufEncoding
        }
        return (UInt32(number), type)
    }

    private mutating func takeContent(
        _ type: ProtobufWireType, of number: UInt32
    ) throws(SignalError) -> Field.Content {
        switch type {
        case .varint: return .varint(try takeVarint())
        case .fixed64:
            let bytes = try take(8)
            return .fixed64(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
        case .fixed32:
            _ = try take(4)
            return .fixed32
        case .bytes:
            guard let count = Int(exactly: try takeVarint()) else { throw .invalidProtobufEncoding }
            return .bytes(try take(count))
        case .groupStart:
            try skipGroup(number)
            return .group
        case .groupEnd: throw .invalidProtobufEncoding
        }
    }

    /// Skips to the matching end of a group. The nesting depth is limited, and the stack is an array.
    private mutating func skipGroup(_ number: UInt32) throws(SignalError) {
        var open = [number]
        while let innermost = open.last {
            let (number, type) = try takeTag()
            switch type {
            case .groupStart:
                guard open.count < Self.maxGroupDepth else { throw .invalidProtobufEncoding }
                open.append(number)
            case .groupEnd:
                guard number == innermost else { throw .invalidProtobufEncoding }
                open.removeLast()
            case .varint, .fixed64, .fixed32, .bytes: _ = try takeContent(type, of: number)
            }
        }
    }

    private mutating func takeVarint() throws(SignalError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 63, by: 7) {
            guard let byte = rest.popFirst() else { throw .invalidProtobufEncoding }
            // The tenth byte has room for only one bit.
            guard shift < 63 || byte <= 1 else { throw .invalidProtobufEncoding }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw .invalidProtobufEncoding
    }

    private mutating func take(_ count: Int) throws(SignalError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .invalidProtobufEncoding }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
