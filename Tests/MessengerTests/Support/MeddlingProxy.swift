import Foundation
import NIOCore
import NIOPosix

@testable import Messenger

/// Stands between clients and a relay on this machine, and changes what it carries.
struct MeddlingProxy: Sendable {
    /// Of what was read at one time.
    typealias Change = @Sendable (Data) -> Data

    var toRelay: Change = { $0 }
    var toClient: Change = { $0 }

    /// Runs while `body` runs.
    func serve<Value: Sendable>(
        _ relay: RelayClient, _ body: @Sendable (RelayClient) async throws -> Value
    ) async throws -> Value {
        let (toRelay, toClient, port) = (toRelay, toClient, relay.port)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            // A client is heard once this is done, so that nothing of it is lost.
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelInitializer { server in
                        server.eventLoop.makeCompletedFuture {
                            try server.pipeline.syncOperations.addHandler(Carrier(to: client, toClient))
                        }
                    }
                    .connect(host: "127.0.0.1", port: port)
                    .flatMapThrowing { server in
                        try client.pipeline.syncOperations.addHandler(Carrier(to: server, toRelay))
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        defer { listener.close(promise: nil) }
        return try await body(RelayClient(url: "http://127.0.0.1:\(listener.localAddress?.port ?? 0)"))
    }

    private final class Carrier: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel
        private let change: Change

        init(to other: any Channel, _ change: @escaping Change) {
            self.other = other
            self.change = change
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = change(Data(unwrapInboundIn(data).readableBytesView))
            other.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

extension Data {
    func holds(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }

    /// With another text in the first place of one; as it is where that is not there.
    func replacing(_ text: String, with other: some Collection<UInt8>) -> Data {
        guard let place = range(of: Data(text.utf8)) else { return self }
        var changed = self
        changed.replaceSubrange(place, with: Array(other))
        return changed
    }
}
