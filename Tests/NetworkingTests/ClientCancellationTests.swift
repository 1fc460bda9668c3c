import HTTP
import Testing
import TestSupport

@testable import Networking

/// Waiting on a loop ends with the task that waits, at whatever moment that is cancelled.
@Suite(.timeLimit(.minutes(2))) struct ClientCancellationTests {
    /// Accepts a WebSocket and reads nothing of it.
    private final class Deaf: WebSocketHandler {
        func opened(_ socket: WebSocket) { socket.pauseReading() }
        func received(_ messages: [WebSocketMessage], on socket: WebSocket) {}
    }

    private func withDeafSocket(_ body: (WebSocketStream) async throws -> Void) async throws {
        let loop = EventLoop()
        loop.start()
        var configuration = ServerConfiguration()
        configuration.port = 0
        let server = HTTPServer(loops: [loop], configuration: configuration) { _ in
            ServerResponse(body: .webSocket(handler: Deaf()))
        }
        let port = try await server.start()
        let client = Client(Endpoint(host: "127.0.0.1", port: port, isSecure: false))
        guard case .open(let socket) = try await client.openWebSocket("/", within: .seconds(5)) else {
            Issue.record("refused")
            return
        }
        try await body(socket)
        await server.shutdown(grace: .zero)
        loop.stop()
    }

    @Test func readerEndsWithItsTask() async throws {
        try await withDeafSocket { socket in
            // Before it waits, while it waits, and in between.
            for round in 0..<300 {
                let task = Task { try await socket.messages.next() }
                for _ in 0..<(round % 10) { await Task.yield() }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }

    @Test func messagesAreNotLostToAReaderThatIsGone() async throws {
        let server = try await TestServer()
        guard case .open(let socket) = try await server.client.openWebSocket("/ws", within: .seconds(5))
        else {
            Issue.record("refused")
            return
        }
        let task = Task { try await socket.messages.next() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await socket.send([1, 2, 3], as: .binary)
        #expect(try await socket.messages.next() == [WebSocketMessage(.binary, [1, 2, 3])])
        await server.stop()
    }

    @Test func senderThatWaitsForRoomEndsWithItsTask() async throws {
        try await withDeafSocket { socket in
            let task = Task {
                let bytes = [UInt8](repeating: 7, count: 1 << 16)
                while true { try await socket.send(bytes, as: .binary) }
            }
            // Long enough for the buffers to fill, in whichever state the cancellation finds it.
            for _ in 0..<2000 { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func requestEndsWithItsTask() async throws {
        let server = try RawServer.silent()
        let client = Client(Endpoint(host: "127.0.0.1", port: server.port, isSecure: false))
        for round in 0..<100 {
            let task = Task { try await client.send(.get, "/", within: .seconds(100)) }
            for _ in 0..<round { await Task.yield() }
            task.cancel()
            await #expect(throws: ConnectionError.self) { try await task.value }
        }
    }
}
