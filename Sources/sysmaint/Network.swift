import Networking
import Synchronization

/// How this process reaches the relay and the web; the model's server is reached by `HTTPClient`.
enum Network {
    private struct State {
        var trust: TLSContext?
        var clients: [Endpoint: Client] = [:]
    }

    private static let state = Mutex(State())

    /// Trusts, beside the system's authorities, what a PEM file holds; to be called before anything connects.
    static func trustRelay(certifiedBy path: String) throws {
        do {
            let trust = try TLSContext.client(authorities: path)
            state.withLock { $0.trust = trust }
        } catch {
            throw Failure(
                .configuration, "RELAY_TLS_CA: no certificate can be read from \(path)",
                help: "It has to be a PEM file that you may read.")
        }
    }

    /// What a connection to the relay trusts; nil for the system's authorities alone.
    static var relayTrust: TLSContext? { state.withLock(\.trust) }

    /// The client for a server of ours. It keeps its connections open and lives as long as the process.
    static func client(for endpoint: Endpoint) -> Client {
        state.withLock { state in
            if let client = state.clients[endpoint] { return client }
            let client = Client(endpoint, tls: state.trust)
            state.clients[endpoint] = client
            return client
        }
    }

    /// Where a server of this machine is reached that listens on `host`.
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
