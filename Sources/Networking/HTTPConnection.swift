import HTTP

/// A client's HTTP connection: one request after the other, each answered before the next is read.
///
/// `@unchecked`: everything is used only on the loop's thread.
final class HTTPConnection: ByteStreamOwner, @unchecked Sendable {
    /// A request from its head to the end of its response.
    private struct Exchange {
        let head: HTTPRequestHead
        var isBodyComplete: Bool
        /// The client is waiting for `100 Continue`.
        var owesContinue: Bool
        var isStreaming = false
        var task: Task<Void, Never>?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        var writers: [CheckedContinuation<Void, any Error>] = []
    }

    let loop: EventLoop
    private let server: HTTPServer
    private let room: ConnectionRoom
    private let stream: ByteStream
    private let address: IPAddress
    private let local: (address: IPAddress, port: Int)?
    private var timer: LoopTimer?
    private var reader: RequestReader
    private var exchange: Exchange?
    /// The number of the current request; distinct from those of other connections.
    private var number = UInt64.random(in: .min ... .max)
    private var isPumping = false
    private var hasBegun = false
    /// No further request is read: the client or the server closes the connection.
    private var isLast = false
    private var peerHasFinished = false

    init(server: HTTPServer, room: ConnectionRoom, stream: ByteStream, address: IPAddress) {
        loop = room.loop
        (self.server, self.room, self.stream, self.address) = (server, room, stream, address)
        local = SocketAddress.local(of: stream.descriptor)
        reader = RequestReader(limits: server.configuration.limits.http)
        timer = LoopTimer(loop) { [unowned self] in timePassed() }
        timer?.set(min(server.configuration.limits.first, server.configuration.limits.idle))
        room.waits(stream, of: address.network)
    }

    // MARK: The stream

    func streamReceived(_ stream: ByteStream) { pump() }

    func streamDrained(_ stream: ByteStream) {
        for writer in exchange?.writers ?? [] { writer.resume() }
        exchange?.writers = []
        pump()
    }

    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) {
        // A client may close its half and wait for a response (RFC 9112, section 9.6). Streams may be endless, so for
        // them the client is gone; over TLS nothing more can be written.
        guard case .finished = end, !stream.isSecure, exchange?.isStreaming != true else { return close() }
        peerHasFinished = true
        pump()
    }

    func shutdown() {
        isLast = true
        exchange?.task?.cancel(if: exchange?.isStreaming == true)
        guard exchange == nil && reader.isBetweenRequests && stream.inputCount == 0 else { return }
        // The last response may still be in transit.
        if stream.outputCount == 0 { close() } else { end() }
    }

    /// Closes the connection once everything is sent.
    private func end() {
        timer = nil
        stream.finish()
    }

    private func close() {
        endExchange(ConnectionClosed())
        timer = nil
        stream.close()
    }

    private func endExchange(_ error: any Error) {
        guard let ended = exchange else { return }
        exchange = nil
        ended.task?.cancel()
        ended.reader?.resume(throwing: error)
        for writer in ended.writers { writer.resume(throwing: error) }
    }

    // MARK: Time

    private func timePassed() {
        if exchange?.isBodyComplete == false {
            // No request is incomplete: the client is not at fault.
            guard exchange?.reader != nil else { return startTimer(server.configuration.limits.request) }
        } else if exchange != nil {
            return
        } else if reader.isBetweenRequests {
            return stream.outputCount == 0 ? close() : startTimer(server.configuration.limits.idle)
        }
        refuse(HTTPFailure(408, "the request took too long to arrive"))
    }

    private func startTimer(_ limit: Duration) { timer?.set(limit) }

    // MARK: Requests

    /// Continues until it has to wait. It loops because handlers that answer immediately would otherwise recurse
    /// without limit.
    private func pump() {
        guard !isPumping, stream.isOpen else { return }
        isPumping = true
        defer { isPumping = false }
        do {
            while stream.isOpen {
                if exchange != nil {
                    guard try readBody() else { return }
                } else {
                    guard stream.hasRoom, try readHead() else { break }
                }
            }
        } catch {
            return refuse(error)
        }
        if exchange == nil && peerHasFinished && stream.isOpen { stream.finish() }
    }

    /// False if there is none yet.
    private func readHead() throws(HTTPFailure) -> Bool {
        guard let event = try nextEvent() else {
            if !reader.isBetweenRequests && !hasBegun {
                hasBegun = true
                startTimer(server.configuration.limits.request)
            }
            return false
        }
        guard case .head(let head) = event else { return false }
        begin(head, isBodyComplete: try reader.read(RawSpan()).event == .end)
        return true
    }

    /// False if it is not wanted, or if more has to arrive.
    private func readBody() throws(HTTPFailure) -> Bool {
        guard let wanting = exchange?.reader else { return false }
        if exchange?.isBodyComplete == true {
            exchange?.reader = nil
            wanting.resume(returning: nil)
            return true
        }
        guard let event = try nextEvent() else {
            if peerHasFinished { close() } else { askForBody() }
            return false
        }
        exchange?.reader = nil
        exchange?.owesContinue = false
        if case .body(let piece) = event {
            wanting.resume(returning: piece)
        } else {
            bodyIsComplete()
            wanting.resume(returning: nil)
        }
        return true
    }

    private func askForBody() {
        guard exchange?.owesContinue == true else { return }
        exchange?.owesContinue = false
        stream.write(MessageWriter.interimContinue)
    }

    private func bodyIsComplete() {
        exchange?.isBodyComplete = true
        timer?.stop()
        room.works(stream)
    }

    private func nextEvent() throws(HTTPFailure) -> RequestReader.Event? {
        var event: RequestReader.Event?
        try stream.take { bytes throws(HTTPFailure) in
            let step = try reader.read(bytes)
            event = step.event
            return (step.consumed, goesOn: event == nil)
        }
        return event
    }

    private func begin(_ head: HTTPRequestHead, isBodyComplete: Bool) {
        hasBegun = false
        number &+= 1
        exchange = Exchange(
            head: head, isBodyComplete: isBodyComplete, owesContinue: head.expectsContinue && !isBodyComplete)
        if isBodyComplete {
            timer?.stop()
            room.works(stream)
        } else {
            startTimer(server.configuration.limits.request)
        }
        if !head.keepsAlive || room.isShuttingDown { isLast = true }
        let request = ServerRequest(
            head: head, remoteAddress: "\(address)", localAddress: local.map { "\($0.address)" } ?? "",
            localPort: local?.port ?? 0, isLocal: local?.address.isLoopback ?? false,
            isSecure: stream.isSecure,
            body: RequestBody(connection: self, number: number), number: number)
        let (respond, number) = (server.respond, number)
        // The executor preference matters: without it, each continuation would resume on the global pool.
        let task = Task.immediate(executorPreference: loop) { [self] in
            let response = await respond(request)
            loop.perform { [self] in answer(response, to: number) }
        }
        // A stream that has started meanwhile has a task of its own.
        if exchange?.isStreaming == false && self.number == number { exchange?.task = task }
    }

    // MARK: Request bodies

    func wantsBody(of number: UInt64, _ continuation: CheckedContinuation<[UInt8]?, any Error>) {
        guard exchange != nil, number == self.number else {
            return continuation.resume(throwing: ConnectionClosed())
        }
        precondition(exchange?.reader == nil, "a request's body has one reader")
        exchange?.reader = continuation
        pump()
    }

    func bodyIsNotWanted(of number: UInt64) {
        guard number == self.number, let waiting = exchange?.reader else { return }
        exchange?.reader = nil
        waiting.resume(throwing: CancellationError())
    }

    // MARK: Responses

    private func answer(_ response: ServerResponse, to number: UInt64) {
        guard let exchange, number == self.number, stream.isOpen else { return }
        switch response.body {
        case .empty: send(response, [])
        case .bytes(let bytes): send(response, bytes)
        case .stream(let body):
            if exchange.head.method == .head { send(response, nil) } else { stream(response, body) }
        case .webSocket(let name, let limits, let handler):
            guard let key = exchange.head.webSocketKey else { return refuseUpgrade() }
            upgrade(response, key, name, limits, handler)
        }
    }

    /// Sends the whole response; if `bytes` is nil, only the head of a stream whose body was not requested.
    private func send(_ response: ServerResponse, _ bytes: [UInt8]?) {
        guard let exchange else { return }
        if !exchange.isBodyComplete && !discardBody() { isLast = true }
        var fields = fields(of: response)
        let hasBody = response.status >= 200 && response.status != 204 && response.status != 304
        if let bytes, hasBody { fields["Content-Length"] = String(bytes.count) }
        stream.write(MessageWriter.bytes(of: HTTPResponseHead(status: response.status, fields: fields)))
        if let bytes, hasBody, exchange.head.method != .head { stream.write(bytes) }
        endResponse()
    }

    private func fields(of response: ServerResponse) -> HTTPFields {
        var fields = response.fields
        if fields["Connection"]?.lowercased() == "close" { isLast = true }
        for name in ["Connection", "Content-Length", "Transfer-Encoding"] { fields[name] = nil }
        fields.add("Date", room.dateField)
        if isLast {
            fields.add("Connection", "close")
        } else if exchange?.head.minorVersion == 0 {
            fields.add("Connection", "keep-alive")
        }
        return fields
    }

    /// Discards the rest of the body if it has already arrived, so that the connection can be reused.
    private func discardBody() -> Bool {
        do {
            while let event = try nextEvent() {
                if event == .end {
                    bodyIsComplete()
                    return true
                }
            }
        } catch {}
        return false
    }

    private func endResponse() {
        let isBodyComplete = exchange?.isBodyComplete ?? false
        endExchange(ConnectionClosed())
        if isLast || !isBodyComplete {
            // Whatever the client still sends is ignored.
            return end()
        }
        startTimer(server.configuration.limits.idle)
        room.waits(stream, of: address.network)
        pump()
    }

    // MARK: Streams

    private func stream(
        _ response: ServerResponse, _ body: @escaping @Sendable (BodyWriter) async throws -> Void
    ) {
        guard let head = exchange?.head else { return }
        let isChunked = head.minorVersion >= 1
        if !isChunked { isLast = true }
        var fields = fields(of: response)
        if isChunked { fields.add("Transfer-Encoding", "chunked") }
        stream.write(MessageWriter.bytes(of: HTTPResponseHead(status: response.status, fields: fields)))
        exchange?.isStreaming = true
        // After the head of a response, no interim response is possible.
        exchange?.owesContinue = false
        let writer = BodyWriter(connection: self, number: number)
        let task = Task.immediate(executorPreference: loop) { [self] in
            let isWhole: Bool
            do {
                try await body(writer)
                isWhole = true
            } catch {
                isWhole = false
            }
            loop.perform { [self] in endStream(of: writer.number, isWhole: isWhole, isChunked: isChunked) }
        }
        if exchange?.isStreaming == true {
            exchange?.task = task
            if room.isShuttingDown { task.cancel() }
        }
    }

    func write(
        _ bytes: [UInt8], for number: UInt64, _ continuation: CheckedContinuation<Void, any Error>
    ) {
        guard let exchange, exchange.isStreaming, number == self.number, stream.isOpen else {
            return continuation.resume(throwing: ConnectionClosed())
        }
        if !bytes.isEmpty {
            let isChunked = exchange.head.minorVersion >= 1
            if isChunked { stream.write(MessageWriter.chunkHead(bytes.count)) }
            stream.write(bytes)
            if isChunked { stream.write([UInt8(ascii: "\r"), UInt8(ascii: "\n")]) }
        }
        if stream.hasRoom { continuation.resume() } else { self.exchange?.writers.append(continuation) }
    }

    private func endStream(of number: UInt64, isWhole: Bool, isChunked: Bool) {
        guard exchange != nil, number == self.number, stream.isOpen else { return }
        // A truncated response must not look complete.
        guard isWhole else { return close() }
        if isChunked { stream.write(MessageWriter.lastChunk) }
        if exchange?.isBodyComplete == false { _ = discardBody() }
        endResponse()
    }

    // MARK: Refusals

    /// Sends the last response on this connection. If the handler's response has started, the connection is closed
    /// instead.
    private func refuse(_ failure: HTTPFailure) {
        guard exchange?.isStreaming != true else { return close() }
        let response = server.failure(failure)
        isLast = true
        var bytes: [UInt8] = []
        if case .bytes(let given) = response.body { bytes = given }
        var fields = fields(of: response)
        fields["Content-Length"] = String(bytes.count)
        let isHead = exchange?.head.method == .head
        stream.write(MessageWriter.bytes(of: HTTPResponseHead(status: response.status, fields: fields)))
        if !isHead { stream.write(bytes) }
        endExchange(failure)
        end()
    }

    // MARK: WebSockets

    private func refuseUpgrade() {
        var response = server.failure(HTTPFailure(426, "this is spoken over a WebSocket, version 13"))
        // RFC 9110, section 15.5.22: a 426 names the protocol.
        response.fields["Upgrade"] = "websocket"
        response.fields["Sec-WebSocket-Version"] = "13"
        if case .bytes(let bytes) = response.body { send(response, bytes) } else { send(response, []) }
    }

    private func upgrade(
        _ response: ServerResponse, _ key: String, _ name: String?, _ limits: WebSocketLimits,
        _ handler: any WebSocketHandler
    ) {
        var fields = response.fields
        for name in ["Connection", "Content-Length", "Transfer-Encoding"] { fields[name] = nil }
        fields["Upgrade"] = "websocket"
        fields["Connection"] = "Upgrade"
        fields["Sec-WebSocket-Accept"] = WebSocketHandshake.answer(to: key)
        if let name { fields["Sec-WebSocket-Protocol"] = name }
        stream.write(MessageWriter.bytes(of: HTTPResponseHead(status: 101, fields: fields)))
        exchange = nil
        timer = nil
        room.works(stream)
        let socket = WebSocket(
            stream: stream, role: .server, remoteAddress: "\(address)", limits: limits, handler: handler)
        stream.owner = socket
        socket.open()
    }
}

extension Task {
    fileprivate func cancel(if condition: Bool) { if condition { cancel() } }
}
