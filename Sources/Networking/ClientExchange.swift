import HTTP

/// One request and its response, from the connection to the last byte. Confined to the loop; keeps itself alive.
final class ClientExchange: ByteStreamOwner {
    enum Outcome {
        case response(ClientResponse)
        /// The server has switched protocols; the stream needs a new owner, and may already have input.
        case upgraded(HTTPResponseHead, ByteStream)
    }

    /// The reason for failure; `isUntouched` if a kept connection ended before any response, so that a retry is safe.
    struct Failure: Error {
        let error: ConnectionError
        let isUntouched: Bool
    }

    private let loop: EventLoop
    private let endpoint: Endpoint
    private let request: HTTPRequestHead
    private let body: [UInt8]
    private let pool: ClientPool
    private var completion: ((Result<Outcome, Failure>) -> Void)?
    private var reader: ResponseReader
    private var connector: Connector?
    private var stream: ByteStream?
    private var isKept = false
    private var head: HTTPResponseHead?
    private var responseBody: [UInt8] = []
    private var timer: LoopTimer?
    /// A reference to itself, until it is done.
    private var this: ClientExchange?

    init(
        _ pool: ClientPool, _ request: HTTPRequestHead, _ body: [UInt8], maxBody: Int,
        by deadline: ContinuousClock.Instant, completion: @escaping (Result<Outcome, Failure>) -> Void
    ) {
        (self.pool, self.request, self.body, self.completion) = (pool, request, body, completion)
        (loop, endpoint) = (pool.loop, pool.endpoint)
        var limits = HTTPLimits()
        limits.body = maxBody
        reader = ResponseReader(to: request.method, limits: limits)
        this = self
        let timer = LoopTimer(loop) { [unowned self] in
            fail(.timedOut(connector?.stage ?? .answering, endpoint))
        }
        timer.set(ContinuousClock.now.duration(to: deadline))
        self.timer = timer
    }

    /// Starts on a new connection.
    func start(_ addresses: [SocketAddress]) {
        let connector = Connector(loop, endpoint, pool.tls, addresses) { [unowned self] result in
            self.connector = nil
            switch result {
            case .success(let stream): start(on: stream)
            case .failure(let error): fail(error)
            }
        }
        self.connector = connector
        connector.start()
    }

    /// Starts on a kept connection.
    func start(kept stream: ByteStream) {
        isKept = true
        start(on: stream)
    }

    func cancel() { fail(.brokenOff(endpoint)) }

    private func start(on stream: ByteStream) {
        self.stream = stream
        stream.owner = self
        stream.write(MessageWriter.bytes(of: request))
        if !body.isEmpty { stream.write(body) }
    }

    // MARK: The stream

    func streamReceived(_ stream: ByteStream) { read() }
    func streamDrained(_ stream: ByteStream) {}

    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) {
        read()
        guard completion != nil else { return }
        guard case .finished(inOrder: true) = end, (try? reader.readEnd()) == .end else {
            return fail(.brokenOff(endpoint))
        }
        succeed()
    }

    private func read() {
        do {
            while completion != nil, let event = try nextEvent() {
                switch event {
                case .head(let head) where head.status == 101: return switched(head)
                case .head(let head): self.head = head
                case .body(let piece):
                    // A body without a length has no other limit.
                    responseBody.append(contentsOf: piece)
                case .end: succeed()
                }
            }
        } catch {
            fail(.invalidAnswer(reason: error.reason))
        }
    }

    private func nextEvent() throws(HTTPFailure) -> ResponseReader.Event? {
        var event: ResponseReader.Event?
        try stream?.take { bytes throws(HTTPFailure) in
            let step = try reader.read(bytes)
            event = step.event
            return (step.consumed, goesOn: event == nil)
        }
        return event
    }

    // MARK: Ending

    private func switched(_ head: HTTPResponseHead) {
        guard let stream, request.fields["Upgrade"] != nil else {
            return fail(.invalidAnswer(reason: "a switch of protocols that was not asked for"))
        }
        stream.owner = nil
        end(.success(.upgraded(head, stream)))
    }

    private func succeed() {
        guard let head, let stream else { return }
        let response = ClientResponse(status: head.status, fields: head.fields, body: responseBody)
        stream.owner = nil
        // Bytes after the response belong to no request.
        if head.keepsAlive && reader.allowsReuse && stream.inputCount == 0 && stream.outputCount == 0 {
            pool.keep(stream)
        } else {
            stream.close()
        }
        end(.success(.response(response)))
    }

    private func fail(_ error: ConnectionError) {
        let isUntouched = isKept && reader.isUntouched
        connector?.cancel()
        stream?.close()
        end(.failure(Failure(error: error, isUntouched: isUntouched)))
    }

    private func end(_ result: Result<Outcome, Failure>) {
        let completion = completion
        (self.completion, timer, connector, stream) = (nil, nil, nil, nil)
        completion?(result)
        this = nil
    }
}

/// A client's idle connections. Confined to the loop.
///
/// `@unchecked`: everything is used only on the loop's thread.
final class ClientPool: @unchecked Sendable {
    private static let maxCount = 8
    private static let maxIdle = Duration.seconds(30)

    let loop: EventLoop
    let endpoint: Endpoint
    let tls: TLSContext?
    private var idle: [IdleStream] = []
    private var isClosed = false

    init(_ loop: EventLoop, _ endpoint: Endpoint, _ tls: TLSContext?) {
        (self.loop, self.endpoint, self.tls) = (loop, endpoint, tls)
    }

    func take() -> ByteStream? { idle.popLast()?.stream }

    func keep(_ stream: ByteStream) {
        guard !isClosed, idle.count < Self.maxCount, stream.isOpen else { return stream.close() }
        idle.append(IdleStream(stream, self, for: Self.maxIdle))
    }

    func drop(_ dropped: IdleStream) {
        idle.removeAll { $0 === dropped }
        dropped.stream.close()
    }

    func close() {
        isClosed = true
        for idle in idle { idle.stream.close() }
        idle = []
    }
}

/// An idle connection. Anything the server sends unasked closes it.
final class IdleStream: ByteStreamOwner {
    let stream: ByteStream
    private weak var pool: ClientPool?
    private var timer: LoopTimer?

    init(_ stream: ByteStream, _ pool: ClientPool, for limit: Duration) {
        (self.stream, self.pool) = (stream, pool)
        stream.owner = self
        timer = LoopTimer(stream.loop) { [unowned self] in end() }
        timer?.set(limit)
    }

    func streamReceived(_ stream: ByteStream) { end() }
    func streamDrained(_ stream: ByteStream) {}
    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) { self.end() }

    private func end() { if let pool { pool.drop(self) } else { stream.close() } }
}
