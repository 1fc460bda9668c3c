import HTTP

/// A client's HTTP connection: one request after the other, each answered before the next is read.
///
/// `@unchecked`: everything is used only on the loop's thread.
final class HTTPConnection: ByteStreamOwner, @unchecked Sendable {
    /// A request from its head to the end of its response.
    struct Exchange {
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
    let server: HTTPServer
    let room: ConnectionRoom
    let stream: ByteStream
    let address: IPAddress
    private let local: (address: IPAddress, port: Int)?
    var timer: LoopTimer?
    private var reader: RequestReader
    var exchange: Exchange?
    /// The number of the current request; distinct from those of other connections.
    var number = UInt64.random(in: .min ... .max)
    private var isPumping = false
    private var hasBegun = false
    /// No further request is read: the client or the server closes the connection.
    var isLast = false
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
    func end() {
        timer = nil
        stream.finish()
    }

    func close() {
        endExchange(ConnectionClosed())
        timer = nil
        stream.close()
    }

    func endExchange(_ error: any Error) {
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

    func startTimer(_ limit: Duration) { timer?.set(limit) }

    // MARK: Requests

    /// Continues until it has to wait. It loops because handlers that answer immediately would otherwise recurse
    /// without limit.
    func pump() {
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

    func bodyIsComplete() {
        exchange?.isBodyComplete = true
        timer?.stop()
        room.works(stream)
    }

    func nextEvent() throws(HTTPFailure) -> RequestReader.Event? {
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
}

extension Task {
    fileprivate func cancel(if condition: Bool) { if condition { cancel() } }
}
