import HTTP

/// A request whose head has arrived; its body arrives while it is read.
package struct ServerRequest: Sendable {
    package private(set) var head: HTTPRequestHead
    /// The peer's address, without its port.
    package let remoteAddress: String
    /// The peer's network: its IPv4 address, or the first 64 bits of its IPv6 address, all of which one subscriber has.
    package var remoteNetwork: [UInt8] { IPAddress(remoteAddress)?.network ?? Array(remoteAddress.utf8) }
    /// Where the connection arrived: this machine's address, without its port.
    package let localAddress: String
    package let localPort: Int
    /// Whether the connection arrived at a loopback address, and so comes from this machine.
    package let isLocal: Bool
    /// Whether it came over TLS.
    package let isSecure: Bool
    package let body: RequestBody
    let number: UInt64

    /// The same request with another target.
    package func with(target: String) -> ServerRequest {
        var request = self
        request.head.target = target
        return request
    }

    package var method: HTTPMethod { head.method }
    package var path: String { head.path }
    package var query: Query { head.query }
    package var fields: HTTPFields { head.fields }
    /// A unique, opaque id of this request for logs.
    package var id: String { String(number, radix: 36) }
    /// Whether it is a valid WebSocket handshake (RFC 6455, section 4.2.1).
    package var isWebSocketUpgrade: Bool { head.webSocketKey != nil }
}

/// The body exceeds the reader's limit.
package struct BodyTooLarge: Error, Hashable, Sendable {
    package let limit: Int
}

/// The connection was closed by either side.
package struct ConnectionClosed: Error, Hashable, Sendable {
    package init() {}
}

/// A request's body, in pieces as they arrive; for a single reader.
///
/// No more is read from the network than the reader asks for. A client that waits for `100 Continue` gets it when the
/// first piece is requested. Reading throws `HTTPFailure` for malformed or late bodies, and `ConnectionClosed` if the
/// client leaves; in both cases the server responds to the client.
package struct RequestBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = any Error

    let connection: HTTPConnection
    let number: UInt64

    package struct AsyncIterator: AsyncIteratorProtocol {
        let body: RequestBody

        package func next() async throws -> [UInt8]? { try await body.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

    /// The whole body.
    ///
    /// - Throws: `BodyTooLarge` as soon as it exceeds `limit` bytes.
    package func collect(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await next() {
            guard piece.count <= limit - bytes.count else { throw BodyTooLarge(limit: limit) }
            if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
        }
        return bytes
    }

    private func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                connection.loop.perform { [connection, number] in
                    connection.wantsBody(of: number, continuation)
                }
            }
        } onCancel: {
            connection.loop.execute { [connection, number] in connection.bodyIsNotWanted(of: number) }
        }
    }
}
