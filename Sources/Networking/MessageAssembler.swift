/// A violation of RFC 6455, and the code for closing the connection.
struct WebSocketViolation: Error, Hashable {
    let code: UInt16
    let reason: String

    init(_ code: UInt16, _ reason: String) { (self.code, self.reason) = (code, reason) }
}

/// The header of a frame (RFC 6455, section 5.2).
struct FrameHeader: Hashable, Sendable {
    var isFinal: Bool
    var reservedBits: UInt8
    var opcode: UInt8
    var isMasked: Bool
    var length: UInt64

    static let continuation: UInt8 = 0
    static let text: UInt8 = 1
    static let binary: UInt8 = 2
    static let close: UInt8 = 8
    static let ping: UInt8 = 9
    static let pong: UInt8 = 10

    var isControl: Bool { opcode & 8 != 0 }
}

/// Enforces the rules of RFC 6455 and assembles messages: a pure value.
struct MessageAssembler: Sendable {
    enum Output: Hashable {
        case message(WebSocketMessage)
        case ping([UInt8])
        case pong
        case close(code: UInt16?, reason: String)
    }

    private let limits: WebSocketLimits
    private let isServer: Bool
    /// The kind of the message being assembled; nil between messages.
    private var kind: WebSocketMessage.Kind?
    private var bytes: [UInt8] = []
    private var fragmentCount = 0
    private var utf8 = UTF8Check()
    private var control: [UInt8] = []

    init(isServer: Bool, limits: WebSocketLimits) { (self.isServer, self.limits) = (isServer, limits) }

    /// Starts a frame. The length is only the peer's claim, so no memory is reserved for it.
    mutating func begin(_ frame: FrameHeader) throws(WebSocketViolation) {
        // Section 5.1: clients mask, servers do not.
        guard frame.isMasked == isServer else {
            throw WebSocketViolation(
                1002, isServer ? "frames from a client are masked" : "frames from a server are not masked")
        }
        guard frame.reservedBits == 0 else { throw WebSocketViolation(1002, "no extension was negotiated") }
        switch frame.opcode {
        case FrameHeader.close, FrameHeader.ping, FrameHeader.pong:
            guard frame.isFinal, frame.length <= 125 else {
                throw WebSocketViolation(1002, "control frames have one part of at most 125 bytes")
            }
            control = []
            return
        case FrameHeader.text, FrameHeader.binary:
            guard kind == nil else { throw WebSocketViolation(1002, "a message within a message") }
            kind = frame.opcode == FrameHeader.text ? .text : .binary
            utf8 = UTF8Check()
        case FrameHeader.continuation:
            guard kind != nil else { throw WebSocketViolation(1002, "a continuation of nothing") }
        default: throw WebSocketViolation(1002, "the opcode is reserved")
        }
        fragmentCount += 1
        guard fragmentCount <= limits.fragments else {
            throw WebSocketViolation(1009, "the message has too many parts")
        }
        guard frame.length <= UInt64(limits.message - bytes.count) else {
            throw WebSocketViolation(1009, "the message is too large")
        }
    }

    /// Adds a piece of the frame's payload, unmasked.
    mutating func append(_ piece: RawSpan, of frame: FrameHeader) throws(WebSocketViolation) {
        if frame.isControl { return piece.withUnsafeBytes { control.append(contentsOf: $0) } }
        if kind == .text, !utf8.take(piece) { throw WebSocketViolation(1007, "the text is not UTF-8") }
        piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Ends a frame.
    mutating func end(_ frame: FrameHeader) throws(WebSocketViolation) -> Output? {
        switch frame.opcode {
        case FrameHeader.ping: return .ping(control)
        case FrameHeader.pong: return .pong
        case FrameHeader.close: return try closeFrame()
        default: break
        }
        guard frame.isFinal, let kind else { return nil }
        guard kind == .binary || utf8.isComplete else {
            throw WebSocketViolation(1007, "the text is not UTF-8")
        }
        defer { (self.kind, bytes, fragmentCount) = (nil, [], 0) }
        return .message(WebSocketMessage(kind, bytes))
    }

    /// Section 5.5.1: an empty payload, or a code and a reason.
    private func closeFrame() throws(WebSocketViolation) -> Output {
        if control.isEmpty { return .close(code: nil, reason: "") }
        guard control.count >= 2 else { throw WebSocketViolation(1002, "half a close code") }
        let code = UInt16(control[0]) << 8 | UInt16(control[1])
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: throw WebSocketViolation(1002, "not a close code that is sent")
        }
        guard let reason = String(validating: control.dropFirst(2), as: UTF8.self) else {
            throw WebSocketViolation(1007, "the reason is not UTF-8")
        }
        return .close(code: code, reason: reason)
    }
}
