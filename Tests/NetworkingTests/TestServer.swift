import HTTP

@testable import Networking

/// A server with a loop of its own and something of everything.
struct TestServer {
    let loop = EventLoop()
    let server: HTTPServer
    let port: Int

    init(_ change: (inout ServerConfiguration) -> Void = { _ in }) async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        change(&configuration)
        loop.start()
        server = HTTPServer(loops: [loop], configuration: configuration, respond: Self.respond)
        port = try await server.start()
    }

    var client: Client { Client(Endpoint(host: "127.0.0.1", port: port, isSecure: false), loop: loop) }

    func stop() async { await server.shutdown(grace: .seconds(5)) }

    @Sendable static func respond(_ request: ServerRequest) async -> ServerResponse {
        switch (request.method, request.path) {
        case (.get, "/hello"), (.head, "/hello"):
            return ServerResponse(fields: ["Content-Type": "text/plain"], body: .bytes(Array("hello".utf8)))
        case (.post, "/echo"):
            do { return ServerResponse(body: .bytes(try await request.body.collect(upTo: 1 << 20))) } catch {
                return ServerResponse(status: 400)
            }
        case (.get, "/stream"):
            return ServerResponse(
                body: .stream { writer in
                    for number in 0..<3 { try await writer.write(Array("\(number)\n".utf8)) }
                })
        case (.get, "/ws"): return ServerResponse(body: .webSocket(handler: Echo()))
        default: return ServerResponse(status: 404)
        }
    }
}

final class Echo: WebSocketHandler {
    func received(_ messages: [WebSocketMessage], on socket: WebSocket) {
        for message in messages { socket.send(message.bytes, as: message.kind) }
    }
}
