/// Reads the responses of a server as strictly as ``RequestReader`` reads requests.
///
/// Interim responses (100, 103) are skipped. The framing of a response depends on the request's method, so each request
/// needs a new reader; after `.end` it cannot be reused.
package struct ResponseReader: Sendable {
    package enum Event: Hashable, Sendable {
        case head(HTTPResponseHead)
        case body([UInt8])
        case end
    }

    private enum State: Sendable {
        case startLine
        case fields(HTTPResponseHead, FieldReader)
        case body(BodyReader)
        case end
    }

    private static let maxInterimCount = 16

    private let method: HTTPMethod
    private let limits: HTTPLimits
    private var lines = LineReader()
    private var state = State.startLine
    private var interimCount = 0
    private var endedWithConnection = false

    /// Reads the response to a request with this method. `limits` apply to the response; a failure's `status` has no
    /// meaning here.
    package init(to method: HTTPMethod, limits: HTTPLimits = HTTPLimits()) {
        self.method = method
        self.limits = limits
    }

    /// Whether no byte has arrived yet.
    package var isUntouched: Bool {
        if case .startLine = state { lines.isEmpty && interimCount == 0 } else { false }
    }

    /// Whether the response ended without closing the connection, which may then serve another request.
    package var allowsReuse: Bool { if case .end = state { !endedWithConnection } else { false } }

    package mutating func read(_ input: RawSpan) throws(HTTPFailure) -> (event: Event?, consumed: Int) {
        var position = 0
        let event = try next(input, &position)
        return (event, position)
    }

    /// Handles an orderly end of the connection: `.end` if that completes the response.
    ///
    /// - Throws: If the response was incomplete.
    package mutating func readEnd() throws(HTTPFailure) -> Event? {
        switch state {
        case .body(let body) where body.endsWithConnection:
            state = .end
            endedWithConnection = true
            return .end
        case .end: return nil
        default: throw HTTPFailure(400, "the response was cut off")
        }
    }

    private mutating func next(_ input: RawSpan, _ position: inout Int) throws(HTTPFailure) -> Event? {
        while true {
            switch state {
            case .startLine:
                let tooLong = HTTPFailure(400, "the status line is too long")
                guard try lines.take(input, at: &position, limit: limits.startLine, tooLong: tooLong) else {
                    return nil
                }
                state = .fields(try Self.head(lines.line), FieldReader())
            case .fields(var head, var reader):
                guard try reader.read(input, at: &position, lines: &lines, limits: limits) else {
                    state = .fields(head, reader)
                    return nil
                }
                head.fields = reader.fields
                if 100..<200 ~= head.status && head.status != 101 {
                    interimCount += 1
                    guard interimCount <= Self.maxInterimCount else {
                        throw HTTPFailure(400, "too many interim responses")
                    }
                    state = .startLine
                    continue
                }
                state = .body(BodyReader(try framing(of: head)))
                return .head(head)
            case .body(var body):
                let piece = try body.read(input, at: &position, lines: &lines, limits: limits)
                if piece == nil && body.isAtEnd {
                    state = .end
                    return .end
                }
                state = .body(body)
                return piece.map { .body($0) }
            case .end: return nil
            }
        }
    }

    /// `HTTP-version SP status-code SP [reason-phrase]` (RFC 9112, section 4).
    private static func head(_ line: [UInt8]) throws(HTTPFailure) -> HTTPResponseHead {
        guard line.count >= 12, line.starts(with: "HTTP/1.".utf8), line[7].isDigit,
            line[8] == UInt8(ascii: " "),
            line[9...11].allSatisfy(\.isDigit), line.count == 12 || line[12] == UInt8(ascii: " "),
            let status = Int(String(decoding: line[9...11], as: UTF8.self)), 100...599 ~= status
        else { throw HTTPFailure(400, "the status line is malformed") }
        return HTTPResponseHead(status: status, minorVersion: line[7] == UInt8(ascii: "0") ? 0 : 1)
    }

    private func framing(of head: HTTPResponseHead) throws(HTTPFailure) -> BodyFraming {
        if method == .head || head.status == 101 || head.status == 204 || head.status == 304 {
            return .length(0)
        }
        let encodings = head.fields.all("Transfer-Encoding")
        let lengths = head.fields.all("Content-Length")
        if let encoding = encodings.first {
            guard lengths.isEmpty, encodings.count == 1, head.minorVersion >= 1,
                encoding.equalsIgnoringCase("chunked")
            else { throw HTTPFailure(400, "Transfer-Encoding is malformed") }
            return .chunked
        }
        guard let text = lengths.first else { return .untilClose }
        guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy(\.isDigit), let length = Int(text)
        else {
            throw HTTPFailure(400, "Content-Length is malformed")
        }
        guard length <= limits.body else {
            throw HTTPFailure(413, "the body has more than \(limits.body) bytes")
        }
        return .length(length)
    }
}
