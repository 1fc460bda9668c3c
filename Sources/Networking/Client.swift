import HTTP

/// A complete response.
package struct ClientResponse: Hashable, Sendable {
    package let status: Int
    package let fields: HTTPFields
    package let body: [UInt8]
}

/// Sends requests to one server over HTTP/1.1, plain or over TLS, and opens WebSockets on it.
///
///     let client = Client(Endpoint(host: "127.0.0.1", port: 8080, isSecure: false))
///     let response = try await client.send(.get, "/healthz", within: .seconds(5))
///
/// Connections are kept for the next request. An idempotent request is retried once if a kept connection turns out to
/// be gone. Redirects, proxies, cookies, compression and streamed bodies are out of scope.
package final class Client: Sendable {
    package let endpoint: Endpoint
    private let loop: EventLoop
    private let pool: ClientPool

    /// `tls` is for secure endpoints; if nil, the system's authorities are trusted.
    package init(_ endpoint: Endpoint, tls: TLSContext? = nil, loop: EventLoop = .shared) {
        self.endpoint = endpoint
        self.loop = loop
        pool = ClientPool(loop, endpoint, endpoint.isSecure ? tls ?? (try? .client()) : nil)
    }

    deinit { loop.execute { [pool] in pool.close() } }

    /// Sends a request and reads its response, with a body of at most `maxBody` bytes, all within `limit`.
    ///
    /// - Precondition: `path` is a path with an optional query, percent-encoded.
    package func send(
        _ method: HTTPMethod, _ path: String, fields: HTTPFields = [:], body: [UInt8] = [],
        within limit: Duration, maxBody: Int = 1 << 20
    ) async throws(ConnectionError) -> ClientResponse {
        let deadline = ContinuousClock.now + limit
        var head = head(method, path, fields)
        if !body.isEmpty || method == .post || method == .put || method == .patch {
            head.fields["Content-Length"] = String(body.count)
        }
        let outcome = try await exchange(head, body, maxBody, deadline) { outcome -> ClientResponse? in
            if case .response(let response) = outcome { response } else { nil }
        }
        guard let outcome else { throw .invalidAnswer(reason: "another protocol") }
        return outcome
    }

    /// The result of a WebSocket handshake.
    package enum Opening: Sendable {
        case open(WebSocketStream)
        /// The server's response instead of an upgrade.
        case refused(ClientResponse)
    }

    /// Opens a WebSocket within `limit`. The server may choose one of `protocols`.
    package func openWebSocket(
        _ path: String, fields: HTTPFields = [:], protocols: [String] = [],
        limits: WebSocketLimits = WebSocketLimits(), within limit: Duration
    ) async throws(ConnectionError) -> Opening {
        var head = head(.get, path, fields)
        let key = WebSocketHandshake.newKey()
        head.fields["Upgrade"] = "websocket"
        head.fields["Connection"] = "Upgrade"
        head.fields["Sec-WebSocket-Version"] = "13"
        head.fields["Sec-WebSocket-Key"] = key
        if !protocols.isEmpty { head.fields["Sec-WebSocket-Protocol"] = protocols.joined(separator: ", ") }
        let host = endpoint.host
        let opening = try await exchange(head, [], 64 << 10, .now + limit) {
            outcome -> Result<Opening, ConnectionError> in
            switch outcome {
            case .response(let response): return .success(.refused(response))
            case .upgraded(let head, let stream):
                if let flaw = WebSocketHandshake.flaw(in: head.fields, key: key, protocols: protocols) {
                    stream.close()
                    return .failure(.invalidAnswer(reason: flaw))
                }
                let inbox = WebSocketInbox()
                let socket = WebSocket(
                    stream: stream, role: .client, remoteAddress: host, limits: limits, handler: inbox)
                stream.owner = socket
                socket.open()
                let chosen = head.fields["Sec-WebSocket-Protocol"]
                return .success(.open(WebSocketStream(socket, inbox, protocol: chosen)))
            }
        }
        guard let opening else { throw .invalidAnswer(reason: "there is none") }
        return try opening.get()
    }

    private func head(_ method: HTTPMethod, _ path: String, _ fields: HTTPFields) -> HTTPRequestHead {
        precondition(
            path.hasPrefix("/") && path.utf8.allSatisfy { 0x21...0x7E ~= $0 }, "not the path of a request")
        var head = HTTPRequestHead(method: method, target: path, fields: fields)
        // If the caller sets it, it selects one of several servers at the same address.
        if fields["Host"] == nil { head.fields["Host"] = endpoint.authority }
        return head
    }

    /// `read` converts the outcome to a value, on the loop.
    private func exchange<Value: Sendable>(
        _ head: HTTPRequestHead, _ body: [UInt8], _ maxBody: Int, _ deadline: ContinuousClock.Instant,
        _ read: @escaping @Sendable (ClientExchange.Outcome) -> Value?
    ) async throws(ConnectionError) -> Value? {
        if endpoint.isSecure && pool.tls == nil {
            throw .noTLS(endpoint, reason: "the system's authorities cannot be read")
        }
        // WebSockets use a connection of their own.
        if head.fields["Upgrade"] == nil {
            switch await run(head, body, maxBody, deadline, nil, read) {
            case .success(let value): return value
            case .failure(let failure)?:
                guard failure.isUntouched && head.method.isIdempotent else { throw failure.error }
            case nil: break
            }
        }
        let addresses = try await Connector.lookUp(endpoint, by: deadline, on: loop)
        switch await run(head, body, maxBody, deadline, addresses, read) {
        case .success(let value): return value
        case .failure(let failure)?: throw failure.error
        case nil: return nil
        }
    }

    /// Nil if a kept connection is requested (no addresses) and there is none.
    private func run<Value: Sendable>(
        _ head: HTTPRequestHead, _ body: [UInt8], _ maxBody: Int, _ deadline: ContinuousClock.Instant,
        _ addresses: [SocketAddress]?, _ read: @escaping @Sendable (ClientExchange.Outcome) -> Value?
    ) async -> Result<Value?, ClientExchange.Failure>? {
        let handle = ExchangeHandle()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.perform { [pool, endpoint] in
                    guard !handle.isCancelled else {
                        let failure = ClientExchange.Failure(error: .brokenOff(endpoint), isUntouched: false)
                        return continuation.resume(returning: .failure(failure))
                    }
                    let kept = addresses == nil ? pool.take() : nil
                    guard kept != nil || addresses != nil else { return continuation.resume(returning: nil) }
                    let exchange = ClientExchange(pool, head, body, maxBody: maxBody, by: deadline) {
                        result in
                        continuation.resume(returning: result.map(read))
                    }
                    handle.begin(exchange)
                    if let kept { exchange.start(kept: kept) } else { exchange.start(addresses ?? []) }
                }
            }
        } onCancel: {
            loop.execute { handle.cancel() }
        }
    }
}

/// Connects the cancellation of a task to its exchange.
///
/// `@unchecked`: everything is used only on the loop's thread.
private final class ExchangeHandle: @unchecked Sendable {
    private weak var exchange: ClientExchange?
    /// The cancellation may come before the exchange starts.
    private(set) var isCancelled = false

    func begin(_ exchange: ClientExchange) { self.exchange = exchange }

    func cancel() {
        isCancelled = true
        exchange?.cancel()
    }
}
