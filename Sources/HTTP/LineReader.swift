/// Collects one line at a time, however the input is split.
///
/// A line ends only in CR LF: if one reader accepts a lone LF or CR and the next does not, they see different messages
/// (RFC 9112, section 11). Other control characters are rejected at once, so that a peer with another protocol gets its
/// response without ever ending a line.
struct LineReader: Sendable {
    private(set) var line: [UInt8] = []
    private var isWhole = false
    private var endsInCR = false

    /// Whether no byte of a line has arrived.
    var isEmpty: Bool { isWhole || line.isEmpty && !endsInCR }

    /// Consumes bytes from `position` up to the end of the line; true once `line` is complete, without its line ending.
    ///
    /// - Throws: `tooLong` for a line of more than `limit` bytes, 400 for a malformed one.
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
                // Thrown at the same byte however the input is split.
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
