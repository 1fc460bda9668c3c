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
            message.withUnsafeBytes { message in
                Self.write(message.count / 2, field: 2, to: &writer) { element in
                    message.loadUnaligned(fromByteOffset: 2 * element, as: UInt16.self)
                }
            }
        case .coefficients(let coefficients):
            coefficients.withUnsafeBufferPointer { coefficients in
                Self.write(coefficients.count, field: 3, to: &writer) { coefficients[$0].value.bigEndian }
            }
        }
    }

    /// Writes elements in columns; each is big-endian as it is given.
    @inline(__always)
    private static func write(
        _ count: Int, field: UInt32, to writer: inout ProtobufWriter, _ element: (Int) -> UInt16
    ) {
        let width = ErasureChunk.elementCount
        let rowCount = count / width
        writer.put(columns: width, byteCount: 2 * rowCount, field: field) { output, stride in
            for row in 0..<rowCount {
                for column in 0..<width {
                    output.storeBytes(
                        of: element(width * row + column), toByteOffset: stride * column + 2 * row,
                        as: UInt16.self)
                }
            }
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
        let width = ErasureChunk.elementCount
        writer.put(columns: width, byteCount: 4 * chunks.count, field: 3) { output, stride in
            for (row, chunk) in chunks.enumerated() {
                let index = chunk.index.bigEndian
                chunk.bytes.withUnsafeBytes { elements in
                    for column in 0..<width {
                        let place = stride * column + 4 * row
                        let element = elements.loadUnaligned(fromByteOffset: 2 * column, as: UInt16.self)
                        output.storeBytes(of: index, toByteOffset: place, as: UInt16.self)
                        output.storeBytes(of: element, toByteOffset: place + 2, as: UInt16.self)
                    }
                }
            }
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
}
