import HTTP
import TestSupport
import Testing

@testable import Networking

/// A streamed response that has nothing to say right now.
@Suite(.timeLimit(.minutes(2))) struct StreamEndTests {
    private let begin = AsyncStream.makeStream(of: Void.self)
    private let end = AsyncStream.makeStream(of: Void.self)

    private func server() -> HTTPServer {
        var configuration = ServerConfiguration()
        configuration.port = 0
        return HTTPServer(configuration: configuration) { [begin, end] _ in
            ServerResponse(
                body: .stream { writer in
                    defer { end.continuation.yield() }
                    try await writer.write([1])
                    begin.continuation.yield()
                    for await _ in AsyncStream<Never>.makeStream().stream {}
                })
        }
    }

    @Test func endsWhenItsClientLeaves() async throws {
        let server = server()
        let port = try await server.start()
        do {
            let client = try RawConnection(port: port)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await client.receive() != nil)
        }
        #expect(await end.stream.first { true } != nil)
        await server.shutdown(grace: .seconds(60))
    }

    @Test func endsInOrderWhenTheServerStops() async throws {
        let server = server()
        let client = Client(Endpoint(host: "127.0.0.1", port: try await server.start(), isSecure: false))
        async let response = client.send(.get, "/", within: .seconds(60))
        #expect(await begin.stream.first { true } != nil)
        await server.shutdown(grace: .seconds(60))
        #expect(try await response.body == [1])
    }

    /// A response that the client has not read yet is not cut off where the server stops.
    @Test func responseOnItsWayArrivesWhole() async throws {
        let body = [UInt8](repeating: 7, count: 16 << 20)
        var configuration = ServerConfiguration()
        configuration.port = 0
        let server = HTTPServer(configuration: configuration) { _ in ServerResponse(body: .bytes(body)) }
        let client = try RawConnection(port: try await server.start())
        try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        var count = try #require(await client.receive()).count
        async let shutdown: Void = server.shutdown(grace: .seconds(60))
        while let piece = await client.receive() { count += piece.count }
        #expect(count > body.count)
        await shutdown
    }
}
