import Cryptography

/// Writes the subset of protobuf that messages and records need.
///
/// Fields are written in the order of the calls, which must be ascending; varints are minimal. The caller decides
/// whether zero and empty values are written: messages write them (`put`), records omit them (`putUnlessDefault`).
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameters:
    ///   - prefix: The bytes before the first field.
    ///   - capacity: The expected total number of bytes.
    init(prefix: [UInt8] = [], reserving capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
        bytes += prefix
    }

    // MARK: Always written

    mutating func put(_ value: UInt64, field: UInt32) {
        putTag(field, .varint)
        putVarint(value)
    }

    mutating func put(_ value: UInt32, field: UInt32) { put(UInt64(value), field: field) }

    mutating func put(_ value: some Collection<UInt8>, field: UInt32) {
        putTag(field, .bytes)
        putVarint(UInt64(value.count))
        bytes += value
    }

    mutating func put(_ value: SecretBytes, field: UInt32) {
        putTag(field, .bytes)
        putVarint(UInt64(value.count))
        value.withUnsafeBytes { bytes += $0 }
    }

    /// Writes a nested message.
    mutating func put(field: UInt32, _ body: (inout ProtobufWriter) -> Void) {
        var message = ProtobufWriter()
        body(&message)
        put(message.bytes, field: field)
    }

    // MARK: Omitted when zero or empty

    mutating func putUnlessDefault(_ value: UInt64, field: UInt32) {
        if value != 0 { put(value, field: field) }
    }

    mutating func putUnlessDefault(_ value: UInt32, field: UInt32) {
        putUnlessDefault(UInt64(value), field: field)
    }

    mutating func putUnlessDefault(fixed value: UInt64, field: UInt32) {
        guard value != 0 else { return }
        putTag(field, .fixed64)
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    mutating func putUnlessDefault(_ value: some Collection<UInt8>, field: UInt32) {
        if !value.isEmpty { put(value, field: field) }
    }

    mutating func putUnlessDefault(_ value: SecretBytes, field: UInt32) {
        if value.count > 0 { put(value, field: field) }
    }

    // MARK: Elements

    private mutating func putTag(_ field: UInt32, _ type: ProtobufWireType) {
        putVarint(UInt64(field) << 3 | UInt64(type.rawValue))
    }

    private mutating func putVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

enum ProtobufWireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case groupStart = 3
    case groupEnd = 4
    case fixed32 = 5
}
