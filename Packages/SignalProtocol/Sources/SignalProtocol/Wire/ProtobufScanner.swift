/// Finds fields of a protobuf in place, without copying what may be large and secret. It ends at what it does not know,
/// since whoever needs the contents parses them with ``ProtobufReader``.
struct ProtobufScanner {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

    /// The last field with a number, of those that hold bytes.
    static func field(_ number: UInt32, of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var (scanner, found) = (ProtobufScanner(bytes), nil as UnsafeRawBufferPointer?)
        while let field = scanner.next() { if field.number == number { found = field.bytes } }
        return found
    }

    /// The next field that holds bytes; nil at the end.
    mutating func next() -> (number: UInt32, bytes: UnsafeRawBufferPointer)? {
        while let tag = takeVarint() {
            switch ProtobufWireType(rawValue: UInt8(tag & 7)) {
            case .bytes:
                guard let count = takeVarint().flatMap({ Int(exactly: $0) }), count <= rest.count else {
                    return nil
                }
                defer { rest = rest.dropFirst(count) }
                return (
                    UInt32(truncatingIfNeeded: tag >> 3), UnsafeRawBufferPointer(rebasing: rest.prefix(count))
                )
            case .varint: guard takeVarint() != nil else { return nil }
            case .fixed64: rest = rest.dropFirst(8)
            case .fixed32: rest = rest.dropFirst(4)
            case .groupStart, .groupEnd, nil: return nil
            }
        }
        return nil
    }

    private mutating func takeVarint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, through: 63, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
