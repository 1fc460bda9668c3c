import HTTP

/// Where a server listens, and what it allows.
package struct ServerConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 8080
    package var limits = ServerLimits()
    /// Asked for each connection, so that a renewed certificate needs no restart; nil serves plain HTTP.
    package var tls: (@Sendable () -> TLSContext)?

    package init() {}
}

/// What clients may take of a server.
package struct ServerLimits: Hashable, Sendable {
    /// Heads and bodies.
    package var http = HTTPLimits()
    /// How long a connection may be silent before and between requests.
    package var idle = Duration.seconds(60)
    /// How long a request may take to arrive, from its first byte to the end of its body; waiting for the handler does not count.
    package var request = Duration.seconds(30)
    /// How long a peer may read nothing of what is there for it.
    package var write = Duration.seconds(30)
    package var connections = 10_000
    /// Connections of one address; of one /64 where it is IPv6.
    package var connectionsByAddress = 1_000

    package init() {}
}

/// Why a server could not listen.
package enum ListenError: Error, Hashable, Sendable {
    case portTaken
    case portNotPermitted
    case addressNotAvailable
    case other(String)
}
