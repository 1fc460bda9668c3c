import HTTP

/// A handler's response.
package struct ServerResponse: Sendable {
    package enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// A body that is written while it is produced. It ends when the closure returns; if the closure throws, the
        /// client sees a truncated response.
        ///
        /// The closure's task is cancelled when the client leaves or the server shuts down.
        case stream(@Sendable (BodyWriter) async throws -> Void)
        /// Accepts the requested WebSocket; if none was requested, the client gets 426.
        case webSocket(
            protocol: String? = nil, limits: WebSocketLimits = WebSocketLimits(),
            handler: any WebSocketHandler)
    }

    package var status: Int
    /// The server adds `Date`, `Content-Length`, `Transfer-Encoding` and the fields of a handshake.
    package var fields: HTTPFields
    package var body: Body

    package init(status: Int = 200, fields: HTTPFields = [:], body: Body = .empty) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }
}

/// Writes the body of a streamed response.
package struct BodyWriter: Sendable {
    let connection: HTTPConnection
    let number: UInt64

    /// Sends bytes, and waits while the client reads more slowly than the handler writes.
    ///
    /// - Throws: `ConnectionClosed` if the client is gone.
    package func write(_ bytes: [UInt8]) async throws {
        try await withCheckedThrowingContinuation { continuation in
            connection.loop.perform { [connection, number] in
                connection.write(bytes, for: number, continuation)
            }
        }
    }
}
