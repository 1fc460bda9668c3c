import AsyncHTTPClient
import NIOSSL
import Synchronization

/// The HTTP clients of this process; they live as long as it does.
enum Network {
    /// For servers that are not ours: the model's.
    static let client = makeClient(.makeClientConfiguration())

    /// For the relay and the web. Made when first used, with what is trusted then.
    static let ownClient = makeClient(relayTLS)

    /// What a connection to the relay trusts.
    static var relayTLS: TLSConfiguration { trust.withLock(\.self) }

    private static let trust = Mutex(TLSConfiguration.makeClientConfiguration())

    /// Trusts, beside the system's authorities, what a PEM file holds; to be called before anything connects.
    static func trustRelay(certifiedBy path: String) throws {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(path)
            trust.withLock { $0.additionalTrustRoots = [.certificates(certificates)] }
        } catch {
            throw Failure(
                .configuration, "RELAY_TLS_CA: no certificate can be read from \(path)",
                help: "It has to be a PEM file that you may read.")
        }
    }

    private static func makeClient(_ tls: TLSConfiguration) -> HTTPClient {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.tlsConfiguration = tls
        // A refused connection is an answer: whoever wants to try again does so by its own rules.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
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
