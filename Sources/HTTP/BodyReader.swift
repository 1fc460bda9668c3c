/// How the end of a message's body is determined (RFC 9112, section 6.3).
package enum BodyFraming: Hashable, Sendable {
    case length(Int)
    case chunked
    /// Responses only.
    case untilClose
}

/// Reads a body with known framing.
struct BodyReader: Sendable {
    private enum State: Sendable {
        case data(Int)
        case chunkSize
        case chunkData(Int)
        case chunkEnd
        case trailer(FieldReader)
        case untilClose
        case end
    }

    /// Maximum length of a chunk's first line: its size, and extensions, which are ignored.
    private static let maxChunkLine = 256

    private var state: State
    private var byteCount = 0
    private var extensionByteCount = 0

    init(_ framing: BodyFraming) {
        state =
            switch framing {
            case .length(0): .end
            case .length(let count): .data(count)
            case .chunked: .chunkSize
            case .untilClose: .untilClose
            }
    }

    var isAtEnd: Bool { if case .end = state { true } else { false } }
    var endsWithConnection: Bool { if case .untilClose = state { true } else { false } }

    /// The next piece; nil at the end of the body, or if more bytes are needed.
    mutating func read(
        _ input: RawSpan, at position: inout Int, lines: inout LineReader, limits: HTTPLimits
    ) throws(HTTPFailure) -> [UInt8]? {
        while true {
            switch state {
            case .end: return nil
            case .data(let rest):
                guard let piece = take(rest, input, &position) else { return nil }
                state = piece.count == rest ? .end : .data(rest - piece.count)
                return piece
            case .untilClose:
                // Reads up to the limit and no further, so that the error occurs at the same byte however the input is
                // split.
                let room = limits.body - byteCount
                if room == 0 && position < input.byteCount { try count(1, limits) }
                guard let piece = take(room, input, &position) else { return nil }
                try count(piece.count, limits)
                return piece
            case .chunkSize:
                let tooLong = HTTPFailure(400, "a chunk's line is too long")
                guard try lines.take(input, at: &position, limit: Self.maxChunkLine, tooLong: tooLong) else {
                    return nil
                }
                let size = try chunkSize(lines.line, limits)
                try count(size, limits)
                state = size == 0 ? .trailer(FieldReader()) : .chunkData(size)
            case .chunkData(let rest):
                guard let piece = take(rest, input, &position) else { return nil }
                state = piece.count == rest ? .chunkEnd : .chunkData(rest - piece.count)
                return piece
            case .chunkEnd:
                let tooLong = HTTPFailure(400, "a chunk is longer than its size")
                guard try lines.take(input, at: &position, limit: 0, tooLong: tooLong) else { return nil }
                state = .chunkSize
            case .trailer(var trailer):
                // Validated like fields, then dropped: nothing after a body may change the meaning of its head.
                let isWhole = try trailer.read(input, at: &position, lines: &lines, limits: limits)
                state = isWhole ? .end : .trailer(trailer)
                return nil
            }
        }
    }

    private func take(_ count: Int, _ input: RawSpan, _ position: inout Int) -> [UInt8]? {
        let end = position + min(count, input.byteCount - position)
        guard end > position else { return nil }
        defer { position = end }
        return input.extracting(position..<end).withUnsafeBytes { [UInt8]($0) }
    }

    private mutating func count(_ bytes: Int, _ limits: HTTPLimits) throws(HTTPFailure) {
        guard bytes <= limits.body - byteCount else {
            throw HTTPFailure(413, "the body has more than \(limits.body) bytes")
        }
        byteCount += bytes
    }

    /// Hexadecimal digits only: no `0x`, no sign, no blank; then optional extensions, which are ignored.
    private mutating func chunkSize(_ line: [UInt8], _ limits: HTTPLimits) throws(HTTPFailure) -> Int {
        var size = 0
        var digitCount = 0
        for byte in line {
            guard let digit = byte.hexDigit else { break }
            digitCount += 1
            guard digitCount <= 15 else { throw HTTPFailure(400, "a chunk's size is too long") }
            size = size << 4 | Int(digit)
        }
        guard digitCount > 0, digitCount == line.count || line[digitCount] == UInt8(ascii: ";") else {
            throw HTTPFailure(400, "a chunk's size is not a number")
        }
        extensionByteCount += line.count - digitCount
        guard extensionByteCount <= limits.fields else { throw HTTPFailure(400, "too many chunk extensions") }
        return size
    }
}
