import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import RelayAPI

/// A device's socket to the relay, in callbacks on its event loop: as little work as possible beside the relay's.
struct ClientSocket: Sendable {
    enum Event: Sendable {
        case frame(ServerFrame)
        /// All that had arrived was handed over.
        case idle
    }

    private let channel: any Channel

    /// Opens a device's socket.
    static func open(
        _ device: BenchmarkDevice, port: Int, on loop: any EventLoop,
        _ onEvent: @escaping @Sendable (Event) -> Void
    ) async throws -> ClientSocket {
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/ws?client_id=\(device.address.identity)",
            headers: [
                "Host": "127.0.0.1", "Authorization": "Bearer \(device.token)",
                "Sec-WebSocket-Protocol": SocketEncoding.protobufSubprotocol,
            ])
        let upgrade: EventLoopFuture<(any Channel)?> = try await ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader<(any Channel)?>(
                        maxFrameSize: 1 << 20,
                        upgradePipelineHandler: { channel, _ in
                            channel.eventLoop.makeCompletedFuture {
                                try channel.pipeline.syncOperations.addHandler(FrameHandler(onEvent))
                                return channel
                            }
                        })
                    var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
                        upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                            upgradeRequestHead: head, upgraders: [upgrader],
                            notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(nil) }))
                    configuration.leftOverBytesStrategy = .forwardBytes
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: configuration)
                }
            }
        guard let channel = try await upgrade.get() else {
            throw BenchmarkError("the relay refused a socket")
        }
        return ClientSocket(channel: channel)
    }

    func send(_ frames: [ClientFrame]) {
        for frame in frames {
            let data = ByteBuffer(bytes: frame.protobuf)
            channel.write(
                WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: data), promise: nil)
        }
        channel.flush()
    }

    func close() async throws { try await channel.close() }
}

/// Hands frames to a closure and answers pings.
private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let onEvent: @Sendable (ClientSocket.Event) -> Void

    init(_ onEvent: @escaping @Sendable (ClientSocket.Event) -> Void) { self.onEvent = onEvent }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary:
            if let said = try? ServerFrame(protobuf: Array(frame.data.readableBytesView)[...]) {
                onEvent(.frame(said))
            }
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.data)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        onEvent(.idle)
        context.fireChannelReadComplete()
    }
}
