import NIOCore
import NIOPosix
import Synchronization

/// Passes bytes between clients and a server on this machine, and keeps all that went either way.
final class RecordingProxy: Sendable {
    let port: Int
    private let recorded: Recording
    private let channel: any Channel

    private final class Recording: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    init(to server: Int) async throws {
        let recorded = Recording()
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            // A client is heard once this is done, so that nothing of it is lost.
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelInitializer { server in
                        server.eventLoop.makeCompletedFuture {
                            try server.pipeline.syncOperations.addHandler(Relay(to: client, recorded))
                        }
                    }
                    .connect(host: "127.0.0.1", port: server)
                    .flatMapThrowing { server in
                        try client.pipeline.syncOperations.addHandler(Relay(to: server, recorded))
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw Unexpected("the proxy has no port") }
        self.port = port
        self.recorded = recorded
    }

    deinit { channel.close(promise: nil) }

    var bytes: [UInt8] { recorded.bytes.withLock(\.self) }

    /// Writes what one side says to the other side.
    private final class Relay: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel
        private let recorded: Recording

        init(to other: any Channel, _ recorded: Recording) {
            self.other = other
            self.recorded = recorded
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            recorded.bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
            other.writeAndFlush(buffer, promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
