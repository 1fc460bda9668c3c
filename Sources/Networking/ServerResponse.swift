import HTTP

/// What a handler answers.
package struct ServerResponse: Sendable {
    package enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// Written while it is made. Ends when the closure returns; where it throws, the client sees a response cut off.
        ///
        /// The closure's task is cancelled when the client leaves or the server shuts down.
        case stream(@Sendable (BodyWriter) async throws -> Void)
        /// Accepts the WebSocket that the request asked for; where it asked for none, the client gets 426.
        case webSocket(
            protocol: String? = nil, limits: WebSocketLimits = WebSocketLimits(),
            handler: any WebSocketHandler)
    }

    package var status: Int
    /// `Date`, `Content-Length`, `Transfer-Encoding` and what a handshake needs are added by the server.
    package var fields: HTTPFields
    package var body: Body

    package init(status: Int = 200, fields: HTTPFields = [:], body: Body = .empty) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }
}

/// The way out for the body of a streamed response.
package struct BodyWriter: Sendable {
    let connection: HTTPConnection
    let number: UInt64

    /// Sends, and waits while the client reads more slowly than this is written.
    ///
    /// - Throws: `ConnectionClosed` once the client is gone.
    package func write(_ bytes: [UInt8]) async throws {
        try await withCheckedThrowingContinuation { continuation in
            connection.loop.perform { [connection, number] in
                connection.write(bytes, for: number, continuation)
            }
        }
    }
}
