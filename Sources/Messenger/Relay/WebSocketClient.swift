import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import RelayAPI

/// Opens the relay's socket for a device: with protocol buffers where the relay offers them, otherwise with JSON.
struct WebSocketClient: Sendable {
    /// From the first packet to the relay's 101.
    static let openTimeout = TimeAmount.seconds(10)
    /// The largest frame: an envelope with its body as base64, and room to spare.
    static let maxFrameByteCount = 512 * 1024
    private static let subprotocolHeader = "Sec-WebSocket-Protocol"

    let url: String
    let logger: Logger
    var tls = TLSConfiguration.makeClientConfiguration()
    var group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    var heartbeat = TimeAmount.seconds(20)

    private typealias Socket = NIOAsyncChannel<[ByteBuffer], ByteBuffer>

    private enum Upgrade: Sendable {
        case socket(Socket, SocketEncoding)
        case refused(NIOAsyncChannel<HTTPClientResponsePart, HTTPPart<HTTPRequestHead, ByteBuffer>>)
    }

    /// - Throws: `Problem` where the relay refuses, `MessengerError.relayUnreachable` where nothing answers.
    func withSocket<Value: Sendable>(
        of device: DeviceAddress, token: String, _ body: @Sendable (RelaySocket) async throws -> Value
    ) async throws -> Value {
        switch try await open(device, token) {
        case .socket(let socket, let encoding):
            return try await socket.executeThenClose { inbound, outbound in
                let frames = inbound.map { [logger] buffers in
                    buffers.compactMap { encoding.frame($0, logger: logger) }
                }
                return try await body(
                    RelaySocket(frames: frames) { try await outbound.write(encoding.bytes(of: $0)) })
            }
        case .refused(let channel):
            throw try await channel.executeThenClose { inbound, _ in try await Self.refusal(from: inbound) }
        }
    }

    // MARK: Opening

    private func open(_ device: DeviceAddress, _ token: String) async throws -> Upgrade {
        guard let target = Target(url) else {
            throw MessengerError.relayUnreachable(
                url: url, reason: "an address of the form http://host:port or https://host:port is needed")
        }
        do {
            let upgrade = try await ClientBootstrap(group: group)
                .connectTimeout(Self.openTimeout)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: target.host, port: target.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try configure(channel, target, device, token)
                    }
                }
            return try await upgrade.get()
        } catch let error as MessengerError {
            throw error
        } catch {
            throw MessengerError.relayUnreachable(url: url, reason: RelayClient.reason(of: error))
        }
    }

    private func configure(
        _ channel: any Channel, _ target: Target, _ device: DeviceAddress, _ token: String
    ) throws -> EventLoopFuture<Upgrade> {
        if target.isSecure {
            let context = try NIOSSLContext(configuration: tls)
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: context, serverHostname: target.serverName))
        }
        let heartbeat = heartbeat
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgrade>(
            maxFrameSize: Self.maxFrameByteCount,
            upgradePipelineHandler: { channel, answer in
                channel.eventLoop.makeCompletedFuture {
                    let encoding = try Self.encoding(chosenIn: answer)
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 1024,
                            maxAccumulatedFrameSize: Self.maxFrameByteCount),
                        IdleStateHandler(readTimeout: heartbeat),
                        SocketHandler(encoding),
                    ])
                    return .socket(try Socket(wrappingChannelSynchronously: channel), encoding)
                }
            })
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/ws?client_id=\(device)")
        head.headers.add(name: "Host", value: target.hostHeader)
        head.headers.add(name: "Authorization", value: "Bearer \(token)")
        head.headers.add(name: Self.subprotocolHeader, value: SocketEncoding.protobufSubprotocol)
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        .refused(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
                    }
                }))
        // What arrives together with the 101 is the first frame, not garbage.
        configuration.leftOverBytesStrategy = .forwardBytes
        let upgrade = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: configuration)
        let deadline = channel.eventLoop.scheduleTask(in: Self.openTimeout) { channel.close(promise: nil) }
        upgrade.whenComplete { _ in deadline.cancel() }
        upgrade.whenFailure { _ in channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
        return upgrade
    }

    /// A relay that says nothing of it speaks JSON.
    private static func encoding(chosenIn answer: HTTPResponseHead) throws -> SocketEncoding {
        switch answer.headers.first(name: subprotocolHeader) {
        case SocketEncoding.protobufSubprotocol: return .protobuf
        case nil: return .json
        case let other?:
            throw MessengerError.unexpectedAnswer(
                reason: "the relay chose the subprotocol '\(other)', which was not offered")
        }
    }

    // MARK: Refusals

    private static func refusal(
        from inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>
    ) async throws -> any Error {
        var status = HTTPResponseStatus.internalServerError
        var body = ByteBuffer()
        parts: for try await part in inbound {
            switch part {
            case .head(let head): status = head.status
            case .body(var bytes):
                guard body.readableBytes + bytes.readableBytes <= 64 * 1024 else { break parts }
                body.writeBuffer(&bytes)
            case .end: break parts
            }
        }
        return RelayClient.problem(status, Data(body.readableBytesView))
    }
}

extension WebSocketClient {
    /// Where to connect, from a URL of the forms that HTTP uses.
    struct Target: Hashable, Sendable {
        let host: String
        let port: Int
        let isSecure: Bool

        init?(_ url: String) {
            guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
                return nil
            }
            switch parts.scheme {
            case "http", "ws": isSecure = false
            case "https", "wss": isSecure = true
            default: return nil
            }
            self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
            port = parts.port ?? (isSecure ? 443 : 80)
        }

        var hostHeader: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

        /// An address of numbers has no name to ask for.
        var serverName: String? { (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil }
    }
}

extension SocketEncoding {
    /// None for a frame that this version does not understand: a later relay may say more than this one.
    ///
    /// An envelope in it stays unacknowledged, so that the relay sets it aside after some connections.
    fileprivate func frame(_ buffer: ByteBuffer, logger: Logger) -> ServerFrame? {
        do {
            switch self {
            case .json:
                return try JSONDecoder().decode(ServerFrame.self, from: Data(buffer.readableBytesView))
            case .protobuf: return try ServerFrame(protobuf: Array(buffer.readableBytesView)[...])
            }
        } catch {
            let cause = (error as? DecodingError)?.fieldDescription ?? "\(error)"
            logger.warning(
                "frame of the relay not understood",
                metadata: ["cause": "\(cause)", "bytes": "\(buffer.readableBytes)"])
            return nil
        }
    }

    fileprivate func bytes(of frame: ClientFrame) throws -> ByteBuffer {
        switch self {
        case .json: ByteBuffer(bytes: try JSONEncoder().encode(frame))
        case .protobuf: ByteBuffer(bytes: frame.protobuf)
        }
    }
}
