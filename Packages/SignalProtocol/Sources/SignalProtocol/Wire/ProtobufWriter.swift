import Cryptography

/// Writes the subset of protobuf that messages and records need.
///
/// Fields are written in the order of the calls, which must be ascending; varints are minimal. The caller decides
/// whether zero and empty values are written: messages write them (`put`), records omit them (`putUnlessDefault`).
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []
    /// How KEM keys are written.
    let form: StoredForm

    /// - Parameters:
    ///   - prefix: The bytes before the first field.
    ///   - capacity: The expected total number of bytes.
    ///   - form: How KEM keys are written.
    init(prefix: [UInt8] = [], reserving capacity: Int = 0, form: StoredForm = .official) {
        self.form = form
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

    /// Writes bytes that `fill` puts in their place, which is zero before.
    mutating func put(byteCount: Int, field: UInt32, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        putTag(field, .bytes)
        putVarint(UInt64(byteCount))
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: byteCount)
        bytes.withUnsafeMutableBytes { fill(UnsafeMutableRawBufferPointer(rebasing: $0[start...])) }
    }

    /// Writes byte strings of equal length, which `fill` fills at once: it is given all from the first byte of the first
    /// one, and the distance from one string's beginning to the next one's.
    mutating func put(
        columns count: Int, byteCount: Int, field: UInt32,
        _ fill: (_ output: UnsafeMutableRawBufferPointer, _ stride: Int) -> Void
    ) {
        let start = bytes.count
        putTag(field, .bytes)
        putVarint(UInt64(byteCount))
        let headByteCount = bytes.count - start
        let stride = headByteCount + byteCount
        bytes += [UInt8](repeating: 0, count: stride * count - headByteCount)
        bytes.withUnsafeMutableBytes { bytes in
            let output = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
            let head = UnsafeRawBufferPointer(rebasing: output[..<headByteCount])
            for column in 1..<count {
                UnsafeMutableRawBufferPointer(rebasing: output[(stride * column)...]).copyMemory(from: head)
            }
            fill(UnsafeMutableRawBufferPointer(rebasing: output[headByteCount...]), stride)
        }
    }

    /// Writes a nested message, in place: its length is put before it afterwards.
    mutating func put(field: UInt32, _ body: (inout ProtobufWriter) -> Void) {
        putTag(field, .bytes)
        let start = bytes.count
        body(&self)
        let end = bytes.count
        putVarint(UInt64(end - start))
        // The length was appended; it belongs before the message.
        let lengthByteCount = bytes.count - end
        bytes.withUnsafeMutableBytes { bytes in
            withUnsafeTemporaryAllocation(byteCount: lengthByteCount, alignment: 1) { length in
                length.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[end...]))
                let message = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                UnsafeMutableRawBufferPointer(rebasing: bytes[(start + lengthByteCount)...])
                    .copyMemory(from: message)
                UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
                    .copyMemory(from: UnsafeRawBufferPointer(length))
            }
        }
    }

    /// Adds fields that were written before.
    mutating func append(_ fields: SecretBytes) { fields.withUnsafeBytes { bytes += $0 } }

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
