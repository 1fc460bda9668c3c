import AsyncHTTPClient

/// The HTTP client of this process; lives as long as it does.
enum Network {
    static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        // A refused connection is an answer: whoever wants to try again does so by its own rules.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Where a server of this machine is reached that listens on `host`.
    static func url(host: String, port: Int) -> String {
        switch host {
        case "0.0.0.0": "http://127.0.0.1:\(port)"
        case "::": "http://[::1]:\(port)"
        case _ where host.contains(":"): "http://[\(host)]:\(port)"
        default: "http://\(host):\(port)"
        }
    }
}
