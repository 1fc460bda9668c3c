import Cryptography
import Foundation
import HTTP
import Networking
import RelayAPI

/// Settings of a relay.
package struct RelayConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 selects any free port.
    package var port = 8080
    package var version = "dev"
    package var rates = RateLimits()
    package var load = LoadLimits()
    /// The origins by which clients know this relay; those that it knows by itself (`OwnNames`) need not be named.
    package var publicOrigins: Set<RelayOrigin> = []
    /// The secret required to register; if nil, anyone may register.
    package var registrationSecret: SecretText?
    /// Serves HTTPS and WSS with this certificate, reloaded when its files change.
    package var certificate: CertificateFiles?
    /// Maximum size in bytes of an HTTP body or a socket frame.
    package var maxBodyByteCount = 256 * 1024
    /// Maximum number of messages sent to a device and not yet acknowledged.
    package var maxInFlightCount = 256
    /// Idle time after which a client is pinged; it is closed after twice that.
    package var heartbeatInterval = Duration.seconds(30)
    /// Maximum time that a connection may be idle, or take for its first request.
    package var idleTimeout = Duration.seconds(60)
    /// Maximum time for a request to arrive, from its head to the end of its body.
    package var requestTimeout = Duration.seconds(30)
    /// Maximum number of connections.
    package var maxConnectionCount = 20_000
    /// Maximum number of connections per address (IPv4) or network (IPv6, /64), including those of a reverse proxy.
    package var maxConnectionCountPerAddress = 8_000
    /// Threads that serve connections; the database has its own thread.
    package var loopCount = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount / 2))
    package var expiryInterval = Duration.seconds(60)
    /// Interval of checks of the whole database for damage.
    package var damageInterval = Duration.seconds(86_400)
    /// How long a wall clock that jumped ahead by more than a day has to stay there until messages expire by it.
    package var clockPatience = Duration.seconds(3600)
    /// Maximum age of the costly figures in diagnostics.
    package var figuresLifetime = Duration.seconds(5)
    /// The token with which the diagnostics worker posts metrics; if nil, none is accepted.
    package var diagnosticsToken: SecretText?
    /// Interval of checks for devices that another process has removed while their socket is open here.
    package var revocationInterval = Duration.seconds(1)
    /// Interval of checks for freed memory that the system could have back.
    package var memoryInterval = Duration.seconds(5)
    /// Interval of checks for changes to the certificate files.
    package var certificateInterval = Duration.seconds(10)

    package init() {}

    func server(_ certificate: Certificate?) -> ServerConfiguration {
        var server = ServerConfiguration()
        server.host = host
        server.port = port
        server.limits.http.body = maxBodyByteCount
        server.limits.idle = idleTimeout
        server.limits.request = requestTimeout
        server.limits.connections = maxConnectionCount
        server.limits.connectionsByAddress = maxConnectionCountPerAddress
        if let certificate { server.tls = { certificate.context } }
        return server
    }

    var socketLimits: WebSocketLimits {
        var limits = WebSocketLimits()
        limits.message = maxBodyByteCount
        limits.heartbeat = heartbeatInterval
        return limits
    }
}

/// The reason why the relay could not be set up; an unavailable port is a `ListeningError`.
package enum RelayError: Error, Hashable, Sendable, CustomStringConvertible {
    case certificateUnusable(path: String, reason: String)

    package var description: String {
        switch self {
        case .certificateUnusable(let path, let reason):
            "relay: the certificate or key in \(path) cannot be used: \(reason); check RELAY_TLS_CERT and RELAY_TLS_KEY"
        }
    }
}
