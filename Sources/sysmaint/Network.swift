import Foundation
import Networking
import Synchronization

/// This process's HTTP clients for the relay and the web; `HTTPClient` connects to the model's server.
enum Network {
    private struct State {
        var trust: TLSContext?
        var clients: [Endpoint: Client] = [:]
    }

    private static let state = Mutex(State())

    /// Trusts the certificates in a PEM file in addition to the system's; call this before anything connects.
    static func trustRelay(certifiedBy path: String) throws {
        do {
            let trust = try TLSContext.client(authorities: path)
            state.withLock { $0.trust = trust }
        } catch {
            throw Failure(
                .configuration, "RELAY_TLS_CA: no certificate can be read from \(path)",
                help: "Set it to a PEM file that you can read.")
        }
    }

    /// The trust of connections to the relay; nil for the system's authorities only.
    static var relayTrust: TLSContext? { state.withLock(\.trust) }

    /// The client for one of our servers. It keeps its connections open and lives as long as the process.
    static func client(for endpoint: Endpoint) -> Client {
        state.withLock { state in
            if let client = state.clients[endpoint] { return client }
            let client = Client(endpoint, tls: state.trust)
            state.clients[endpoint] = client
            return client
        }
    }

    /// Whether a host of a URL, or one to listen on, can be reached from this machine alone.
    static func isLoopback(_ host: String) -> Bool {
        let name = host.trimmingCharacters(in: ["[", "]"]).lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
            || name.wholeMatch(of: #/127(\.[0-9]{1,3}){3}/#) != nil
    }

    /// The URL, on this machine, of a server that listens on `host`.
    static func url(host: String, port: Int, isSecure: Bool = false) -> String {
        let name =
            switch host {
            case "0.0.0.0": "127.0.0.1"
            case "::": "[::1]"
            case _ where host.contains(":"): "[\(host)]"
            default: host
            }
        return "\(isSecure ? "https" : "http")://\(name):\(port)"
    }
}
