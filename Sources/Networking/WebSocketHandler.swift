import HTTP

/// What happens on a WebSocket, told on its loop's thread; for servers and clients alike.
///
/// Nothing here may block or wait: what takes time goes elsewhere and comes back through `socket.loop`.
package protocol WebSocketHandler: AnyObject, Sendable {
    func opened(_ socket: WebSocket)
    /// All messages that one read brought, in order.
    func received(_ messages: [WebSocketMessage], on socket: WebSocket)
    /// The peer has read what was waiting for it: `isWritable` is true again.
    func becameWritable(_ socket: WebSocket)
    /// The last call, once for each socket.
    func ended(_ socket: WebSocket, _ end: WebSocketEnd)
    /// The server is stopping. Without an answer of its own the socket closes with 1001.
    func shutdown(_ socket: WebSocket)
}

extension WebSocketHandler {
    package func opened(_ socket: WebSocket) {}
    package func becameWritable(_ socket: WebSocket) {}
    package func ended(_ socket: WebSocket, _ end: WebSocketEnd) {}
    package func shutdown(_ socket: WebSocket) { socket.close(code: 1001, reason: "shutting down") }
}

/// One message, however many frames it came in.
package struct WebSocketMessage: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// UTF-8; checked where it comes from the peer.
        case text
        case binary
    }

    package let kind: Kind
    package let bytes: [UInt8]

    package init(_ kind: Kind, _ bytes: [UInt8]) { (self.kind, self.bytes) = (kind, bytes) }
}

/// How a WebSocket ended.
package enum WebSocketEnd: Hashable, Sendable {
    /// By close frames. The code is the peer's; nil where it gave none.
    case closed(code: UInt16?, reason: String)
    /// Without the peer's close frame: broken off, silent, or in breach of the protocol. The reason is for a person.
    case failed(reason: String)
}

/// What a peer of a WebSocket may do.
package struct WebSocketLimits: Hashable, Sendable {
    /// The bytes of a message; more is closed with 1009.
    package var message = 256 << 10
    /// The frames of a message; more is closed with 1009.
    package var fragments = 1024
    /// After so much silence the peer is pinged; after as much again it is dead. Zero does neither.
    package var heartbeat = Duration.seconds(30)
    /// How long the peer may take to answer a close frame.
    package var close = Duration.seconds(5)
    /// Pings and pongs at once, and each second after that; more is closed with 1008.
    package var controlBurst = 128
    package var controlPerSecond = 16

    package init() {}
}
