import AsyncHTTPClient

/// The HTTP client of this process; lives as long as it does.
enum Network {
    static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        // A refused connection is an answer: whoever wants to try again does so by its own rules.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
