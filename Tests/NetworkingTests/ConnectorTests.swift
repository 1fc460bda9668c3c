import Glibc
import TestSupport
import Testing

@testable import Networking

struct ConnectorTests {
    /// An address of a name may lead nowhere, such as that of IPv6 behind a router that drops it.
    @Test(.timeLimit(.minutes(1))) func addressThatNeverAnswersIsNotInTheWayOfTheNext() async throws {
        let hole = try BlackHole()
        let server = try await TestServer()
        let addresses = try [hole.port, server.port].flatMap {
            try SocketAddress.lookUp(host: "127.0.0.1", port: $0)
        }
        let begin = ContinuousClock.now
        let client = try await RawClient.connect(
            to: addresses, Endpoint(host: "localhost", port: server.port, isSecure: false))
        #expect(ContinuousClock.now - begin >= Connector.patience)
        await client.close()
        await server.stop()
        withExtendedLifetime(hole) {}
    }
}

/// A port at which the kernel drops whatever wants to connect: its queue is full and nobody takes anything from it.
private final class BlackHole {
    let port: Int
    private var descriptors: [Int32] = []

    init() throws {
        func opened() -> Int32 {
            socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = opened()
        descriptors.append(listener)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 0) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        try #require(isListening)
        for _ in 0..<8 {
            let filler = opened()
            descriptors.append(filler)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(filler, $0, length)
                }
            }
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
