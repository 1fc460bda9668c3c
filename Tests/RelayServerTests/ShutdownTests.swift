import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport
import Testing

@testable import RelayServer

@Suite(.timeLimit(.minutes(15))) struct ShutdownTests {
    @Test func connectionThatNeverAskedDoesNotHoldUpTheEnd() async throws {
        let folder = try ScratchDirectory()
        let configure: (inout RelayConfiguration) -> Void = { $0.idleTimeout = .seconds(3600) }
        let channel = try await TestRelay.run(in: folder, configure: configure) { relay in
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: relay.port).get()
            // The relay has accepted it once it has answered somebody who came later.
            _ = try await relay.request(.GET, "/health")
            return channel
        }
        try await channel.closeFuture.get()
    }
}
