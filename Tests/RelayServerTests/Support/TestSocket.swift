import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import RelayAPI
import Testing

/// A socket to a relay, frame by frame, so that a test can also send what no client should.
final class TestSocket: Sendable {
    typealias Channel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    enum Opening: Sendable {
        case open(Channel)
        case refused
    }

    final class Reader {
        private var frames: AsyncStream<WebSocketFrame>.AsyncIterator
        private var isClosed = false
        private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
        private let encoding: SocketEncoding

        init(
            frames: AsyncStream<WebSocketFrame>, outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>,
            encoding: SocketEncoding
        ) {
            self.encoding = encoding
            self.frames = frames.makeAsyncIterator()
            self.outbound = outbound
        }

        /// The next frame that is not a ping.
        func next() async -> WebSocketFrame? {
            while let frame = await nextOfAnyKind() {
                if frame.opcode != .ping { return frame }
            }
            return nil
        }

        func nextOfAnyKind() async -> WebSocketFrame? {
            let frame = await frames.next(isolation: #isolation)
            if frame == nil || frame?.opcode == .connectionClose { isClosed = true }
            return frame
        }

        func nextServerFrame() async throws -> ServerFrame {
            guard let frame = await next() else { throw TestFailure("the socket closed") }
            switch (frame.opcode, encoding) {
            case (.text, .json):
                return try JSONDecoder().decode(ServerFrame.self, from: Data(frame.data.readableBytesView))
            case (.binary, .protobuf):
                return try ServerFrame(protobuf: Array(frame.data.readableBytesView)[...])
            default: throw TestFailure("the socket sent \(frame.opcode)")
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
                guard frame.opcode == .connectionClose else { continue }
                var data = frame.data
                return data.readWebSocketErrorCode().map { Int(UInt16(webSocketErrorCode: $0)) }
            }
            return nil
        }

        /// Says goodbye and waits until the relay has read all that was sent and closed.
        fileprivate func leave() async throws {
            guard !isClosed else { return }
            var code = ByteBuffer()
            code.write(webSocketErrorCode: .normalClosure)
            try await send(
                WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: code))
            while await next() != nil {}
        }

        func send(_ frame: ClientFrame) async throws {
            switch encoding {
            case .json: try await send(text: JSONEncoder().encode(frame))
            case .protobuf: try await send(binary: frame.protobuf)
            }
        }

        func send(binary: [UInt8]) async throws {
            try await send(
                WebSocketFrame(
                    fin: true, opcode: .binary, maskKey: .random(), data: ByteBuffer(bytes: binary)))
        }

        func send(text: some Sequence<UInt8>) async throws {
            try await send(
                WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(bytes: text)))
        }

        func send(_ frame: WebSocketFrame) async throws { try await outbound.write(frame) }
    }

    /// Opens a socket and lends it to `body`.
    static func open<Value: Sendable>(
        _ relay: TestRelay, as device: TestDevice, _ encoding: SocketEncoding = .json,
        _ body: (Reader) async throws -> Value
    ) async throws -> Value {
        let path = "/ws?client_id=\(device.address.identity)"
        let opening = try await connect(relay, path: path, token: device.token, encoding)
        guard case .open(let channel) = opening else {
            throw TestFailure("the relay refused the socket")
        }
        return try await channel.executeThenClose { inbound, outbound in
            let (frames, received) = AsyncStream.makeStream(of: WebSocketFrame.self)
            async let reading: Void = {
                // However it ends, it has ended.
                do { for try await frame in inbound { received.yield(frame) } } catch {}
                received.finish()
            }()
            let reader = Reader(frames: frames, outbound: outbound, encoding: encoding)
            let value = try await body(reader)
            try await reader.leave()
            await reading
            return value
        }
    }

    static func connect(
        _ relay: TestRelay, path: String, token: String, _ encoding: SocketEncoding = .json
    ) async throws -> Opening {
        let opening: EventLoopFuture<Opening> = try await ClientBootstrap(
            group: .singletonMultiThreadedEventLoopGroup
        )
        .connect(host: "127.0.0.1", port: relay.port) { channel in
            channel.eventLoop.makeCompletedFuture {
                let upgrader = NIOTypedWebSocketClientUpgrader<Opening>(
                    maxFrameSize: 1 << 20,
                    upgradePipelineHandler: { channel, _ in
                        channel.eventLoop.makeCompletedFuture {
                            .open(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
                        }
                    })
                var head = HTTPRequestHead(
                    version: .http1_1, method: .GET, uri: path,
                    headers: ["Host": "127.0.0.1", "Authorization": "Bearer \(token)"])
                if encoding == .protobuf {
                    head.headers.add(
                        name: "Sec-WebSocket-Protocol", value: SocketEncoding.protobufSubprotocol)
                }
                var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
                    upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                        upgradeRequestHead: head, upgraders: [upgrader],
                        notUpgradingCompletionHandler: { channel in
                            channel.eventLoop.makeSucceededFuture(.refused)
                        }))
                configuration.leftOverBytesStrategy = .forwardBytes
                return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                    configuration: configuration)
            }
        }
        return try await opening.get()
    }
}

extension SocketEncoding {
    static let all = [SocketEncoding.json, .protobuf]
}
