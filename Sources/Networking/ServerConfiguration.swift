import HTTP

/// A server's address and limits.
package struct ServerConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 selects any free port.
    package var port = 8080
    package var limits = ServerLimits()
    /// Called for each connection, so that a renewed certificate needs no restart; nil serves plain HTTP.
    package var tls: (@Sendable () -> TLSContext)?

    package init() {}
}

/// Limits on a server's clients.
package struct ServerLimits: Hashable, Sendable {
    /// Limits on heads and bodies.
    package var http = HTTPLimits()
    /// Maximum silence of a new connection before its first request.
    package var first = Duration.seconds(15)
    /// Maximum silence of a connection before and between requests.
    package var idle = Duration.seconds(60)
    /// Maximum time for a request to arrive, from its first byte to the end of its body, without the time spent waiting
    /// for the handler.
    package var request = Duration.seconds(30)
    /// Maximum time during which a peer reads none of its pending output.
    package var write = Duration.seconds(30)
    /// Maximum number of connections; lower if the process may open fewer files. At the limit, a connection that waits
    /// for its client makes room for a new one.
    package var connections = 10_000
    /// Connections per address (IPv4) or per /64 (IPv6); the same holds for them.
    package var connectionsByAddress = 1_000

    package init() {}
}

/// The reason why a server could not listen.
package enum ListenError: Error, Hashable, Sendable {
    case portTaken
    case portNotPermitted
    case addressNotAvailable
    case other(String)
}
