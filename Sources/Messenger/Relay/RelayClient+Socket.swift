import Cryptography
import Foundation
import HTTP
import Logging
import Networking
import RelayAPI

/// The relay's socket for a device: with protocol buffers where the relay offers them, otherwise with JSON.
extension RelayClient {
    /// From the first packet to the relay's 101.
    private static let openTimeout = Duration.seconds(10)
    /// The largest message: an envelope with its body as base64, and room to spare.
    private static let maxMessageByteCount = 512 * 1024

    /// - Throws: `Problem` if the relay refuses, `MessengerError.relayUnreachable` if it does not answer.
    package func withSocket<Value: Sendable>(
        of device: DeviceAddress, token: SecretText, _ body: @Sendable (RelaySocket) async throws -> Value
    ) async throws -> Value {
        var limits = WebSocketLimits()
        limits.message = Self.maxMessageByteCount
        limits.heartbeat = heartbeat
        let opening = try await connected { [limits] client throws(ConnectionError) in
            try await client.openWebSocket(
                basePath + "/ws?client_id=\(device)", fields: ["Authorization": "Bearer \(token.exposed)"],
                protocols: [SocketEncoding.protobufSubprotocol], limits: limits, within: Self.openTimeout)
        }
        switch opening {
        case .refused(let response): throw Self.refusal(response)
        case .open(let stream):
            defer { stream.close() }
            let encoding: SocketEncoding = stream.protocol == nil ? .json : .protobuf
            return try await body(RelaySocket(stream, encoding, logger: logger))
        }
    }
}

extension RelaySocket {
    fileprivate init(_ stream: WebSocketStream, _ encoding: SocketEncoding, logger: Logger) {
        let frames = ServerFrames(messages: stream.messages, encoding: encoding, logger: logger)
        self.init(frames: frames) { frame in
            let (bytes, kind) = try encoding.message(of: frame)
            try await stream.send(bytes, as: kind)
        }
    }
}

private struct ServerFrames: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let messages: WebSocketStream.Messages
    let encoding: SocketEncoding
    let logger: Logger

    func makeAsyncIterator() -> ServerFrames { self }

    func next() async throws -> [ServerFrame]? {
        do {
            return try await messages.next()?.compactMap { encoding.frame($0, logger: logger) }
        } catch let closed as WebSocketClosed {
            throw SocketClosed(closed.end)
        }
    }
}

extension SocketClosed {
    fileprivate init(_ end: WebSocketEnd) {
        switch end {
        case .closed(let code, let reason): self.init(code: code, reason: reason)
        case .failed(let reason): self.init(code: nil, reason: reason)
        }
    }
}

extension SocketEncoding {
    /// Nil for a frame that this version does not understand: a later relay may say more than this one.
    ///
    /// An envelope in it stays unacknowledged, so that the relay sets it aside after some connections.
    fileprivate func frame(_ message: WebSocketMessage, logger: Logger) -> ServerFrame? {
        do {
            switch self {
            case .json: return try JSONDecoder().decode(ServerFrame.self, from: Data(message.bytes))
            case .protobuf: return try ServerFrame(protobuf: message.bytes[...])
            }
        } catch {
            let cause =
                (error as? DecodingError).map { InvalidValue($0)?.description ?? "not JSON" } ?? "\(error)"
            logger.warning(
                "frame from the relay not understood",
                ["cause": cause, "bytes": "\(message.bytes.count)"])
            return nil
        }
    }

    fileprivate func message(of frame: ClientFrame) throws -> ([UInt8], WebSocketMessage.Kind) {
        switch self {
        case .json: (Array(try JSONEncoder().encode(frame)), .text)
        case .protobuf: (frame.protobuf, .binary)
        }
    }
}
