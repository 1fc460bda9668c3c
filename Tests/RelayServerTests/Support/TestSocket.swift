import Foundation
import RelayAPI
import TestSupport
import Testing

@testable import RelayServer

/// A socket to a relay, frame by frame, so that a test can also send what no client should.
final class TestSocket {
    enum Opening {
        case open(TestSocket)
        /// The status with which the upgrade was refused.
        case refused(Int)
    }

    private let connection: RawConnection
    private let encoding: SocketEncoding
    private var buffer: [UInt8] = []
    private var isClosed = false

    private init(_ connection: RawConnection, _ encoding: SocketEncoding) {
        self.connection = connection
        self.encoding = encoding
    }

    /// Opens a socket and lends it to `body`.
    static func open<Value: Sendable>(
        _ relay: TestRelay, as device: TestDevice, _ encoding: SocketEncoding = .json,
        _ body: (TestSocket) async throws -> Value
    ) async throws -> Value {
        let path = "/ws?client_id=\(device.address.identity)"
        guard case .open(let socket) = try await connect(relay, path: path, token: device.token, encoding)
        else {
            throw TestFailure("the relay refused the socket")
        }
        let value = try await body(socket)
        try await socket.leave()
        return value
    }

    static func connect(
        _ relay: TestRelay, path: String, token: String, _ encoding: SocketEncoding = .json
    ) async throws -> Opening {
        let socket = TestSocket(try RawConnection(port: relay.port), encoding)
        try await socket.connection.send(handshake(path: path, token: token, encoding))
        let head = await socket.head()
        guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw TestFailure("the relay answered \(head)")
        }
        return status == 101 ? .open(socket) : .refused(status)
    }

    static func handshake(path: String, token: String, _ encoding: SocketEncoding = .json) -> String {
        let offer = "Sec-WebSocket-Protocol: \(SocketEncoding.protobufSubprotocol)\r\n"
        return """
            GET \(path) HTTP/1.1\r\nHost: relay\r\nAuthorization: Bearer \(token)\r\n\
            Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(encoding == .protobuf ? offer : "")\r\n
            """
    }

    private func head() async -> String {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                defer { buffer.removeFirst(end.upperBound) }
                return String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
            }
            guard let part = await connection.receive() else { return "nothing" }
            buffer += part
        }
    }

    // MARK: Receiving

    /// The next frame that is not a ping.
    func next() async -> TestFrame? {
        while let frame = await nextOfAnyKind() {
            if frame.opcode != TestFrame.Opcode.ping { return frame }
        }
        return nil
    }

    func nextOfAnyKind() async -> TestFrame? {
        while true {
            if let frame = TestFrame(takingFrom: &buffer) {
                if frame.opcode == TestFrame.Opcode.close { isClosed = true }
                return frame
            }
            guard let part = await connection.receive() else {
                isClosed = true
                return nil
            }
            buffer += part
        }
    }

    func nextServerFrame() async throws -> ServerFrame {
        guard let frame = await next() else { throw TestFailure("the socket closed") }
        switch (frame.opcode, encoding) {
        case (TestFrame.Opcode.text, .json):
            return try JSONDecoder().decode(ServerFrame.self, from: Data(frame.payload))
        case (TestFrame.Opcode.binary, .protobuf): return try ServerFrame(protobuf: frame.payload[...])
        default: throw TestFailure("the socket sent \(frame)")
        }
    }

    /// The problem of the next frame, which must be a refusal of this message, or of no message.
    func nextRefusal(of envelope: Envelope? = nil) async throws -> Problem {
        guard case .refused(envelope?.copy, let problem) = try await nextServerFrame() else {
            throw TestFailure("expected a refusal")
        }
        return problem
    }

    func nextEnvelope() async throws -> Envelope {
        guard case .envelope(let envelope) = try await nextServerFrame() else {
            throw TestFailure("expected an envelope")
        }
        return envelope
    }

    func expect(_ frame: ServerFrame, at location: SourceLocation = #_sourceLocation) async throws {
        let next = try await nextServerFrame()
        #expect(next == frame, sourceLocation: location)
    }

    func expect(text: String, at location: SourceLocation = #_sourceLocation) async throws {
        let next = try await nextEnvelope().text
        #expect(next == text, sourceLocation: location)
    }

    /// Reads on until the relay closes, and gives its code.
    func closeCode() async -> Int? {
        while let frame = await next() {
            if frame.opcode == TestFrame.Opcode.close { return frame.closeCode }
        }
        return nil
    }

    /// Says goodbye and waits until the relay has read all that was sent and closed.
    private func leave() async throws {
        guard !isClosed else { return }
        try await send(TestFrame(TestFrame.Opcode.close, [0x03, 0xE8]))
        while await next() != nil {}
    }

    // MARK: Sending

    func send(_ frame: ClientFrame) async throws {
        switch encoding {
        case .json: try await send(text: JSONEncoder().encode(frame))
        case .protobuf: try await send(binary: frame.protobuf)
        }
    }

    func send(binary: [UInt8]) async throws { try await send(TestFrame(TestFrame.Opcode.binary, binary)) }
    func send(text: some Sequence<UInt8>) async throws {
        try await send(TestFrame(TestFrame.Opcode.text, text))
    }
    func send(_ frame: TestFrame) async throws { try await connection.send(frame.bytes) }
}

extension SocketEncoding {
    static let all = [SocketEncoding.json, .protobuf]
}
