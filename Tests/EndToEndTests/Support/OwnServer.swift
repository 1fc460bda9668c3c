import HTTPEdge
import Logging
import Networking
import SystemSupport

/// A server of the test's own, in the place of one that is not ours or of another version.
enum OwnServer {
    /// Lends `body` the address of a server that answers by the router; with TLS, it stands under the name `localhost`.
    static func serve<Value: Sendable>(
        _ router: Router, tls: TLSContext? = nil, _ body: (String) async throws -> Value
    ) async throws -> Value {
        let edge = Edge(
            router: router, server: "test", maxBodyByteCount: 4 * 1024 * 1024, logger: .silent)
        var configuration = ServerConfiguration()
        configuration.port = 0
        if let tls { configuration.tls = { tls } }
        let server = HTTPServer(
            configuration: configuration, failure: edge.failure, respond: edge.respond)
        let port = try await server.start()
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await body(tls == nil ? "http://127.0.0.1:\(port)" : "https://localhost:\(port)"))
        } catch {
            result = .failure(error)
        }
        await server.shutdown(grace: .zero)
        return try result.get()
    }
}
