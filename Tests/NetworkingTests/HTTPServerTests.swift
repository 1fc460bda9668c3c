import HTTP
import Testing

@testable import Networking

@Suite struct HTTPServerTests {
    @Test func getPostAndStreamAreAnswered() async throws {
        let server = try await TestServer()
        let client = server.client
        let hello = try await client.send(.get, "/hello", within: .seconds(5))
        #expect(hello.status == 200)
        #expect(hello.body == Array("hello".utf8))
        let body = [UInt8](repeating: 7, count: 500_000)
        #expect(try await client.send(.post, "/echo", body: body, within: .seconds(5)).body == body)
        #expect(try await client.send(.get, "/stream", within: .seconds(5)).body == Array("0\n1\n2\n".utf8))
        #expect(try await client.send(.get, "/ws", within: .seconds(5)).status == 426)
        await server.stop()
    }

    @Test func webSocketsEcho() async throws {
        let server = try await TestServer()
        guard case .open(let socket) = try await server.client.openWebSocket("/ws", within: .seconds(5))
        else {
            Issue.record("refused")
            return
        }
        let long = [UInt8](repeating: 1, count: 200_000)
        try await socket.send(Array("hello".utf8), as: .text)
        try await socket.send(long, as: .binary)
        var received: [WebSocketMessage] = []
        for try await batch in socket.messages {
            received += batch
            if received.count == 2 { break }
        }
        #expect(received == [WebSocketMessage(.text, Array("hello".utf8)), WebSocketMessage(.binary, long)])
        await server.stop()
        await #expect(throws: WebSocketClosed(end: .closed(code: 1001, reason: "shutting down"))) {
            _ = try await socket.messages.next()
        }
    }
}
