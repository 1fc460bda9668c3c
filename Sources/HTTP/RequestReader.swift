/// Reads HTTP/1.1 and HTTP/1.0 requests according to RFC 9112: a value that only consumes bytes.
///
///     var reader = RequestReader(limits: HTTPLimits())
///     let step = try reader.read(bytes.span.bytes)   // step.event, step.consumed
///
/// Each call consumes some of the bytes and returns at most one event. Without an event, all bytes were consumed and
/// more are needed; after `.end` the next request begins. Unconsumed bytes stay with the caller: they may be pipelined
/// requests, or the first bytes of an upgraded connection. It is strict wherever two readers could see two different
/// messages. It knows nothing of sockets, clocks or responses.
package struct RequestReader: Sendable {
    package enum Event: Hashable, Sendable {
        case head(HTTPRequestHead)
        case body([UInt8])
        case end
    }

    private enum State: Sendable {
        case startLine
        case fields(HTTPRequestHead, FieldReader)
        case body(BodyReader)
    }

    private let limits: HTTPLimits
    private var lines = LineReader()
    private var state = State.startLine
    private var emptyLineCount = 0

    package init(limits: HTTPLimits = HTTPLimits()) { self.limits = limits }

    /// Whether no byte of a next request has arrived.
    package var isBetweenRequests: Bool {
        if case .startLine = state { lines.isEmpty && emptyLineCount == 0 } else { false }
    }

    /// - Throws: The failure to respond with; the connection and the reader cannot be used afterwards.
    package mutating func read(_ input: RawSpan) throws(HTTPFailure) -> (event: Event?, consumed: Int) {
        var position = 0
        let event = try next(input, &position)
        return (event, position)
    }

    private mutating func next(_ input: RawSpan, _ position: inout Int) throws(HTTPFailure) -> Event? {
        while true {
            switch state {
            case .startLine:
                let tooLong = HTTPFailure(414, "the request line has more than \(limits.startLine) bytes")
                guard try lines.take(input, at: &position, limit: limits.startLine, tooLong: tooLong) else {
                    return nil
                }
                if lines.line.isEmpty {
                    // RFC 9112, section 2.2: an empty line left over from an old client's body is skipped.
                    emptyLineCount += 1
                    guard emptyLineCount <= 1 else {
                        throw HTTPFailure(400, "empty lines instead of a request")
                    }
                    continue
                }
                emptyLineCount = 0
                state = .fields(try RequestLine.head(lines.line), FieldReader())
            case .fields(var head, var reader):
                guard try reader.read(input, at: &position, lines: &lines, limits: limits) else {
                    state = .fields(head, reader)
                    return nil
                }
                try head.take(reader.fields)
                state = .body(BodyReader(try head.framing(maxBody: limits.body)))
                return .head(head)
            case .body(var body):
                let piece = try body.read(input, at: &position, lines: &lines, limits: limits)
                if piece == nil && body.isAtEnd {
                    state = .startLine
                    return .end
                }
                state = .body(body)
                return piece.map { .body($0) }
            }
        }
    }
}

extension HTTPRequestHead {
    /// Fields that decide who asks and for what, and have one value by their definitions: of two, a proxy might look at the
    /// one and we at the other.
    private static let singleNames = [
        "Authorization", "Content-Type", "Last-Event-ID", "Origin", "Sec-Fetch-Site",
    ]

    /// Stores the fields after checking that all readers would see the same request.
    fileprivate mutating func take(_ fields: HTTPFields) throws(HTTPFailure) {
        let hosts = fields.all("Host")
        guard hosts.count == 1 || hosts.isEmpty && minorVersion == 0 else {
            throw HTTPFailure(400, hosts.isEmpty ? "no Host" : "more than one Host")
        }
        if let host = hosts.first, !Authority.isValid(host) { throw HTTPFailure(400, "Host is not a host") }
        for name in Self.singleNames where fields.all(name).count > 1 {
            throw HTTPFailure(400, "more than one \(name)")
        }
        // RFC 9112, section 3.2.2: a host in the target takes precedence.
        let named = self.fields["Host"]
        self.fields = fields
        if let named { self.fields["Host"] = named }
        guard minorVersion >= 1 else { return }
        let expectations = fields.all("Expect")
        guard expectations.allSatisfy({ $0.equalsIgnoringCase("100-continue") }) else {
            throw HTTPFailure(417, "Expect asks for what is not known here")
        }
    }

    /// RFC 9112, section 6.3, without its lenient options.
    fileprivate func framing(maxBody: Int) throws(HTTPFailure) -> BodyFraming {
        let encodings = fields.all("Transfer-Encoding")
        let lengths = fields.all("Content-Length")
        if let encoding = encodings.first {
            guard lengths.isEmpty else { throw HTTPFailure(400, "both Content-Length and Transfer-Encoding") }
            guard minorVersion >= 1 else { throw HTTPFailure(400, "Transfer-Encoding in HTTP/1.0") }
            guard encodings.count == 1, encoding.equalsIgnoringCase("chunked") else {
                let isKnown = fields.tokens("Transfer-Encoding").allSatisfy { $0 == "chunked" }
                throw isKnown
                    ? HTTPFailure(400, "Transfer-Encoding is malformed")
                    : HTTPFailure(501, "no transfer coding but chunked is known here")
            }
            return .chunked
        }
        guard let text = lengths.first else { return .length(0) }
        guard lengths.count == 1 else { throw HTTPFailure(400, "more than one Content-Length") }
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else {
            throw HTTPFailure(400, "Content-Length is not a number")
        }
        guard let length = Int(text), length <= maxBody else {
            throw HTTPFailure(413, "the body has more than \(maxBody) bytes")
        }
        return .length(length)
    }
}
