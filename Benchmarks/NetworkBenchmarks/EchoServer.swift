import Foundation
import HTTP
import Networking

/// What is measured: a server in a process of its own, so that its processor time can be told from the clients'.
enum EchoServer {
    /// Serves until it is killed; prints its port. The limit for messages is that of the Autobahn cases, which a test of others
    /// may be run against: `network-benchmarks serve 9001`.
    static func run(port: Int, certificate: [String]) async throws {
        var configuration = ServerConfiguration()
        configuration.port = port
        configuration.limits.connectionsByAddress = 20_000
        configuration.limits.connections = 20_000
        if certificate.count == 2 {
            let tls = try TLSContext.server(certificateChain: certificate[0], key: certificate[1])
            configuration.tls = { tls }
        }
        var limits = WebSocketLimits()
        limits.message = 32 << 20
        limits.fragments = 1 << 20
        let server = HTTPServer(configuration: configuration) { [limits] request in
            if request.isWebSocketUpgrade {
                return ServerResponse(body: .webSocket(limits: limits, handler: Echo()))
            }
            return ServerResponse(
                fields: ["Content-Type": "application/json"], body: .bytes(Array(#"{"hello":"world"}"#.utf8)))
        }
        print(try await server.start())
        fflush(nil)
        // Killed by whoever started it.
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}

private final class Echo: WebSocketHandler {
    func received(_ messages: [WebSocketMessage], on socket: WebSocket) {
        for message in messages { socket.send(message.bytes, as: message.kind) }
    }
}
