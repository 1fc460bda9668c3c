// The stored forms of the erasure code. Both contain one byte string for each of the sixteen polynomials.

extension ErasureEncoder {
    init(stored fields: StoredFields) throws(SPQRError) {
        let points = try fields.repeatedBytes(2)
        let coefficients = try fields.repeatedBytes(3)
        guard points.isEmpty != coefficients.isEmpty else { throw .stateDecode }
        let elements = try [GF16](stored: points.isEmpty ? coefficients : points)
        self.init(
            takenCount: try fields.uint32(1),
            form: points.isEmpty ? .coefficients(elements) : .message(elements.bigEndianBytes))
    }

    func write(to writer: inout ProtobufWriter) {
        writer.putUnlessDefault(takenCount, field: 1)
        switch form {
        case .message(let message):
            for column in GF16.elements(bigEndian: message).columns { writer.put(column, field: 2) }
        case .coefficients(let coefficients):
            for column in coefficients.columns { writer.put(column, field: 3) }
        }
    }
}

extension ErasureDecoder {
    /// - Throws: `.messageDecode` if it is for a value of another length, otherwise `.stateDecode`.
    init(stored fields: StoredFields, byteCount: Int) throws(SPQRError) {
        guard try fields.uint32(1) == byteCount / 2 else { throw .messageDecode }
        let columns = try fields.repeatedBytes(3)
        // A completed value is never read again, so a completed decoder is not stored.
        guard columns.count == ErasureChunk.elementCount, let first = columns.first,
            try fields.uint64(4) == 0,
            first.count.isMultiple(of: 4), columns.allSatisfy({ $0.count == first.count })
        else { throw .stateDecode }
        self.init(byteCount: byteCount)
        for offset in stride(from: 0, to: first.count, by: 4) {
            let points = columns.map { $0.dropFirst(offset).prefix(4) }
            guard points.allSatisfy({ $0.prefix(2) == points[0].prefix(2) }) else { throw .stateDecode }
            let index = points[0].prefix(2).reduce(0 as UInt16) { $0 << 8 | UInt16($1) }
            if let last = chunks.last, last.index >= index { throw .stateDecode }
            add(ErasureChunk(index: index, bytes: points.flatMap { $0.suffix(2) }))
        }
        guard chunks.count == first.count / 4 else { throw .stateDecode }
    }

    func write(to writer: inout ProtobufWriter) {
        writer.putUnlessDefault(UInt32(byteCount / 2), field: 1)
        writer.put(UInt32(ErasureChunk.elementCount), field: 2)
        for polynomial in 0..<ErasureChunk.elementCount {
            let points = chunks.flatMap { chunk in
                chunk.index.bigEndianBytes + chunk.bytes[2 * polynomial..<2 * polynomial + 2]
            }
            writer.put(points, field: 3)
        }
    }
}

extension [GF16] {
    /// Reads elements from sixteen byte strings, interleaved: the first elements of all strings come first.
    fileprivate init(stored columns: [ArraySlice<UInt8>]) throws(SPQRError) {
        guard columns.count == ErasureChunk.elementCount, let length = columns.first?.count, length > 0,
            length.isMultiple(of: 2), columns.allSatisfy({ $0.count == length })
        else { throw .stateDecode }
        self = []
        reserveCapacity(columns.count * length / 2)
        for offset in stride(from: 0, to: length, by: 2) {
            for column in columns {
                let start = column.startIndex + offset
                append(GF16(UInt16(column[start]) << 8 | UInt16(column[start + 1])))
            }
        }
    }

    fileprivate var columns: [[UInt8]] {
        (0..<ErasureChunk.elementCount).map { column in
            stride(from: column, to: count, by: ErasureChunk.elementCount).flatMap {
                self[$0].value.bigEndianBytes
            }
        }
    }
}
