import HTTP
import Synchronization

/// Sends requests over HTTP/1.1 and TLS with libcurl; connections are reused.
///
///     let client = HTTPClient()
///     let response = try await client.send(.init("https://api.example.com/v1/models"))
///     let models = try await response.body.collect(upTo: 1 << 20)
///
/// The first request opens the shared library, on a thread of the client's own, so that a process without requests
/// never loads it. Redirects are followed only to the same server, and only if the request stays the same.
///
/// Out of scope: cookies, compression, HTTP/2, WebSocket. Requests from the probe or from users to the relay use
/// Networking.
package final class HTTPClient: Sendable {
    package struct Configuration: Sendable {
        /// A PEM file of authorities trusted in addition to the system's.
        package var authorities: String?
        /// The directory of authorities, named by hash; nil selects the system's.
        package var authorityFolder: String?
        /// Used for https only: servers without TLS are on the local network.
        package var proxy: Proxy? = .environment()
        var libraryName = Curl.libraryName

        package init() {}
    }

    package static let shared = HTTPClient()

    private let configuration: Configuration
    private let engine = Mutex<Engine?>(nil)

    package init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    deinit { engine.withLock { $0?.close() } }

    /// Returns as soon as the head of the response has arrived, whatever its status.
    package func send(_ request: Request) async throws(Failure) -> Response {
        if let field = request.fields.first(where: { !$0.value.isOneLine }) {
            throw .invalidField(field.name)
        }
        let engine = try startedEngine()
        let begin = ContinuousClock.now
        guard var address = WebAddress(request.url, engine.curl) else { throw .invalidURL }
        for _ in 0...Self.maxRedirectCount {
            let transfer = Transfer(request, to: address, since: begin, on: engine, keeping: self)
            let head = try await transfer.head()
            guard let target = try Self.redirection(of: request, from: address, head, engine.curl) else {
                return Response(status: head.status, fields: head.fields, body: Body(transfer))
            }
            transfer.cancel()
            address = target
        }
        throw .invalidAnswer("more than \(Self.maxRedirectCount) redirects")
    }

    private func startedEngine() throws(Failure) -> Engine {
        // A missing library may be installed by the next request.
        try engine.withLock { engine throws(Failure) in
            if let engine { return engine }
            let started = try Engine(try Curl(configuration.libraryName), configuration)
            engine = started
            return started
        }
    }

    static let maxRedirectCount = 5

    /// The URL to which the same request is redirected; nil if the response is not such a redirect.
    private static func redirection(
        of request: Request, from address: WebAddress, _ head: Transfer.Head, _ curl: Curl
    ) throws(Failure) -> WebAddress? {
        let statuses = request.body == nil ? [301, 302, 303, 307, 308] : [307, 308]
        guard statuses.contains(head.status), let location = head.fields["Location"] else { return nil }
        guard let target = WebAddress(location, relativeTo: address.text, curl) else {
            throw .invalidAnswer("a redirect to what is not a URL")
        }
        guard target.origin == address.origin else { throw .redirected(target.origin) }
        return target
    }
}

extension String {
    fileprivate var isOneLine: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } }
}
