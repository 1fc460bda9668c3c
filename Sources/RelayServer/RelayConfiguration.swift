/// How a relay is run.
package struct RelayConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 8080
    package var version = "dev"
    package var rates = RateLimits()
    package var load = LoadLimits()
    /// What a registration must show; without it everybody may register.
    package var registrationSecret: String?
    /// Serves HTTPS and WSS with this certificate, read again when its files change.
    package var certificate: CertificateFiles?
    /// The bytes of one HTTP body or socket frame.
    package var maxBodyByteCount = 256 * 1024
    /// Messages sent to a device and not yet acknowledged.
    package var maxInFlightCount = 256
    /// A socket on which nothing is heard is asked after this time, and closed after twice as long.
    package var heartbeatInterval = Duration.seconds(30)
    /// How long a connection may do nothing, or take for its first request.
    package var idleTimeout = Duration.seconds(60)
    /// How long a request may take to arrive, from its head to the end of its body.
    package var requestTimeout = Duration.seconds(30)
    package var expiryInterval = Duration.seconds(60)
    /// How often it is looked whether somebody else has removed a device whose socket is open here.
    package var revocationInterval = Duration.seconds(1)
    /// How often the files of the certificate are looked at.
    package var certificateInterval = Duration.seconds(10)

    package init() {}
}

/// Why the relay could not start.
package enum RelayError: Error, Hashable, Sendable, CustomStringConvertible {
    case portTaken(host: String, port: Int)
    case portNotPermitted(host: String, port: Int)
    case certificateUnusable(path: String, reason: String)

    package var description: String {
        switch self {
        case .portTaken(let host, let port):
            "relay: \(host):\(port) is in use by another program; stop it or choose another port with RELAY_PORT"
        case .portNotPermitted(let host, let port):
            "relay: this user may not listen on \(host):\(port); choose a port above 1023 with RELAY_PORT"
        case .certificateUnusable(let path, let reason):
            "relay: the certificate or key in \(path) cannot be used: \(reason); look at RELAY_TLS_CERT and RELAY_TLS_KEY"
        }
    }
}
