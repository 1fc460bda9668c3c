import HTTP

/// Receives the events of a WebSocket on its loop's thread, for servers and clients.
///
/// Calls must not block or wait: slow work is done elsewhere and returns through `socket.loop`.
package protocol WebSocketHandler: AnyObject, Sendable {
    func opened(_ socket: WebSocket)
    /// All messages from one read, in order.
    func received(_ messages: [WebSocketMessage], on socket: WebSocket)
    /// The peer has read its pending output: `isWritable` is true again.
    func becameWritable(_ socket: WebSocket)
    /// The last call, once for each socket.
    func ended(_ socket: WebSocket, _ end: WebSocketEnd)
    /// The server is stopping. By default the socket closes with 1001.
    func shutdown(_ socket: WebSocket)
}

extension WebSocketHandler {
    package func opened(_ socket: WebSocket) {}
    package func becameWritable(_ socket: WebSocket) {}
    package func ended(_ socket: WebSocket, _ end: WebSocketEnd) {}
    package func shutdown(_ socket: WebSocket) { socket.close(code: 1001, reason: "shutting down") }
}

/// One message, regardless of the number of frames.
package struct WebSocketMessage: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// UTF-8; validated if it comes from the peer.
        case text
        case binary
    }

    package let kind: Kind
    package let bytes: [UInt8]

    package init(_ kind: Kind, _ bytes: [UInt8]) { (self.kind, self.bytes) = (kind, bytes) }
}

/// How a WebSocket ended.
package enum WebSocketEnd: Hashable, Sendable {
    /// Closed by close frames. The code is the peer's; nil if there was none.
    case closed(code: UInt16?, reason: String)
    /// Ended without the peer's close frame: disconnected, silent, or violating the protocol. The reason is
    /// human-readable.
    case failed(reason: String)
}

/// Limits on the peer of a WebSocket.
package struct WebSocketLimits: Hashable, Sendable {
    /// Maximum size of a message in bytes; a larger one is closed with 1009.
    package var message = 256 << 10
    /// Maximum number of frames in a message; more are closed with 1009.
    package var fragments = 1024
    /// Silence after which the peer is pinged; it is considered dead after twice that. Zero disables both.
    package var heartbeat = Duration.seconds(30)
    /// Maximum time for the peer to answer a close frame.
    package var close = Duration.seconds(5)
    /// Number of pings and pongs allowed at once, and per second after that; more are closed with 1008.
    package var controlBurst = 128
    package var controlPerSecond = 16

    package init() {}
}
