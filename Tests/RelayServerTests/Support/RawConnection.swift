import NIOCore
import NIOPosix

@testable import RelayServer

/// A connection on which a test says byte by byte what it wants.
final class RawConnection {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    static func open(_ relay: TestRelay, _ body: (RawConnection) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: relay.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        do {
            try await channel.executeThenClose { inbound, outbound in
                try await body(RawConnection(inbound, outbound))
            }
        } catch is ChannelError {
            // The relay was the first to close, while something was still to be sent.
        }
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Sends a byte at a time until the other side has had enough.
    func trickle() async {
        while (try? await send(" ")) != nil { await Task.yield() }
    }

    /// What comes until the connection ends, however it ends.
    func answerUntilClosed() async -> String {
        var text = ""
        while let part = try? await inbound.next(isolation: #isolation) { text += String(buffer: part) }
        return text
    }
}
