@testable import SignalProtocol

/// Changes to the fields of a message: one byte of version, fields, and a MAC or signature.
extension [UInt8] {
    func removing(field: UInt32, suffixByteCount: Int = 0) -> [UInt8] {
        rewriting(suffixByteCount: suffixByteCount) { number, range in
            number == field ? [] : Array(self[range])
        }
    }

    func replacing(field: UInt32, with value: [UInt8], suffixByteCount: Int = 0) -> [UInt8] {
        rewriting(suffixByteCount: suffixByteCount) { number, range in
            guard number == field else { return Array(self[range]) }
            var writer = ProtobufWriter()
            writer.put(value, field: field)
            return writer.bytes
        }
    }

    /// Where `part` begins.
    func position(of part: [UInt8]) -> Int? {
        indices.first { self[$0...].starts(with: part) }
    }

    /// A field that nobody knows, so many bytes long.
    init(padding count: Int) {
        var writer = ProtobufWriter()
        writer.put([UInt8](repeating: 0, count: count), field: 99)
        self = writer.bytes
    }

    private func rewriting(
        suffixByteCount: Int, _ body: (_ number: UInt32, _ range: Range<Int>) -> [UInt8]
    ) -> [UInt8] {
        var output = Array(prefix(1))
        let end = count - suffixByteCount
        var start = 1
        var reader = ProtobufReader(self[1..<end])
        while let field = try? reader.next() {
            let next = reader.rest.startIndex
            output += body(field.number, start..<next)
            start = next
        }
        return output + suffix(suffixByteCount)
    }
}
