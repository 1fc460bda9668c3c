import HTTP

/// Asks servers on the internet, model servers above all, on libcurl: TLS, proxies and connections that are kept are its business.
///
///     let client = HTTPClient()
///     let response = try await client.send(HTTPRequest("https://api.example.com/v1/models"))
///     let body = try await response.body.collect(upTo: 1 << 20)
///
/// libcurl is opened when the first request is sent, so a process that sends none never loads it. One client is enough for a process. It
/// is not meant for the relay and the web, whose clients need neither proxies nor libcurl.
package final class HTTPClient: Sendable {
    package enum Proxy: Sendable {
        /// As `https_proxy`, `HTTPS_PROXY`, `http_proxy`, `NO_PROXY` and `no_proxy` say.
        case environment
        case none
        case url(String)
    }

    package struct Configuration: Sendable {
        /// A PEM file of authorities that are trusted beside the system's; nil for the system's alone.
        package var authorities: String?
        package var proxy = Proxy.environment
        /// The library to open.
        package var library = "libcurl.so.4"

        package init() {}
    }

    /// With the system's authorities and the environment's proxies.
    package static let shared = HTTPClient()

    private let engine: Engine

    package init(_ configuration: Configuration = Configuration()) { engine = Engine(configuration) }

    deinit { engine.close() }

    /// Sends a request and waits for the head of the response; its body arrives while it is read.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var request = request
        let end = ContinuousClock.now + request.limits.total
        for _ in 0...HTTPRequest.maxRedirectCount {
            let transfer = Transfer(request, on: engine)
            let head = try await transfer.start()
            let body = HTTPBody(transfer)
            guard let next = try request.redirected(by: head) else {
                return HTTPResponse(status: head.status, fields: head.fields, body: body, url: request.url)
            }
            request = next
            request.limits.total = max(.zero, ContinuousClock.now.duration(to: end))
        }
        throw .redirected("more than \(HTTPRequest.maxRedirectCount) addresses in turn")
    }
}
