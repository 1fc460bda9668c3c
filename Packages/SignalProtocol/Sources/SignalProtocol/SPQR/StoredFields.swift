/// The fields of one stored message, by number.
///
/// Absent fields read as zero or empty, the last of repeated singular values counts, and unknown fields are skipped.
/// Anything malformed throws `.stateDecode`.
struct StoredFields {
    private var fields: [ProtobufReader.Field] = []

    init(_ bytes: ArraySlice<UInt8>) throws(SPQRError) {
        var reader = ProtobufReader(bytes)
        do {
            while let field = try reader.next() { fields.append(field) }
        } catch {
            throw .stateDecode
        }
    }

    /// The last field with a number in `range`, for alternatives of which only one is stored.
    func last(in range: ClosedRange<UInt32>) -> ProtobufReader.Field? {
        fields.last { range.contains($0.number) }
    }

    func uint64(_ number: UInt32) throws(SPQRError) -> UInt64 {
        guard let field = last(in: number...number) else { return 0 }
        do { return try field.uint64 } catch { throw .stateDecode }
    }

    func uint32(_ number: UInt32) throws(SPQRError) -> UInt32 {
        UInt32(truncatingIfNeeded: try uint64(number))
    }

    func bytes(_ number: UInt32) throws(SPQRError) -> ArraySlice<UInt8> {
        guard let field = last(in: number...number) else { return [] }
        return try field.storedBytes
    }

    /// The bytes of a field; there must be exactly `count`.
    func bytes(_ number: UInt32, count: Int) throws(SPQRError) -> [UInt8] {
        let bytes = try bytes(number)
        guard bytes.count == count else { throw .stateDecode }
        return Array(bytes)
    }

    func repeatedBytes(_ number: UInt32) throws(SPQRError) -> [ArraySlice<UInt8>] {
        var values: [ArraySlice<UInt8>] = []
        for field in fields where field.number == number { values.append(try field.storedBytes) }
        return values
    }

    /// A nested message; nil if it is absent.
    func optionalMessage(_ number: UInt32) throws(SPQRError) -> StoredFields? {
        guard let field = last(in: number...number) else { return nil }
        return try StoredFields(try field.storedBytes)
    }

    /// A required nested message.
    func message(_ number: UInt32) throws(SPQRError) -> StoredFields {
        guard let message = try optionalMessage(number) else { throw .stateDecode }
        return message
    }
}

extension ProtobufReader.Field {
    var storedBytes: ArraySlice<UInt8> {
        get throws(SPQRError) {
            do { return try bytes } catch { throw .stateDecode }
        }
    }
}
