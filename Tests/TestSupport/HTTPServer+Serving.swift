import Networking

extension HTTPServer {
    /// Calls `body` with the URL of a server on a free port of 127.0.0.1, which stops when `body` returns.
    package static func serving<Value>(
        tls: TLSContext? = nil, _ respond: @escaping Respond, _ body: (_ url: String) async throws -> Value
    ) async throws -> Value {
        var configuration = ServerConfiguration()
        configuration.port = 0
        if let tls { configuration.tls = { tls } }
        let server = HTTPServer(configuration: configuration, respond: respond)
        let port = try await server.start()
        let result: Result<Value, any Error>
        do { result = .success(try await body("\(tls == nil ? "http" : "https")://127.0.0.1:\(port)")) } catch
        {
            result = .failure(error)
        }
        await server.shutdown(grace: .zero)
        return try result.get()
    }
}
