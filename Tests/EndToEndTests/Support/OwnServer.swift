import HTTPEdge
import Logging
import Networking
import RelayAPI
import TestSupport

/// A server of the test's own, in the place of one that is not ours or of another version.
enum OwnServer {
    /// Without routes; what its handlers throw is answered with 500.
    static var router: Router {
        Router(logger: .silent) { error in
            Problem(error) ?? Problem(status: 500, code: .internalError, title: "\(error)")
        }
    }

    /// Lends `body` the address of a server that answers by the router.
    static func serve<Value: Sendable>(_ router: Router, _ body: (String) async throws -> Value) async throws
        -> Value
    {
        let loop = EventLoop()
        loop.start()
        let server = HTTPServer(
            loops: [loop], configuration: ServerConfiguration(host: "127.0.0.1", port: 0),
            failure: { ServerResponse(status: $0.status) }, respond: { await router.respond(to: $0) })
        let port = try await server.start()
        let result = await Result { () async throws -> Value in try await body("http://127.0.0.1:\(port)") }
        await server.shutdown(grace: .zero)
        loop.stop()
        return try result.get()
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
