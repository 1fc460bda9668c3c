import Foundation
import HTTP
import Networking

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
    /// Idle time after which a client is pinged; it is closed after twice that.
    package var heartbeatInterval = Duration.seconds(30)
    /// How long a connection may do nothing, or take for its first request.
    package var idleTimeout = Duration.seconds(60)
    /// How long a request may take to arrive, from its head to the end of its body.
    package var requestTimeout = Duration.seconds(30)
    /// Connections in all.
    package var maxConnectionCount = 20_000
    /// Connections of one address (IPv4) or network (IPv6, /64); of a proxy in front, too.
    package var maxConnectionCountPerAddress = 8_000
    /// Threads that serve connections; the database has its own.
    package var loopCount = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount / 2))
    package var expiryInterval = Duration.seconds(60)
    /// How often it is looked whether somebody else has removed a device whose socket is open here.
    package var revocationInterval = Duration.seconds(1)
    /// How often the files of the certificate are looked at.
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

/// Why the relay could not be put together; a port that cannot be had is a `ListeningError`.
package enum RelayError: Error, Hashable, Sendable, CustomStringConvertible {
    case certificateUnusable(path: String, reason: String)

    package var description: String {
        switch self {
        case .certificateUnusable(let path, let reason):
            "relay: the certificate or key in \(path) cannot be used: \(reason); look at RELAY_TLS_CERT and RELAY_TLS_KEY"
        }
    }
}
