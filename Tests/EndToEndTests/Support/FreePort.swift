import NIOCore
import NIOPosix

/// A port that nobody listens on now, for a server that has to come back under the same one.
func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port
    try await channel.close()
    guard let port else { throw Unexpected("no free port") }
    return port
}
