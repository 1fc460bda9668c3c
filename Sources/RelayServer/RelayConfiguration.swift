/// How a relay is run.
package struct RelayConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 8080
    package var version = "dev"
    package var rates = RateLimits()
    /// The bytes of one HTTP body or socket frame.
    package var maxBodyByteCount = 256 * 1024
    /// Messages sent to a device and not yet acknowledged.
    package var maxInFlightCount = 256
    /// A socket on which nothing is heard is asked after this time, and closed after twice as long.
    package var heartbeatInterval = Duration.seconds(30)
    /// How long a new connection may take to make its first request.
    package var idleTimeout = Duration.seconds(60)
    package var expiryInterval = Duration.seconds(60)

    package init() {}
}

/// Why the relay could not start.
package enum RelayError: Error, Hashable, Sendable, CustomStringConvertible {
    case portTaken(host: String, port: Int)
    case portNotPermitted(host: String, port: Int)

    package var description: String {
        switch self {
        case .portTaken(let host, let port):
            "relay: \(host):\(port) is in use by another program; stop it or choose another port with RELAY_PORT"
        case .portNotPermitted(let host, let port):
            "relay: this user may not listen on \(host):\(port); choose a port above 1023 with RELAY_PORT"
        }
    }
}
