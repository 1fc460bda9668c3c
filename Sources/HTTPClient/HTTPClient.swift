import HTTP
import Synchronization

/// Sends requests over HTTP/1.1 and TLS by libcurl; connections are kept and used again.
///
///     let client = HTTPClient()
///     let response = try await client.send(.init("https://api.example.com/v1/models"))
///     let models = try await response.body.collect(upTo: 1 << 20)
///
/// The shared library is opened by the first request, on a thread of the client's own, so that a process which sends none
/// never loads it. Redirects are followed to the same server alone, and only where the request stays what it is.
///
/// Not here: cookies, compression, HTTP/2, WebSocket. What a probe or a person sends to the relay goes through Networking.
package final class HTTPClient: Sendable {
    package struct Configuration: Sendable {
        /// A PEM file that is trusted beside the system's folder of certificate authorities.
        package var authorities: String?
        /// The folder by hash; the system's where it is nil.
        package var authorityFolder: String?
        /// For https alone: servers without TLS are on the own network.
        package var proxy: Proxy? = .environment()
        var libraryName = Curl.libraryName

        package init() {}
    }

    package static let shared = HTTPClient()

    private let configuration: Configuration
    private let engine = Mutex<Engine?>(nil)

    package init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    deinit { engine.withLock { $0?.close() } }

    /// Returns as soon as the head of the answer is there, whatever its status.
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
        // A library that was missing may be there the next time.
        try engine.withLock { engine throws(Failure) in
            if let engine { return engine }
            let started = try Engine(try Curl(configuration.libraryName), configuration)
            engine = started
            return started
        }
    }

    static let maxRedirectCount = 5

    /// Where the same request is to be sent instead; nil where the answer is one as any other.
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
