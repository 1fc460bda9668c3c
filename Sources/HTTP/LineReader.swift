/// Collects one line at a time, in whatever pieces it comes.
///
/// A line ends in CR LF and in nothing else: where one reader takes a lone LF or CR for an end and the next does not, they see
/// different messages (RFC 9112, section 11). Other control characters are rejected at once, so that a peer that speaks another
/// protocol gets its answer without a line ever ending.
struct LineReader: Sendable {
    private(set) var line: [UInt8] = []
    private var isWhole = false
    private var endsInCR = false

    /// Whether nothing of a line has come.
    var isEmpty: Bool { isWhole || line.isEmpty && !endsInCR }

    /// Takes bytes from `position` on, up to the end of the line; true once it is whole, `line` then is without its end.
    ///
    /// - Throws: `tooLong` for a line of more than `limit` bytes, 400 for one that is malformed.
    mutating func take(
        _ input: RawSpan, at position: inout Int, limit: Int, tooLong: HTTPFailure
    ) throws(HTTPFailure) -> Bool {
        if isWhole {
            line.removeAll(keepingCapacity: line.capacity <= 1024)
            isWhole = false
        }
        let start = position
        let end = start + limit - line.count
        while position < input.byteCount {
            let byte = input.unsafeLoad(fromByteOffset: position, as: UInt8.self)
            position += 1
            if endsInCR {
                guard byte == UInt8(ascii: "\n") else { throw HTTPFailure(400, "CR without LF") }
                append(input, start, position - 2)
                endsInCR = false
                isWhole = true
                return true
            }
            if byte == UInt8(ascii: "\r") {
                endsInCR = true
            } else if byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F {
                throw HTTPFailure(400, byte == UInt8(ascii: "\n") ? "LF without CR" : "a control character")
            } else if position > end {
                // Told at the same byte in whatever pieces it came.
                throw tooLong
            }
        }
        append(input, start, position - (endsInCR ? 1 : 0))
        return false
    }

    private mutating func append(_ input: RawSpan, _ start: Int, _ end: Int) {
        guard end > start else { return }
        input.extracting(start..<end).withUnsafeBytes { line.append(contentsOf: $0) }
    }
}
